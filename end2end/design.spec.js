// Making a workflow from a template, designing it, and publishing it while items are on their way. What the drawing does
// is in `flow.spec.js`.
import { axe, expect, made, open, test, uniqueWord, workflowLetters } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const row = (page, place) => page.locator('.outline-step').nth(place);
const inspector = (page) => page.locator('.inspector');
const name = (page) => inspector(page).getByLabel('Name', { exact: true });
const state = (page) => page.locator('.design-state');
const checks = (page) => page.getByRole('region', { name: 'Checks' });

/** Shows the details of the step at a place. */
async function pick(page, place) {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  await row(page, place).click();
  await expect(name(page)).toBeVisible();
}

/** Gives the step at a place another name. */
async function rename(page, place, text) {
  await pick(page, place);
  await name(page).fill(text);
}

/** Adds a way out of the step at a place. */
async function lead(page, place, to) {
  await pick(page, place);
  await expect(name(page)).not.toHaveValue('');
  const source = await name(page).inputValue();
  await inspector(page).getByRole('button', { name: 'Connect with …' }).click();
  await page.getByRole('combobox', { name: `Connect ${source} with` }).fill(to);
  await page.getByRole('option', { name: to, exact: true }).click();
}

/** What is done is kept by now. */
async function kept(page, isMobile) {
  if (!isMobile) return expect(state(page)).toHaveText('Draft kept');
  return expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeEnabled();
}

async function publish(page) {
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
}

test('a workflow is made from a template and runs', async ({ page }) => {
  const key = workflowLetters();
  await open(page, '/workflows');
  await page.getByRole('link', { name: 'New workflow' }).click();
  await page.getByLabel('Service requests').check();
  await expect(page.getByLabel('Name')).toHaveValue('Service requests');
  await axe(page);
  const called = `Help ${uniqueWord()}`;
  await page.getByLabel('Name').fill(called);
  await page.getByLabel('Letters before its number').fill('UC');
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page.getByText('another workflow are called UC-')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue(called);
  await page.getByLabel('Letters before its number').fill(key.toLowerCase());
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page).toHaveURL(`/workflows/${key}/design`);
  await expect(row(page, 1)).toContainText('Triage');
  await expect(checks(page)).toContainText('Every step can be reached');
  await open(page, `/workflows/${key}`);
  await expect(page.getByRole('heading', { name: called })).toBeAttached();
  await expect(page.getByText('Triage').first()).toBeAttached();
});

test('a design is drafted, checked, published, and followed by an open board', async ({ page, api, anotherPerson, isMobile }) => {
  const { key } = await made(api);
  const board = await anotherPerson('petra');
  await open(board, `/workflows/${key}`);
  await open(page, `/workflows/${key}/design`);
  await expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();

  await page.getByRole('button', { name: 'Add a step', exact: true }).first().click();
  await expect(name(page)).toBeFocused();
  await page.keyboard.type('Checked by two');
  await expect(checks(page)).toContainText('Checked by two cannot be reached');
  await expect(checks(page)).toContainText('Checked by two is a dead end');
  await kept(page, isMobile);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('It cannot be published yet');
  await expect(dialog.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');

  if (isMobile) await page.getByRole('button', { name: 'Close the details' }).click();
  await checks(page).getByRole('button', { name: /cannot be reached/ }).click();
  await expect(name(page)).toBeFocused();
  await expect(name(page)).toHaveValue('Checked by two');
  await lead(page, 1, 'Checked by two');
  await lead(page, 3, 'Done');
  await expect(inspector(page).getByLabel('Name of the way')).toHaveValue('To Done');
  await expect(checks(page)).toContainText('Every step can come to an end');
  await axe(page);

  // A draft is there again after a reload, and nobody else sees it run.
  await kept(page, isMobile);
  await open(page, `/workflows/${key}/design`);
  await expect(row(page, 3)).toContainText('Checked by two');
  await expect(board.getByText('Checked by two')).toHaveCount(0);
  await publish(page);
  await expect(page).toHaveURL(`/workflows/${key}`);
  await expect(page.getByText('Version 2 of')).toBeVisible();
  await expect(board.getByText('Checked by two').first()).toBeAttached();
});

test('what is typed is one change, and can be taken back and done again', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await rename(page, 0, '');
  await name(page).pressSequentially('Asked for');
  await rename(page, 2, 'Closed');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(name(page)).toHaveValue('Done');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 0)).toContainText('To do');
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(row(page, 0)).toContainText('Asked for');
  await expect(row(page, 2)).toContainText('Closed');

  // A step goes with its ways, and comes back with them.
  await pick(page, 1);
  await expect(page.locator('.inspector-row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Remove step' }).click();
  await expect(row(page, 2)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await pick(page, 1);
  await expect(page.locator('.inspector-row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Move up in the order' }).click();
  await expect(row(page, 0)).toContainText('In progress');
});

