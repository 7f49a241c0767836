// Nothing serious or critical on any page, light or dark, wide or narrow.
import { axe, open, test, uniqueWord } from './fixtures.js';
import { Board } from './pages/board.js';
import { PAGES, PUBLIC_PAGES, Shell } from './pages/shell.js';

// axe brings its own script, which the content security policy would refuse; and while it looks at a large page, what that fetched
// ahead may come to be used later than the browser thinks right.
test.use({ bypassCSP: true, allowed: [/was preloaded using link preload but not used/] });

/** Everything in light; in dark only what a theme can change, once: colours are the same at any width. */
async function check(page, ...include) {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await axe(page, { include });
  if (test.info().project.name === 'phone') return;
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await axe(page, { include, rules: ['color-contrast'] });
}

test.describe('Behind the log-in', () => {
  test.use({ as: 'elsa' });

  for (const path of PAGES) {
    test(`${path} has no barrier`, async ({ page }) => {
      await open(page, path);
      await check(page);
    });
  }

  test('the roles of a member have no barrier', async ({ page, api }) => {
    const { members } = await (await api()).call('identity/member/api/list_members', { search: 'Anna' });
    await open(page, `/settings/members/${members[0].id}`);
    await page.locator('.role-together > summary').click();
    await check(page);
  });

  test('the page of a brand, of a person and an open team have no barrier', async ({ page }) => {
    await open(page, '/settings/brands');
    await page.getByRole('link', { name: 'Nordvik Trucks' }).click();
    await page.getByRole('heading', { level: 1, name: 'Nordvik Trucks' }).waitFor();
    await check(page);
    await open(page, '/settings/members?search=marek');
    await page.getByRole('link', { name: 'Marek Havel' }).click();
    await page.locator('.person-card').waitFor();
    await check(page);
    await open(page, '/settings/teams');
    await page.locator('.team-section', { hasText: 'Mechanics' }).locator('summary').click();
    await check(page);
  });

  test('an open dialog of moves has no barrier', async ({ page, api }) => {
    // A card of its own: a column is drawn anew, and loses the focus, when others move theirs.
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Volvo ${word}` });
    const board = new Board(page);
    await board.open(word);
    await board.link(key).focus();
    await page.keyboard.press('m');
    await board.dialog.getByRole('button').first().waitFor();
    await check(page, '#move-item');
  });

  test('the open palette, menus and filter have no barrier', async ({ page, isMobile }) => {
    await open(page, '/workflows/UC/list?q=volvo');
    const shell = new Shell(page);
    await page.keyboard.press('Control+k');
    await shell.search.fill('volvo');
    await shell.palette.getByRole('option').first().waitFor();
    await check(page, 'dialog.palette');
    await page.keyboard.press('Escape');
    if (!isMobile) {
      await shell.personMenu();
      await check(page, '#person-menu');
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Filter' }).click();
    await check(page, '#filter');
  });

  test('a form with errors has no barrier', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, '/workflows/UC/new');
    await page.getByLabel('Title').fill(' ');
    await page.getByLabel('Mileage').fill('many');
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    await page.getByText('Mileage is a whole number').waitFor();
    await check(page);
  });

  test('a page that does not exist has no barrier', async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    await open(page, '/nowhere');
    await check(page);
  });
});

test.describe('Before the log-in', () => {
  for (const path of PUBLIC_PAGES) {
    test(`${path} has no barrier`, async ({ page }) => {
      await open(page, path);
      await check(page);
    });
  }

  test('the gallery of all components has no barrier', async ({ page, isMobile }) => {
    test.skip(isMobile, 'phones are checked page by page');
    test.slow();
    // It shows both themes at once.
    await open(page, '/design');
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await axe(page);
  });
});
