// Items that go several ways at once and come together again, and those that begin others in another workflow.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';
import { addAfter, checks, choose, details, publish } from './pages/design.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const parts = (page) => page.getByRole('region', { name: 'Parts' });

async function add(me, key, title) {
  const [workflow] = await me.call('workflows/api/workflow/load_form', { key });
  return me.call('workflows/api/item/create_item', { workflow_id: workflow.head.id, title, priority: '0' });
}

test('ways that are taken at once are drawn, and an item goes on when its parts come together', async ({ page, api, isMobile }) => {
  test.slow();
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'To do');
  await addAfter(page, 'Both', 'All ways at once');
  await addAfter(page, 'Wash');
  await addAfter(page, 'Meet', 'Ways come together');
  await choose(page, 'Both');
  await expect(checks(page)).toContainText('Both sends a part along one way only');
  // One more way, which leads to where they come together.
  await addAfter(page, 'Photograph');
  await expect(checks(page)).not.toContainText('Both');
  await choose(page, 'Meet');
  await details(page).getByLabel('Waits for').selectOption('So many of them');
  await details(page).getByLabel('How many').fill('3');
  await expect(checks(page)).toContainText('Meet waits for 3 parts, and Both sends 2.');
  await details(page).getByLabel('Waits for').selectOption('All of them');
  await expect(checks(page)).not.toContainText('Meet');
  await page.screenshot({ path: test.info().outputPath('design.png') });
  await axe(page);
  await publish(page, key);

  const me = await api();
  const title = `Volvo ${uniqueWord()}`;
  const item = await add(me, key, title);
  await open(page, `/items/${item}`);
  await page.locator('#moves').getByRole('button', { name: /Both/ }).click();
  await expect(parts(page)).toContainText('0 of 2');
  // Nobody takes it along one of them.
  await expect(page.locator('#moves').getByRole('button')).toHaveCount(0);
  await expect(page.locator('details.why')).toContainText('It waits until its parts come together');
  await page.screenshot({ path: test.info().outputPath('whole.png') });
  await axe(page);

  // One of them on its own page, the other on the board.
  await parts(page).getByRole('link').first().click();
  await expect(page.locator('.item-whole')).toContainText(`Part of ${item} ${title}, which waits in Both for it.`);
  await page.screenshot({ path: test.info().outputPath('part.png') });
  await axe(page);
  await page.locator('#moves').getByRole('button', { name: /Meet/ }).click();
  await expect(page.locator('.item-whole')).toContainText('which it has come together with');
  await expect(page.locator('#moves').getByRole('button')).toHaveCount(0);
  await axe(page);
  await page.locator('.item-whole').getByRole('link').click();
  await expect(parts(page)).toContainText('1 of 2');
  await parts(page).locator('.part', { hasNotText: 'Done' }).getByRole('link').click();
  await expect(page).not.toHaveURL(`/items/${item}`);
  await page.locator('#moves').getByRole('button', { name: /Meet/ }).click();
  await expect(page.locator('.item-whole')).toContainText('which it has come together with');
  expect(await me.stepOf(item)).toBe('In progress');
  await open(page, `/items/${item}`);
  await expect(page.locator('.event', { hasText: 'came together' })).toBeVisible();
  if (!isMobile) await expect(parts(page)).not.toContainText('of 2');
});

test('the first part that comes calls off the others on the board', async ({ page, api }) => {
  const { key } = await made(api, 'onboarding');
  const me = await api();
  const design = await me.call('workflows/api/design/load_design', { key });
  const join = design.definition.steps.find((step) => step.name === 'Everything is ready');
  join.automatic = { join: 'any' };
  await me.publish(design.live.head.id, design.definition);
  const [workflow] = await me.call('workflows/api/workflow/load_form', { key });
  const title = `Ada ${uniqueWord()}`;
  const item = await me.call('workflows/api/item/create_item', {
    workflow_id: workflow.head.id,
    title,
    priority: '0',
    'data[starts_on]': '2031-02-03',
  });
  await me.move(item, 'Prepare everything');
  await open(page, `/workflows/${key}`);
  await expect(page.locator('.card', { hasText: title })).toHaveCount(4);
  await page.screenshot({ path: test.info().outputPath('board.png') });
  const part = page.locator('.card', { hasText: 'Get equipment' });
  await part.locator('.card-title a').focus();
  await page.keyboard.press('m');
  await page.locator('#move-item').getByRole('button', { name: /Everything is ready/ }).click();
  await expect(page.locator('.card', { hasText: title })).toHaveCount(1);
  expect(await me.stepOf(item)).toBe('First week');
});

test('an item begins another one in another workflow, and waits for it', async ({ page, api }) => {
  const [{ key }, other] = [await made(api), await made(api)];
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'To do');
  await addAfter(page, 'Handed over', 'Items in another workflow');
  await expect(checks(page)).toContainText('Choose the workflow in which Handed over begins items');
  await details(page).getByLabel('Begins items in').selectOption(other.name);
  await expect(checks(page)).not.toContainText('Handed over');
  await page.screenshot({ path: test.info().outputPath('children.png') });
  await axe(page);
  await publish(page, key);

  const me = await api();
  const title = `Audi ${uniqueWord()}`;
  const item = await add(me, key, title);
  await me.move(item, 'Handed over');
  await open(page, `/items/${item}`);
  await expect(parts(page)).toContainText('To do');
  await parts(page).getByRole('link').click();
  await expect(page.locator('.item-whole')).toContainText(`Part of ${item}`);
  const child = new URL(page.url()).pathname.split('/').pop();
  expect(child).toContain(other.key);
  await me.move(child, 'In progress');
  await me.move(child, 'Done');
  await expect.poll(() => me.stepOf(item)).toBe('In progress');
  await open(page, `/items/${item}`);
  await expect(page.locator('.event', { hasText: 'it went on by itself from Handed over' })).toBeVisible();
});