test('an older version becomes the draft again', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await rename(page, 0, 'Asked for');
  await kept(page, isMobile);
  await publish(page);
  await expect(page).toHaveURL(`/workflows/${key}`);
  await open(page, `/workflows/${key}/design`);
  if (!isMobile) await expect(state(page)).toHaveText('As version 2 runs');
  await page.getByRole('button', { name: 'Versions' }).click();
  const first = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Version 1' });
  await expect(first).toContainText('Elsa Lindqvist');
  await axe(page);
  await first.getByRole('button', { name: 'Use as draft' }).click();
  await expect(row(page, 0)).toContainText('To do');
  await kept(page, isMobile);
});

test('the items of a step that goes are not left behind', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  const me = await api();
  const [workflow] = await me.call('workflows/api/workflow/load_form', { key });
  const form = { workflow_id: workflow.head.id, title: `Waiting ${uniqueWord()}`, priority: '0' };
  const item = await me.call('workflows/api/item/create_item', form);
  await open(page, `/workflows/${key}/design`);
  await pick(page, 0);
  await page.getByRole('button', { name: 'Remove step' }).click();
  await kept(page, isMobile);
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

/** Holds back what a page keeps. Gives what lets it go. */
async function holdBack(page) {
  let go;
  const free = new Promise((resolve) => (go = resolve));
  await page.route('**/save_draft', async (route) => {
    await free;
    await route.continue();
  });
  return go;
}

test('who comes second is told, and nothing is overwritten', async ({ page, api, anotherPerson, isMobile }) => {
  const { key } = await made(api);
  const petra = await anotherPerson('petra');
  await open(page, `/workflows/${key}/design`);
  await open(petra, `/workflows/${key}/design`);
  const first = await holdBack(page);
  await rename(page, 0, 'Asked for');
  await rename(petra, 0, 'Noted');
  await kept(petra, isMobile);
  first();
  await expect(page.getByRole('alert')).toContainText('Petra Ek changed the draft meanwhile');
  await expect(row(page, 0)).toContainText('Asked for');
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await expect(row(page, 0)).toContainText('Noted');

  // Or one's own stands in its place.
  const second = await holdBack(page);
  await rename(page, 1, 'Doing');
  await rename(petra, 0, 'Written down');
  await kept(petra, isMobile);
  second();
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await kept(page, isMobile);
  await expect(row(petra, 1)).toContainText('Doing');
  await expect(row(petra, 0)).toContainText('Noted');
  await petra.getByRole('button', { name: 'Versions' }).click();
  await expect(petra.getByRole('dialog')).toContainText('Elsa Lindqvist');
  await petra.getByRole('button', { name: 'Discard draft' }).click();
  await expect(row(petra, 1)).toContainText('In progress');
  if (!isMobile) await expect(state(petra)).toHaveText('As version 1 runs');
});

test('who designs at the same time is seen, and so is what they keep', async ({ page, api, anotherPerson, isMobile }) => {
  const { key } = await made(api);
  const petra = await anotherPerson('petra');
  await open(page, `/workflows/${key}/design`);
  await open(petra, `/workflows/${key}/design`);
  const company = page.getByRole('group', { name: 'Also here: Petra Ek' });
  await expect(company).toBeAttached();
  await rename(petra, 0, 'Noted');
  await expect(row(page, 0)).toContainText('Noted');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(petra, 0)).toContainText('To do');

  if (isMobile) {
    await petra.getByRole('button', { name: 'Close the details' }).click();
    for (const one of [page, petra]) await one.getByRole('button', { name: 'Drawing' }).click();
  }
  const cursor = page.locator('.flow-cursor');
  const step = (one) => one.locator('.flow-step', { hasText: 'In progress' });
  await step(petra).hover();
  await expect(cursor).toContainText('Petra Ek');
  const isThere = async () => {
    const [point, box] = [await cursor.boundingBox(), await step(page).boundingBox()];
    const within = (at, start, length) => start <= at && at <= start + length;
    return within(point.x, box.x, box.width) && within(point.y, box.y, box.height);
  };
  await expect.poll(isThere).toBe(true);
  await petra.goto('/inbox');
  await expect(cursor).toHaveCount(0);
  await expect(company).toHaveCount(0);
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

test('a version is compared with the draft in one drawing, and what is discarded comes back by undoing', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await rename(page, 1, 'Doing');
  await page.locator('.outline-step').first().focus();
  if (isMobile) await page.getByRole('button', { name: 'Close the details' }).click();
  await page.getByRole('button', { name: 'Add a step', exact: true }).first().click();
  await kept(page, isMobile);
  const bar = page.locator('.flow-compare');
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click();
  await expect(bar).toContainText('Compared with version 1: 3 new, 1 changed, 1 gone');
  await expect(page.locator('.flow-step.is-changed')).toContainText('Doing');
  await expect(page.locator('.flow-step.is-new')).toHaveCount(1);
  await axe(page);
  await bar.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(page.locator('.flow-step.is-changed')).toHaveCount(0);

  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.locator('.flow-step', { hasText: 'Doing' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.flow-step', { hasText: 'Doing' })).toBeVisible();
  await kept(page, isMobile);
});
