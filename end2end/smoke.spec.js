// Every page opens, in both themes, and the browser has nothing to complain about. The pictures are for looking at.
import { expect, open, test } from './fixtures.js';
import { PAGES, PUBLIC_PAGES } from './pages/shell.js';

// Nothing is fetched ahead for nothing.
test.use({ punctual: true });

const name = (path) => path.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') || 'my-work';

async function lookAt(page, path, info) {
  const answer = await open(page, path);
  expect(answer.status(), path).toBe(200);
  await expect(page.locator('main')).toHaveCount(1);
  await expect(page).toHaveTitle(/ · Mediap$/);
  // The gallery shows skeletons on purpose.
  if (path !== '/design') await expect(page.locator('.skeleton')).toHaveCount(0);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: info.outputPath(`${name(path)}-${colorScheme}.png`) });
  }
}

test.describe('Behind the log-in', () => {
  test.use({ as: 'elsa' });

  for (const path of PAGES) {
    test(`${path} opens in light and dark`, ({ page }, info) => lookAt(page, path, info));
  }

  test('every link of the navigation leads to a page', async ({ page, isMobile }) => {
    await open(page, '/');
    const bar = page.locator(isMobile ? 'nav.bottom-bar' : 'nav.sidebar');
    const links = await bar.getByRole('link').evaluateAll((all) => [...new Set(all.map((link) => link.getAttribute('href')))]);
    expect(links.length).toBeGreaterThan(2);
    for (const href of links) {
      await bar.locator(`a[href="${href}"]`).first().click();
      await expect(page.locator('.error-page, .page-error'), href).toHaveCount(0);
      await expect(page.locator('main .topbar'), href).toHaveCount(1);
      await expect(page, href).toHaveTitle(/ · Mediap$/);
    }
  });
});

test.describe('A member with fewer rights', () => {
  test.use({ as: 'marek' });

  for (const path of ['/workflows/UC', '/items/UC-290', '/settings/organisation', '/settings/members', '/settings/members/invite', '/settings/teams']) {
    test(`${path} opens for a member`, async ({ page }) => {
      expect((await open(page, path)).status()).toBe(200);
      await expect(page.locator('main')).toHaveCount(1);
    });
  }
});

test.describe('Before the log-in', () => {
  for (const path of [...PUBLIC_PAGES, '/design']) {
    test(`${path} opens in light and dark`, ({ page }, info) => lookAt(page, path, info));
  }
});
