// Clients with their projects, and who sees which of them.
import { axe, expect, hydrated, login, open, test, uniqueWord } from './fixtures.js';
import { Auth } from './pages/auth.js';

test.describe.configure({ timeout: 90_000 });
// News of the deletion may ask for what is gone, before the page is left.
test.use({ allowed: [/status of 404/] });

test('a client is added, changed, given a project, deleted and brought back', async ({ page }) => {
  const word = uniqueWord();
  await new Auth(page).arrive({ name: 'Ida Holm', email: `${word}@clients.example`, organisation: `Holm ${word}` });
  await open(page, '/clients');
  await expect(page.getByText('No clients yet')).toBeVisible();
  await page.getByRole('link', { name: 'New client' }).click();
  await page.locator('#field-client-name').fill('Fjord Taxi');
  await page.getByLabel('Hourly rate').fill('950,50');
  await page.getByRole('button', { name: 'Add client' }).click();
  await expect(page).toHaveURL(/\/clients\/[0-9a-f-]{36}$/);
  await hydrated(page);
  await expect(page.getByText('950.50')).toBeVisible();

  await page.getByLabel('New project').fill('New fleet');
  await page.getByRole('button', { name: 'Add project' }).click();
  await expect(page.getByText('New fleet')).toBeVisible();
  await page.getByText('Change the client').click();
  await page.locator('#field-client-name').fill('Fjord Taxi AB');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expect(page.getByRole('heading', { name: 'Fjord Taxi AB' })).toBeVisible();
  await axe(page);

  await page.getByRole('button', { name: 'Delete client' }).click();
  await expect(page.getByText('Fjord Taxi AB is deleted')).toBeVisible();
  await page.locator('.toasts').getByRole('button', { name: /Undo/ }).last().click();
  await expect(page.getByRole('heading', { name: 'Fjord Taxi AB' })).toBeVisible();
});

test('a person of one client sees that client only, and nothing of finance', async ({ page }) => {
  await login(page, 'nils@nordvik.example');
  await open(page, '/clients');
  await expect(page.getByRole('link', { name: 'Fjord Taxi' })).toBeVisible();
  await expect(page.getByText('Hotel Strand')).toHaveCount(0);
  await page.getByRole('link', { name: 'Fjord Taxi' }).click();
  await expect(page.getByText('New fleet 2026')).toBeVisible();
  await expect(page.getByText('Tax number')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Add project' })).toHaveCount(0);
});

test('a client is found by its name from anywhere', async ({ page }) => {
  await login(page, 'elsa@nordvik.example');
  await open(page, '/');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('Fjord');
  const found = page.getByRole('option', { name: /Fjord Taxi/ });
  await expect(found).toBeVisible();
  await found.click();
  await expect(page.getByRole('heading', { name: 'Fjord Taxi' })).toBeVisible();
  await expect(page).toHaveTitle(/Fjord Taxi/);
});
