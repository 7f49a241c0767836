// Making a workflow from a template, designing it as an outline, and publishing it while items are on their way.
import { axe, expect, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

/** Letters that no other workflow has. */
const letters = () => `D${uniqueWord().slice(1, 6)}`.toUpperCase();

/** Makes a workflow without clicking, and hands back its letters and its name. */
async function made(api, template = 'plain') {
  const [key, name] = [letters(), `Flow ${uniqueWord()}`];
  await (await api()).call('workflows/api/design/create_workflow', { name, key, item_noun: 'thing', template });
  return { key, name };
}

const stepAt = (page, place) => page.locator('.design-step').nth(place);
const nameAt = (page, place) => page.getByLabel(`Name of step ${place + 1}`, { exact: true });
const state = (page) => page.locator('.design-state');

/** Adds a way out of the step at a place. */
async function lead(page, place, to) {
  await stepAt(page, place).getByLabel('A way to', { exact: true }).selectOption({ label: to });
  await stepAt(page, place).getByRole('button', { name: 'Add way' }).click();
}

async function publish(page) {
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
}

test('a workflow is made from a template and runs', async ({ page }) => {
  const key = letters();
  await open(page, '/workflows');
  await page.getByRole('link', { name: 'New workflow' }).click();
  await page.getByLabel('Service requests').check();
  await expect(page.getByLabel('Name')).toHaveValue('Service requests');
  await axe(page);
  const name = `Help ${uniqueWord()}`;
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Letters before its number').fill('UC');
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page.getByText('another workflow are called UC-')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue(name);
  await page.getByLabel('Letters before its number').fill(key.toLowerCase());
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page).toHaveURL(`/workflows/${key}/design`);
  await expect(nameAt(page, 1)).toHaveValue('Triage');
  await expect(page.locator('.design-checks')).toContainText('Every step can be reached');
  await open(page, `/workflows/${key}`);
  await expect(page.getByRole('heading', { name })).toBeAttached();
  await expect(page.getByText('Triage').first()).toBeAttached();
});

test('a design is drafted, checked, published, and followed by an open board', async ({ page, api, anotherPerson }) => {
  const { key } = await made(api);
  const board = await anotherPerson('petra');
  await open(board, `/workflows/${key}`);
  await open(page, `/workflows/${key}/design`);
  await expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();

  await page.getByRole('button', { name: 'Add a step', exact: true }).click();
  await expect(nameAt(page, 3)).toBeFocused();
  await page.keyboard.type('Checked by two');
  const checks = page.locator('.design-checks');
  await expect(checks).toContainText('Checked by two cannot be reached');
  await expect(checks).toContainText('Checked by two is a dead end');
  await expect(state(page)).toHaveText('Draft kept');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('It cannot be published yet');
  await expect(dialog.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');

  await checks.getByRole('button', { name: /cannot be reached/ }).click();
  await expect(nameAt(page, 3)).toBeFocused();
  await lead(page, 1, 'Checked by two');
  await lead(page, 3, 'Done');
  await expect(page.getByLabel('Name of the way to Done').last()).toHaveValue('To Done');
  await expect(checks).toContainText('Every step can come to an end');
  await axe(page);

  // A draft is there again after a reload, and nobody else sees it run.
  await expect(state(page)).toHaveText('Draft kept');
  await open(page, `/workflows/${key}/design`);
  await expect(nameAt(page, 3)).toHaveValue('Checked by two');
  await expect(board.getByText('Checked by two')).toHaveCount(0);
  await publish(page);
  await expect(page).toHaveURL(`/workflows/${key}`);
  await expect(page.getByText('Version 2 of')).toBeVisible();
  await expect(board.getByText('Checked by two').first()).toBeAttached();
});

test('what is typed is one change, and can be taken back and done again', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await nameAt(page, 0).fill('');
  await nameAt(page, 0).pressSequentially('Asked for');
  await nameAt(page, 2).fill('Closed');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(nameAt(page, 2)).toHaveValue('Done');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(nameAt(page, 0)).toHaveValue('To do');
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(nameAt(page, 0)).toHaveValue('Asked for');
  await expect(nameAt(page, 2)).toHaveValue('Closed');

  // A step goes with its ways, and comes back with them.
  await page.getByRole('button', { name: 'Remove In progress' }).click();
  await expect(page.locator('.design-way')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.design-way')).toHaveCount(3);
  await page.getByRole('button', { name: 'Move In progress up' }).click();
  await expect(nameAt(page, 0)).toHaveValue('In progress');
});

test('an older version becomes the draft again', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await nameAt(page, 0).fill('Asked for');
  await expect(state(page)).toHaveText('Draft kept');
  await publish(page);
  await expect(page).toHaveURL(`/workflows/${key}`);
  await open(page, `/workflows/${key}/design`);
  await expect(state(page)).toHaveText('As version 2 runs');
  await page.getByRole('button', { name: 'Versions' }).click();
  const first = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Version 1' });
  await expect(first).toContainText('Elsa Lindqvist');
  await axe(page);
  await first.getByRole('button', { name: 'Use as draft' }).click();
  await expect(nameAt(page, 0)).toHaveValue('To do');
  await expect(state(page)).toHaveText('Draft kept');
});

