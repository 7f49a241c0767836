// Rules that another program sets off: what it sends finds an item or adds one, and the log says what could not be read.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 422/] });

const rules = (page) => page.locator('.rules > li');
const automation = ({ key }) => `/workflows/${key}/automation`;
const plate = () => uniqueWord().slice(0, 7).toUpperCase();

/** Makes an incoming webhook without clicking. */
async function hooked(maker) {
  const name = `Shop ${uniqueWord()}`;
  const { id, url } = await maker.call('webhooks/api/create_hook', { name, kind: 'token' });
  return { id, name, url };
}

/** Keeps a rule that finds by the plate, or adds. */
async function kept(maker, { key }, hook, text, active = true) {
  const on = {
    webhook: {
      hook: hook.id,
      finds: { by: { field: 'registration' }, at: '/order/plate' },
      adds: { title: '/order/title', fields: {} },
    },
  };
  const answer = await maker.request.post('/api/workflows/api/automation/create_rule', {
    data: { key, rule: { name: 'Order', on, when: '', then: [{ comment: { text } }] }, active },
    headers: { Accept: 'application/json' },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** What the other program sends. */
async function send(request, { url }, data) {
  const answer = await request.post(url, { data, headers: { 'content-type': 'application/json' } });
  expect(answer.status()).toBe(202);
}

test('a rule is written for a webhook; what comes changes an open page, adds an item, and says what it cannot read', async ({
  page,
  api,
  request,
}) => {
  const [flow, maker] = [await made(api, 'dealership'), await api()];
  const name = `Shop ${uniqueWord()}`;
  await open(page, '/settings/webhooks/incoming/new');
  await page.getByLabel('What it is for').fill(name);
  await page.getByLabel('Secret address').check();
  await page.getByRole('button', { name: 'Make hook' }).click();
  const url = await page.getByLabel('The sender sends to').inputValue();

  await open(page, `${automation(flow)}?new=`);
  await page.getByLabel('Name').fill('Order');
  await page.getByLabel('When', { exact: true }).selectOption('Another program sends something');
  await page.getByLabel('From').selectOption(name);
  await page.getByLabel('It is about').selectOption('The open one that it names, else a new one');
  await page.getByLabel('It has the same').selectOption('Registration');
  const at = page.getByLabel('As stands at');
  await at.fill('order');
  await page.getByLabel('The title of a new one stands at').fill('/order/title');
  const offers = page.getByRole('group', { name: 'Add what it does' });
  await offers.getByRole('button', { name: 'Comment' }).click();
  await page.getByLabel('Text', { exact: true }).fill('Order is {/order/status}');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Write where it stands in what comes, as /order/number.')).toBeVisible();
  await axe(page);
  await at.fill('/order/plate');
  await expect(page.locator('.rule-preview')).toHaveText(
    `When something about a thing, perhaps a new one, comes from ${name}: comment on it.`,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(automation(flow));
  await expect(rules(page).filter({ hasText: name })).toBeVisible();

  // The page of the item is open meanwhile.
  const [workflow] = await maker.call('workflows/api/workflow/load_form', { key: flow.key });
  const [known, title] = [plate(), `Volvo ${uniqueWord()}`];
  const form = { workflow_id: workflow.head.id, title, priority: '2', 'data[registration]': known };
  const key = await maker.call('workflows/api/item/create_item', form);
  await open(page, `/items/${key}`);
  const feed = page.getByRole('region', { name: 'Activity' });
  await send(request, { url }, { order: { plate: known.toLowerCase(), status: 'paid', title } });
  await expect(feed.locator('.comment', { hasText: 'Order is paid' })).toBeVisible({ timeout: 20_000 });

  // And so is the board to which one is added.
  const fresh = `Saab ${uniqueWord()}`;
  await open(page, `/workflows/${flow.key}`);
  await send(request, { url }, { order: { plate: plate(), status: 'new', title: fresh } });
  await expect(page.getByText(fresh).first()).toBeVisible({ timeout: 20_000 });

  await request.post(url, { data: 'plate=7', headers: { 'content-type': 'text/plain' } });
  await open(page, `${automation(flow)}?show=runs`);
  const failed = rules(page).filter({ hasText: 'What came is no JSON' });
  await expect(failed).toBeVisible({ timeout: 20_000 });
  await expect(failed).toContainText('No item');
  const added = rules(page).filter({ hasText: fresh });
  await added.getByText('Details').click();
  await expect(added.locator('.run-log')).toContainText(`${name} sent`);
  await expect(added.locator('.run-log')).toContainText(`Added ${flow.key}-2 ${fresh}`);
  await axe(page);
});

test('what came last helps to write a rule, and to try it', async ({ page, api, request }) => {
  const [flow, maker] = [await made(api, 'dealership'), await api()];
  const hook = await hooked(maker);
  const [number, title] = [plate(), `Saab ${uniqueWord()}`];
  await send(request, hook, { order: { plate: number, title, status: 'paid' } });
  // It does not act: what was sent just now may not have been looked at yet.
  const id = await kept(maker, flow, hook, 'Order is {/order/status}', false);
  await open(page, `${automation(flow)}?edit=${id}`);
  const sent = page.getByLabel('What the other program sends');
  await expect(sent).toHaveValue(new RegExp(number));
  await page.getByText('What came last').click();
  await expect(page.getByRole('listitem').filter({ hasText: '/order/plate' })).toContainText(number);
  const attempt = page.locator('.rule-trial');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(attempt).toContainText('It would act');
  await expect(attempt).toContainText(`Added ${flow.key}-1 ${title}`);
  await axe(page);
  await sent.fill('{"order": 7}');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(attempt).toContainText('There is nothing at /order/plate in what came.');
  await sent.fill('{');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('What came is no JSON')).toBeVisible();
  // Nothing of it was done.
  await open(page, `${automation(flow)}?show=runs`);
  await expect(page.getByText('Nothing was set off yet')).toBeVisible();
});

test('a webhook that is off is said at its rules', async ({ page, api }) => {
  const [flow, maker] = [await made(api, 'dealership'), await api()];
  const hook = await hooked(maker);
  await kept(maker, flow, hook, 'hello');
  await open(page, '/settings/webhooks');
  const row = page.locator('.settings-row', { hasText: hook.name });
  await row.getByRole('button', { name: 'Turn off' }).click();
  await expect(row.getByText('Off', { exact: true })).toBeVisible();
  await open(page, automation(flow));
  await expect(rules(page).first()).toContainText('Cannot act');
  await expect(rules(page).first()).toContainText(`The incoming webhook ${hook.name} is off, so nothing comes.`);
});
