// The form of a workflow: designed step by step, and filled in.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const form = (page) => page.locator('.inspector').getByRole('region', { name: 'Form' });
const checks = (page) => page.getByRole('region', { name: 'Checks' });

async function showOutline(page) {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  const outline = page.locator('.design-switch').getByRole('button', { name: 'Outline' });
  if (await outline.isVisible()) await outline.click();
}

/** Adds a field; its details are open then. */
async function add(page, name, kind) {
  await form(page).getByRole('button', { name: 'Add a field' }).click();
  await expect(form(page).getByLabel('Name of the field')).toBeFocused();
  await form(page).getByLabel('Name of the field').fill(name);
  if (kind) await form(page).getByLabel('It holds').selectOption(kind);
}

test('a form is designed, published and filled in', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await page.locator('.outline-step').first().click();
  await expect(form(page)).toContainText('Nothing is filled in here.');
  await form(page).getByRole('button', { name: 'Add a field' }).click();
  await expect(checks(page)).toContainText('A field of the form has no name.');
  await form(page).getByLabel('Name of the field').fill('Colour');
  await form(page).getByLabel('It holds').selectOption('One of some choices');
  await expect(checks(page)).toContainText('Colour offers nothing to choose.');
  await form(page).getByLabel('Choices, one a line').fill('Red\nBlue\n');
  await form(page).getByLabel('Needed before an item goes on').check();
  await add(page, 'Mileage', 'Whole number');
  await form(page).getByLabel('Unit').fill('km');
  await expect(form(page)).toContainText('Conditions call it mileage.');
  await form(page).getByRole('button', { name: 'Mileage comes earlier' }).click();
  await expect(form(page).locator('.inspector-field-name').first()).toContainText('Mileage');

  // How it will look, and taking a field away can be taken back.
  await form(page).locator('summary', { hasText: 'How it looks' }).click();
  await expect(form(page).locator('.inspector-preview').getByLabel('Mileage')).toBeVisible();
  await form(page).getByRole('button', { name: 'Remove Mileage' }).click();
  await expect(form(page).locator('.inspector-field-name')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(form(page).locator('.inspector-field-name')).toHaveCount(2);
  await axe(page);

  await showOutline(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('New in the form: Colour.');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);

  const elsa = await api();
  const workflow = (await elsa.call('workflows/api/workflow/load_form', { key }))[0];
  const form_ = { workflow_id: workflow.head.id, title: `Thing ${uniqueWord()}`, priority: '2' };
  const item = await elsa.call('workflows/api/item/create_item', form_);
  await open(page, `/items/${item}`);
  const moves = page.locator('#moves');
  await expect(moves.getByRole('button', { name: /In progress/ })).toBeDisabled();
  await expect(moves).toContainText('Colour');
  await page.getByLabel('Mileage').fill('142 300');
  await page.getByLabel('Colour').selectOption('Blue');
  await expect(moves.getByRole('button', { name: /In progress/ })).toBeEnabled();
  expect((await elsa.item(item)).item.data).toEqual({ colour: 'Blue', mileage: 142300 });

  // What items hold stays of its kind.
  await open(page, `/workflows/${key}/design`);
  await page.locator('.outline-step').first().click();
  await form(page).locator('.inspector-field-name').first().click();
  await expect(form(page).getByLabel('It holds')).toBeDisabled();
});