test('the items of a step that goes are not left behind', async ({ page, api }) => {
  const { key } = await made(api);
  const me = await api();
  const [workflow] = await me.call('workflows/api/workflow/load_form', { key });
  const form = { workflow_id: workflow.head.id, title: `Waiting ${uniqueWord()}`, priority: '0' };
  const item = await me.call('workflows/api/item/create_item', form);
  await open(page, `/workflows/${key}/design`);
  await page.getByRole('button', { name: 'Remove To do' }).click();
  await expect(state(page)).toHaveText('Draft kept');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Removed: To do.');
  await expect(dialog.getByLabel('The item of To do goes to')).toHaveValue(/./);
  await axe(page);
  await dialog.getByLabel('The item of To do goes to').selectOption({ label: 'Done' });
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);
  await open(page, `/items/${item}`);
  await expect(page.getByText('To do').first()).toBeAttached();
  const { item: after } = await me.item(item);
  expect(after.card.step_id).toBe(workflow.steps[2].id);
});

test('who comes second is told, and nothing is overwritten', async ({ page, api, anotherPerson }) => {
  const { key } = await made(api);
  const petra = await anotherPerson('petra');
  await open(page, `/workflows/${key}/design`);
  await open(petra, `/workflows/${key}/design`);
  await nameAt(petra, 0).fill('Noted');
  await expect(state(petra)).toHaveText('Draft kept');
  await nameAt(page, 0).fill('Asked for');
  await expect(page.getByRole('alert')).toContainText('Petra Ek changed the draft meanwhile');
  await expect(nameAt(page, 0)).toHaveValue('Asked for');
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await expect(nameAt(page, 0)).toHaveValue('Noted');

  // Or one's own stands in its place.
  await nameAt(petra, 0).fill('Written down');
  await expect(state(petra)).toHaveText('Draft kept');
  await nameAt(page, 1).fill('Doing');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(state(page)).toHaveText('Draft kept');
  await open(petra, `/workflows/${key}/design`);
  await expect(nameAt(petra, 1)).toHaveValue('Doing');
  await expect(nameAt(petra, 0)).toHaveValue('Noted');
  await petra.getByRole('button', { name: 'Versions' }).click();
  await expect(petra.getByRole('dialog')).toContainText('Elsa Lindqvist');
  await petra.getByRole('button', { name: 'Discard draft' }).click();
  await expect(nameAt(petra, 1)).toHaveValue('In progress');
  await expect(state(petra)).toHaveText('As version 1 runs');
});

test.describe('without the right to it', () => {
  test.use({ as: 'marek', allowed: [/status of 403/] });

  test('nobody designs or makes workflows', async ({ page }) => {
    await open(page, '/workflows');
    await expect(page.getByRole('link', { name: 'New workflow' })).toHaveCount(0);
    await open(page, '/workflows/UC');
    await expect(page.getByRole('link', { name: 'Design', exact: true })).toHaveCount(0);
    await open(page, '/workflows/UC/design');
    await expect(page.getByText(/does not include designing workflows/)).toBeVisible();
    await open(page, '/workflows/new');
    await expect(page.getByText('Your role does not make workflows')).toBeVisible();
  });
});
