// Saving a design as a template of one's own, making workflows of it, and renaming and deleting it.
import { axe, expect, made, open, test, uniqueWord, workflowLetters } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const dialog = (page) => page.getByRole('dialog');
const toast = (page, text) => page.locator('.toast', { hasText: text });

async function saveAs(page, key, name) {
  await open(page, `/workflows/${key}/design`);
  await page.getByRole('button', { name: 'Versions' }).click();
  await dialog(page).getByRole('button', { name: 'Save as template …' }).click();
  await expect(dialog(page).getByRole('heading', { name: 'Save as template' })).toBeVisible();
  await dialog(page).getByLabel('Name').fill(name);
  await dialog(page).getByLabel('What it is for').fill('Requests of partners');
  await dialog(page).getByRole('button', { name: 'Save template' }).click();
}

test('a design is saved as a template, and another workflow is made of it', async ({ page, api }) => {
  const { key } = await made(api, 'service');
  const name = `Template ${uniqueWord()}`;
  await saveAs(page, key, name);
  await expect(toast(page, `${name} is a template for new workflows now`)).toBeVisible();
  // A second one of the same name is refused, and says why beside the name.
  await saveAs(page, key, name);
  await expect(dialog(page)).toContainText('There is a template of this name.');
  await axe(page);

  await open(page, '/workflows/new');
  await page.getByRole('radio', { name }).check();
  await expect(page.getByRole('list', { name: 'Its steps' })).toContainText('Triage');
  await expect(page.locator('input[name=name]')).toHaveValue(name);
  await page.screenshot({ path: test.info().outputPath('new.png'), fullPage: true });
  await axe(page);
  const letters = workflowLetters();
  await page.getByLabel('Letters before its number').fill(letters);
  await page.getByRole('button', { name: 'Make workflow' }).click();
  await expect(page).toHaveURL(`/workflows/${letters}/design`);
  await expect(page.locator('.outline-step', { hasText: 'Waiting for an answer' })).toBeAttached();
  // Its form came along.
  const [, fields] = await (await api()).call('workflows/api/workflow/load_form', { key: letters });
  expect(fields.map(({ label }) => label)).toEqual(['Asked by', 'Urgency', 'Solution']);
});

test('a template is renamed, deleted, and brought back', async ({ page, api }) => {
  const { key } = await made(api);
  const name = `Template ${uniqueWord()}`;
  await (await api()).call('workflows/api/template/save_template', { key, name });
  await open(page, '/workflows/new');
  await page.getByRole('radio', { name }).check();
  await page.getByRole('button', { name: 'Rename …' }).click();
  await dialog(page).getByLabel('Name of the template').fill(`${name} two`);
  await dialog(page).getByRole('button', { name: 'Rename', exact: true }).click();
  const renamed = page.getByRole('radio', { name: `${name} two` });
  await expect(renamed).toBeVisible();
  await expect(renamed).toBeChecked();
  await page.getByRole('button', { name: 'Delete template' }).click();
  await expect(renamed).toHaveCount(0);
  await expect(page.getByRole('radio', { name: 'Plain' })).toBeChecked();
  await toast(page, `Template ${name} two deleted`).getByRole('button', { name: 'Undo' }).click();
  await expect(renamed).toBeVisible();
});
