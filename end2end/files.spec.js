// Files of an item: adding them in every way, watching them come, going on after a break, and taking them away.
import { randomBytes } from 'node:crypto';
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'marek' });

/** A picture that is drawn in the page, as a file of its own. */
async function picture(page, width, height) {
  const url = await page.evaluate(
    ([width, height]) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d');
      context.fillStyle = '#2f7d6d';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#f4b942';
      context.fillRect(width / 4, height / 4, width / 2, height / 2);
      return canvas.toDataURL('image/png');
    },
    [width, height],
  );
  return Buffer.from(url.split(',')[1], 'base64');
}

/** The files of the item's page. */
function files(page) {
  const section = page.getByRole('region', { name: 'Files' });
  return {
    section,
    add: (...list) => section.getByLabel('Choose files').setInputFiles(list),
    file: (name) => section.getByRole('listitem').filter({ hasText: name }),
    link: (name) => section.getByRole('link', { name, exact: true }),
  };
}

/** An item of its own on an open page. */
async function openItem(page, api) {
  const key = await (await api()).newItem({ title: `Files ${uniqueWord()}` });
  await open(page, `/items/${key}`);
  return { key, ...files(page) };
}

test('files are added, shown, downloaded, deleted and brought back', async ({ page, api }) => {
  const { section, add, file, link } = await openItem(page, api);
  await expect(section.getByText('Up to 2 GB each.')).toBeVisible();
  await add(
    { name: 'front.png', mimeType: 'image/png', buffer: await picture(page, 900, 600) },
    { name: 'Räkning maj.txt', mimeType: 'text/plain', buffer: Buffer.from('Summa 1 200 kr\n') },
  );
  await expect(link('front.png')).toBeVisible();
  await expect(link('Räkning maj.txt')).toBeVisible();
  await expect(file('Räkning maj.txt')).toContainText('Marek');
  // The small picture is drawn in the background, and fetched when it is looked at. The file stands anew when it has been
  // looked at by the server.
  await expect(() => file('front.png').scrollIntoViewIfNeeded({ timeout: 1_000 })).toPass();
  await expect(file('front.png').locator('img')).toHaveJSProperty('complete', true, { timeout: 15_000 });
  await expect.poll(() => file('front.png').locator('img').evaluate((it) => it.naturalWidth)).toBe(512);

  const [download] = await Promise.all([page.waitForEvent('download'), link('Räkning maj.txt').click()]);
  expect(download.suggestedFilename()).toBe('Räkning maj.txt');

  await axe(page, { include: ['.files'] });
  await file('front.png').getByRole('button', { name: 'More for front.png' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(link('front.png')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(link('front.png')).toBeVisible();
});

test('a file that is dropped or pasted is added', async ({ page, api }) => {
  const { section, link } = await openItem(page, api);
  const transfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
    return transfer;
  });
  await section.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(section).toHaveClass(/is-over/);
  await section.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(link('dropped.txt')).toBeVisible();
  await expect(section).not.toHaveClass(/is-over/);

  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['pasted'], 'pasted.txt', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  });
  await expect(link('pasted.txt')).toBeVisible();
});

test('an upload goes on after a reload where it broke off', async ({ page, api, complaints }) => {
  complaints.allow(/Failed to load resource/);
  const { key, add, section } = await openItem(page, api);
  const buffer = randomBytes(3 * 1024 * 1024);
  // The first chunk arrives, and then the line breaks.
  const sent = [];
  await page.route('**/api/files/uploads/**', (route) => {
    sent.push(new URL(route.request().url()).searchParams.get('at'));
    return sent.length === 1 ? route.continue() : route.abort();
  });
  await add({ name: 'long.bin', mimeType: 'application/octet-stream', buffer });
  await expect.poll(() => sent.length).toBeGreaterThan(1);
  await page.unroute('**/api/files/uploads/**');

  const after = [];
  page.on('request', (request) => {
    const at = new URL(request.url()).searchParams.get('at');
    if (request.url().includes('/api/files/uploads/')) after.push(Number(at));
  });
  await page.reload();
  await hydrated(page);
  const link = files(page).link('long.bin');
  await expect(link).toBeVisible({ timeout: 15_000 });
  expect(Math.min(...after)).toBe(512 * 1024);
  const answer = await page.request.get(await link.getAttribute('href'));
  expect(Buffer.compare(await answer.body(), buffer)).toBe(0);
  await expect(section.getByRole('progressbar')).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(files(page).section.getByRole('listitem').filter({ hasText: 'long.bin' })).toHaveCount(1);
  // The number follows, also on a page that came with one.
  const count = section.locator('.files-count');
  await expect(count).toHaveText('1');
  await add({ name: 'short.txt', mimeType: 'text/plain', buffer: Buffer.from('short') });
  await expect(count).toHaveText('2');
  expect(key).toBeTruthy();
});

test('an upload can be cancelled, and one that is refused says why', async ({ page, api, complaints }) => {
  complaints.allow(/Failed to load resource/);
  const { add, section, file } = await openItem(page, api);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/api/files/uploads/**', async (route) => {
    await held;
    await route.abort().catch(() => {});
  });
  await add({ name: 'slow.bin', mimeType: 'application/octet-stream', buffer: randomBytes(1024 * 1024) });
  await expect(section.getByRole('progressbar', { name: /slow\.bin/ })).toBeVisible();
  await section.getByRole('button', { name: 'Cancel' }).click();
  await expect(section.getByRole('progressbar')).toHaveCount(0);
  release();
  await page.unroute('**/api/files/uploads/**');

  await add({ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) });
  await expect(section.getByRole('alert')).toContainText('empty.txt: The file is empty.');
  await section.getByRole('button', { name: 'Dismiss' }).click();
  await expect(section.getByRole('alert')).toHaveCount(0);

  await add({ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('#!/bin/sh\necho hello\n') });
  await expect(file('holiday.jpg')).toContainText('Refused. It is a program');
  await axe(page, { include: ['.files'] });
});

test('a link opens the file for somebody without a log-in', async ({ page, api, anotherPerson }) => {
  const { add, file, link } = await openItem(page, api);
  await add({ name: 'shared.txt', mimeType: 'text/plain', buffer: Buffer.from('for everybody') });
  await expect(link('shared.txt')).toBeVisible();
  const [answer] = await Promise.all([
    page.waitForResponse(/share_file/),
    (async () => {
      await file('shared.txt').getByRole('button', { name: 'More for shared.txt' }).click();
      await page.getByRole('menuitem', { name: /Copy a link/ }).click();
    })(),
  ]);
  const stranger = await anotherPerson();
  const shared = await stranger.request.get(await answer.json());
  expect([shared.status(), await shared.text()]).toEqual([200, 'for everybody']);
  const closed = await stranger.request.get(await link('shared.txt').getAttribute('href'));
  expect(closed.status()).toBe(401);
});
