// Steps that do something by themselves: designed, and what they do with an item.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';
import { addAfter, checks, choose, details, publish } from './pages/design.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

test('a wait and an automatic step are designed, and an item goes through them by itself', async ({ page, api, isMobile }) => {
  const { key } = await made(api, 'purchase');
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'Order');
  await addAfter(page, 'Rest', 'Wait');
  await details(page).getByLabel('How many').fill('2');
  await details(page).getByLabel('Of', { exact: true }).selectOption('hours');
  if (!isMobile) await expect(page.locator('.flow-step', { hasText: 'Rest' })).toContainText('waits 2 hours');
  await details(page).getByLabel('Items wait').selectOption('Until a day of the form');
  await expect(details(page).getByLabel('Field with the day')).toHaveValue('received_on');

  await addAfter(page, 'Mark', 'Something automatic');
  await expect(checks(page)).toContainText('Mark does nothing yet');
  await details(page).getByRole('button', { name: 'Set the due day' }).click();
  await details(page).getByLabel('Due so many days later').fill('3');
  await details(page).getByRole('button', { name: 'Fill in a field' }).click();
  await expect(checks(page)).toContainText('Mark: Choose the field that is filled in.');
  await details(page).getByLabel('Fill in', { exact: true }).selectOption('Amount');
  await details(page).getByLabel('With', { exact: true }).fill('a lot');
  await expect(checks(page)).toContainText('Mark: Amount is an amount, such as 18900 or 18900.50.');
  await details(page).getByLabel('Fill in', { exact: true }).selectOption('Order number');
  await expect(checks(page)).not.toContainText('Mark: ');
  await axe(page);

  // Another kind, and back: what was asked for is still there.
  await details(page).getByLabel('What happens here').selectOption('Branch by conditions');
  await details(page).getByLabel('What happens here').selectOption('Something automatic');
  await expect(details(page).getByLabel('Due so many days later')).toHaveValue('3');
  await expect(details(page).getByLabel('With', { exact: true })).toHaveValue('a lot');
  await publish(page, key);

  const elsa = await api();
  const workflow = (await elsa.call('workflows/api/workflow/load_form', { key }))[0];
  const title = `Balancer ${uniqueWord()}`;
  const item = await elsa.call('workflows/api/item/create_item', {
    workflow_id: workflow.head.id,
    title,
    priority: '2',
    'data[amount]': '100',
    'data[supplier]': 'Acme',
  });
  await elsa.move(item, 'Approval');
  const { item: loaded } = await elsa.item(item);
  await elsa.call('workflows/api/approval/decide_item', {
    item_id: loaded.card.id,
    version: String(loaded.card.version),
    answer: 'approved',
    reason: '',
  });
  await open(page, `/items/${item}`);
  const why = page.locator('details.why');
  await why.getByText('Why is it here?').click();
  await expect(why).toContainText('moved it here from Approval');
  await page.locator('#moves').getByRole('button', { name: /Rest/ }).click();
  await expect(why).toContainText('It waits for the day in Received on, which is empty.');
  await axe(page);

  // Its day has passed: it goes on at once, and what Mark does is done.
  await page.getByLabel('Received on').fill('2025-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(why).toContainText('It went on by itself from Mark');
  await expect(page.getByLabel('Order number')).toHaveValue('a lot');
  await expect(page.locator('.event', { hasText: 'it went on by itself from Rest to Mark' })).toBeVisible();
  expect(await elsa.stepOf(item)).toBe('Delivery');
});

test('a branch sends items where their values say, and says which', async ({ page, api }) => {
  const { key } = await made(api, 'purchase');
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'Request');
  await addAfter(page, 'Sort', 'Branch by conditions');
  // The way to Approval leads on from the branch; another one leads past it.
  await details(page).getByRole('button', { name: 'Connect with …' }).click();
  await page.getByRole('combobox', { name: 'Connect Sort with' }).fill('Order');
  await page.getByRole('option', { name: 'Order', exact: true }).click();
  await choose(page, 'Sort');
  await expect(checks(page)).toContainText('What goes on from Sort never takes To Order');
  const ways = details(page).getByRole('region', { name: 'Ways out' });
  await ways.getByLabel('Open only if').first().fill('amount > 1000 && nothing');
  await expect(checks(page)).toContainText('There is no field called `nothing`');
  await ways.getByLabel('Open only if').first().fill('amount > 1000');
  await expect(checks(page)).not.toContainText('Sort');
  await axe(page);
  await publish(page, key);

  const elsa = await api();
  const workflow = (await elsa.call('workflows/api/workflow/load_form', { key }))[0];
  const add = (amount) =>
    elsa.call('workflows/api/item/create_item', {
      workflow_id: workflow.head.id,
      title: `Balancer ${uniqueWord()}`,
      priority: '2',
      'data[amount]': amount,
      'data[supplier]': 'Acme',
    });
  const [small, large] = [await add('120'), await add('6200')];
  await open(page, `/items/${small}`);
  await page.locator('#moves').getByRole('button', { name: /Sort/ }).click();
  await expect(page.locator('.step-strip li.is-current')).toContainText('Order');
  await elsa.move(large, 'Sort');
  await open(page, `/items/${large}`);
  await page.getByText('Why is it here?').click();
  await expect(page.locator('details.why')).toContainText('since amount > 1000: Amount is 6,200');
  expect(await elsa.stepOf(large)).toBe('Approval');
});
