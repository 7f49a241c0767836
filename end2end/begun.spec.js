// What somebody has begun to write of a new item: it is not lost, and does not come back once the item is there.
import { expect, hydrated, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 422/] });

const NEW = '/workflows/UC/new';
const title = (page) => page.getByLabel('Title');
const back = (page) => page.getByText('What you had begun here is back.');
/** What the browser keeps of it. */
const kept = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('mediap-begun-')).map((name) => localStorage[name]));

test('what was begun of an item is there after a reload, until the item is added', async ({ page }) => {
  const word = uniqueWord();
  await open(page, NEW);
  await title(page).fill(`Volvo ${word}`);
  await page.getByLabel('Registration').fill('BGN 123');
  await page.getByLabel('Priority').selectOption('Urgent');
  await page.getByLabel('Fuel').selectOption('Hybrid');
  await page.reload();
  await hydrated(page);
  await expect(back(page)).toBeVisible();
  await expect(title(page)).toHaveValue(`Volvo ${word}`);
  await expect(title(page)).toBeFocused();
  await expect(page.getByLabel('Registration')).toHaveValue('BGN 123');
  await expect(page.getByLabel('Priority')).toHaveValue('4');
  await expect(page.getByLabel('Fuel')).toHaveValue('Hybrid');
  await page.getByLabel('Mileage').fill('1200');
  await page.getByRole('button', { name: 'Add vehicle' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(word);
  await expect.poll(() => kept(page)).toEqual([]);
  await open(page, NEW);
  await expect(title(page)).toHaveValue('');
  await expect(back(page)).toHaveCount(0);
});

test('it is kept for its own workflow, survives a mistake, and can be thrown away', async ({ page }) => {
  const word = uniqueWord();
  await open(page, NEW);
  await title(page).fill(`Saab ${word}`);
  await page.getByLabel('Mileage').fill('many');
  await page.getByRole('button', { name: 'Add vehicle' }).click();
  await expect(page.getByText('Mileage is a whole number, such as 142300.')).toBeVisible();
  await open(page, NEW);
  await expect(page.getByLabel('Mileage')).toHaveValue('many');
  await page.getByRole('button', { name: 'Begin anew' }).click();
  await expect(title(page)).toHaveValue('');
  await expect(page.getByLabel('Mileage')).toHaveValue('');
  await expect(back(page)).toHaveCount(0);
  await expect.poll(() => kept(page)).toEqual([]);
  await page.reload();
  await hydrated(page);
  await expect(title(page)).toHaveValue('');
});
