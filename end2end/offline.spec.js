// Mediap without a network, and as a program on the home screen.
import { axe, expect, open, test } from './fixtures.js';

test.use({ as: 'elsa', serviceWorkers: 'allow' });

/** Opens the page and waits until the worker answers for it. */
async function underWorker(page, path) {
  await open(page, path);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
}

test.describe('Without a network', () => {
  // The browser says itself that there is none.
  test.use({ allowed: [/ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load resource/] });

  test('a page says so in the look of the program, and the way on works', async ({ page, context }) => {
    await underWorker(page, '/workflows/UC');
    await context.setOffline(true);
    await page.goto('/workflows');
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    await expect(page).toHaveURL(/\/workflows$/);
    await expect(page.getByRole('heading')).toHaveCSS('font-size', '28px');
    await axe(page);

    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    // It goes on by itself.
    await context.setOffline(false);
    await expect(page.getByRole('heading', { name: 'Workflows', level: 1 })).toBeVisible();
  });
});

test('nothing of a logged-in page is kept', async ({ page }) => {
  await underWorker(page, '/');
  await open(page, '/workflows/UC');
  await open(page, '/settings/members');
  const kept = await page.evaluate(async () => {
    const addresses = [];
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      addresses.push(...requests.map(({ url }) => new URL(url).pathname));
    }
    return addresses;
  });
  expect(kept).toContain('/offline');
  for (const path of kept) expect(path).toMatch(/^\/(pkg\/mediap\.[^/]+|icons\.svg|fonts\/inter\.woff2|offline(\.js)?)$/);
  expect(await page.evaluate(async () => (await caches.match('/offline')).text())).not.toContain('Nordvik');
});

test('can be installed', async ({ page, request }) => {
  await underWorker(page, '/');
  const manifest = await (await request.get(await page.locator('link[rel=manifest]').getAttribute('href'))).json();
  expect(manifest).toMatchObject({ name: 'Mediap', start_url: '/', scope: '/', display: 'standalone' });
  // What the browser itself makes of it.
  const browser = await page.context().newCDPSession(page);
  expect((await browser.send('Page.getAppManifest')).errors).toEqual([]);
  expect((await browser.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  // Browsers ask for pictures of 192 and 512 pixels, and phones for one that they may cut round.
  const sizes = (purpose) => manifest.icons.filter((icon) => icon.purpose === purpose).map((icon) => icon.sizes);
  expect(sizes('any')).toEqual(['192x192', '512x512', 'any']);
  expect(sizes('maskable')).toEqual(['512x512', 'any']);
  const touch = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  const shortcuts = manifest.shortcuts.flatMap(({ icons }) => icons);
  for (const { src, type, sizes } of [...manifest.icons, ...shortcuts, { src: touch, type: 'image/png', sizes: '180x180' }]) {
    const icon = await request.get(src);
    expect(icon.ok(), src).toBe(true);
    expect(icon.headers()['content-type']).toContain(type);
    const real = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== 'any') expect(real, src).toBe(sizes);
  }
  for (const { url } of manifest.shortcuts) expect((await request.get(url)).ok(), url).toBe(true);
});
