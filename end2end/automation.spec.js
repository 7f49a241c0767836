// Rules of a workflow: written, tried, carried out, and what they did.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(03|09|22)/] });

const rules = (page) => page.locator('.rules > li');
const automation = ({ key }) => `/workflows/${key}/automation`;

/** Adds an item to a workflow; hands back its key. */
async function add(maker, { key }, title, fields = {}) {
  const [workflow] = await maker.call('workflows/api/workflow/load_form', { key });
  return maker.call('workflows/api/item/create_item', { workflow_id: workflow.head.id, title, priority: '2', ...fields });
}

/** Keeps a rule without clicking; hands back its id. */
async function kept(maker, { key }, rule) {
  const answer = await maker.request.post('/api/workflows/api/automation/create_rule', {
    data: { key, rule: { when: '', ...rule }, active: true },
    headers: { Accept: 'application/json' },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** Looks at the run log until it shows something. */
async function runs(page, flow, text) {
  await expect(async () => {
    await open(page, `${automation(flow)}?show=runs`);
    await expect(rules(page).filter({ hasText: text }).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}

test('a rule is written from nothing, acts on an item, and says what it did', async ({ page, api, isMobile }) => {
  const [flow, maker] = [await made(api), await api()];
  await open(page, `/workflows/${flow.key}`);
  await page.getByRole('link', { name: 'Automation' }).click();
  await expect(page).toHaveURL(automation(flow));
  await expect(page.getByText('No rules yet')).toBeVisible();
  await axe(page);
  await page.getByRole('link', { name: 'New rule' }).click();

  await page.getByLabel('Name').fill('Press on');
  await page.getByLabel('When', { exact: true }).selectOption('An item enters a step');
  await page.getByLabel('Which step').selectOption('In progress');
  const condition = page.getByLabel('Only if');
  await condition.fill('priority >');
  await expect(page.locator('.field', { has: condition })).toHaveClass(/is-invalid/);
  await condition.fill('priority >= 2');
  await expect(page.locator('.field', { has: condition })).not.toHaveClass(/is-invalid/);
  const offers = page.getByRole('group', { name: 'Add what it does' });
  await offers.getByRole('button', { name: 'Set the priority' }).click();
  await page.getByLabel('To', { exact: true }).selectOption('Urgent');
  await offers.getByRole('button', { name: 'Comment' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Write what the comment says.')).toBeVisible();
  await page.getByLabel('Text', { exact: true }).fill('{title} is in {step}');
  await expect(page.locator('.rule-preview')).toHaveText(
    'When a thing enters In progress and priority >= 2: set the priority to urgent and comment on it.',
  );
  await axe(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(automation(flow));
  const rule = rules(page).filter({ hasText: 'When a thing enters In progress and priority >= 2' });
  await expect(rule).toBeVisible();
  await axe(page);

  const word = uniqueWord();
  const key = await add(maker, flow, word);
  await maker.move(key, 'In progress');
  await runs(page, flow, 'Press on');
  await expect(rules(page).first()).toContainText('Done');
  await page.getByText('Details').first().click();
  const log = page.locator('.run-log').first();
  await expect(log).toContainText(`${key} came to In progress`);
  await expect(log).toContainText('Priority is 2');
  await expect(log).toContainText(`Commented: ${word} is in In progress`);
  await axe(page);

  await page.getByRole('link', { name: new RegExp(key) }).click();
  const feed = page.getByRole('region', { name: 'Activity' });
  await expect(feed.locator('.comment', { hasText: 'Press on' })).toContainText(`${word} is in In progress`);
  await expect(feed.locator('.event', { hasText: 'Press on' })).toContainText('Urgent');
  if (isMobile) return;
  await expect(page.getByLabel('Priority')).toHaveValue('4');
});

test('an example is taken over, turned off, deleted and brought back', async ({ page, api }) => {
  const flow = await made(api);
  await open(page, automation(flow));
  await rules(page).filter({ hasText: 'Press on with what is late' }).getByRole('link').click();
  await expect(page.getByLabel('Name')).toHaveValue('Press on with what is late');
  await page.getByRole('button', { name: 'Save' }).click();
  const rule = rules(page).filter({ hasText: 'Press on with what is late' });
  const on = rule.getByRole('switch');
  await expect(on).toBeChecked();
  await on.click();
  await expect(rule).toHaveClass(/is-off/);
  await page.reload();
  await expect(on).not.toBeChecked();
  await open(page, automation(flow));
  await page.getByRole('button', { name: /^Delete the rule/ }).click();
  await expect(page.getByText('No rules yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rule).toBeVisible();
});

test('rules that set each other off are named, and stop at the first repeat', async ({ page, api }) => {
  const [flow, maker] = [await made(api), await api()];
  const pressing = { changed: 'priority' };
  const comes = (priority) => [{ prioritise: { priority } }];
  await kept(maker, flow, { name: 'Up', on: { changed: 'due' }, then: comes(4) });
  await kept(maker, flow, { name: 'Soon', on: pressing, then: [{ due: { days: 1 } }] });
  await open(page, automation(flow));
  await expect(page.getByText('Rules set each other off: Up \u2192 Soon \u2192 Up.')).toBeVisible();
  await axe(page);
  const key = await add(maker, flow, `Round ${uniqueWord()}`);
  const { item } = await maker.item(key);
  const form = { item_id: item.card.id, version: String(item.card.version), title: item.card.title, priority: '3' };
  await maker.call('workflows/api/item/save_item', form);
  await runs(page, flow, 'Stopped: Soon \u2192 Up \u2192 Soon.');
  await page.getByLabel('State').selectOption('Stopped');
  await expect(page).toHaveURL(/state=stopped/);
  await expect(rules(page)).toHaveCount(1);
  await open(page, `/workflows/${flow.key}/design`);
  await expect(page.getByRole('region', { name: 'Checks' })).toContainText('Up \u2192 Soon \u2192 Up');
});

test('what fails says why, and is tried again; a dry run does nothing', async ({ page, api }) => {
  const [flow, maker] = [await made(api), await api()];
  const [workflow] = await maker.call('workflows/api/workflow/load_form', { key: flow.key });
  const done = workflow.steps.find(({ name }) => name === 'Done').id;
  const id = await kept(maker, flow, { name: 'Finish', on: 'created', then: [{ move: { to: done } }] });
  const key = await add(maker, flow, `Far ${uniqueWord()}`);
  await runs(page, flow, 'Number 1 could not be done, so nothing was.');
  await maker.move(key, 'In progress');
  await page.getByRole('button', { name: 'Retry' }).click();
  // The page is left next, and what has not arrived by then goes with it.
  await expect(page.getByText('It is tried again')).toBeVisible();
  await runs(page, flow, 'Moved to Done');

  const other = await add(maker, flow, `Near ${uniqueWord()}`);
  await maker.move(other, 'In progress');
  await open(page, `${automation(flow)}?edit=${id}`);
  await page.getByLabel('Item').fill('nothing');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('There is no item called nothing.')).toBeVisible();
  await page.getByLabel('Item').fill(other);
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.locator('.rule-trial')).toContainText('It would act');
  await expect(page.locator('.rule-trial')).toContainText('Moved to Done');
  await axe(page);
  expect(await maker.stepOf(other)).toBe('In progress');
});

test('who may not design sees no rules', async ({ api, anotherPerson, complaints }) => {
  const flow = await made(api);
  complaints.allow(/status of 40[34]/);
  const marek = await anotherPerson('marek');
  await open(marek, `/workflows/${flow.key}`);
  await expect(marek.getByRole('link', { name: 'Automation' })).toHaveCount(0);
  await open(marek, automation(flow));
  await expect(marek.locator('.page-error')).toBeVisible();
});
