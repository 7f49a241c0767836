// Working hours of a single member, such as one who works part-time.
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';
import { Auth } from './pages/auth.js';

test.use({ allowed: [/status of 422/] });

test('somebody works part-time, and as their team again', async ({ page }) => {
  const word = uniqueWord();
  await new Auth(page).arrive({ name: 'Ida Holm', email: `${word}@hours.example`, organisation: `Holm ${word}` });
  await open(page, '/settings/hours');
  await page.locator('summary', { hasText: 'Somebody with other hours' }).click();
  const added = page.getByRole('form', { name: 'Working hours: somebody with other hours' });
  await expect(added.getByLabel('Member')).toHaveText('Ida Holm');
  for (const day of ['Monday', 'Tuesday', 'Wednesday']) await added.getByLabel(day).fill('9-13');
  for (const day of ['Thursday', 'Friday']) await added.getByLabel(day).fill('');
  await added.getByLabel('Days off').fill('2031-02-30 Never');
  await added.getByRole('button', { name: 'Save' }).click();
  await expect(added).toContainText('2031-02-30 is no day');
  await added.getByLabel('Days off').fill('2031-08-18 Moving');
  await axe(page);
  await added.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The working hours are saved')).toBeVisible();
  const hers = page.locator('details.hours-place', { hasText: 'Ida Holm' });
  await expect(hers).toContainText('Mon–Wed 9:00–13:00');
  await expect(hers).toContainText('1 holiday');
  // Nobody is left who could have other hours.
  await expect(page.locator('summary', { hasText: 'Somebody with other hours' })).toHaveCount(0);

  await page.reload();
  await hydrated(page);
  await hers.locator('summary').click();
  const form = page.getByRole('form', { name: 'Working hours: Ida Holm' });
  await form.getByLabel('Works at the same hours as the team of the step').check();
  await form.getByLabel('Days off').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(hers).toContainText('As their team');
});
