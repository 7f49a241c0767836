// Leaving an organisation, and deleting one.
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';
import { Auth } from './pages/auth.js';

test.describe.configure({ timeout: 90_000 });
test.use({ allowed: [/status of (409|422)/] });

test('the only owner cannot leave, and deletes the organisation by its name', async ({ page }) => {
  const word = uniqueWord();
  await new Auth(page).arrive({ name: 'Ida Holm', email: `${word}@ending.example`, organisation: `Holm ${word}` });
  await open(page, '/settings/organisation');
  await page.getByLabel('I want to leave').check();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(page.getByText('You are the only owner.')).toBeVisible();

  const name = page.getByLabel(/to delete it/);
  await name.fill('Holm');
  await page.getByRole('button', { name: 'Delete the organisation' }).click();
  await expect(page.getByText(`Write “Holm ${word}” to delete it.`)).toBeVisible();
  await axe(page);
  await name.fill(`Holm ${word}`);
  await page.getByRole('button', { name: 'Delete the organisation' }).click();
  await page.waitForURL(/\/organisations\/new/);
  await hydrated(page);
});
