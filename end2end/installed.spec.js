// Mediap as an installed program: what waits without a network, new versions, installing, what is shared with it.
import { createServer, request as ask } from 'node:http';
import { axe, expect, hydrated, login, open, openLive, test as base, uniqueWord } from './fixtures.js';
import { Board } from './pages/board.js';
import { freePort, startServer } from './server.js';

const test = base;
test.use({ as: 'elsa', serviceWorkers: 'allow' });

/** Opens the page and waits until the worker answers for it, and what comes after the page is there. */
async function underWorker(page, path) {
  await openLive(page, path);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
}

test.describe('Without a network', () => {
  // The browser says itself that there is none.
  test.use({ allowed: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|Failed to load resource/] });

  test('the items that one looked at last can still be read', async ({ page, context, api }) => {
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Last seen ${word}` });
    await underWorker(page, `/items/${key}`);
    await context.setOffline(true);
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'What you looked at last' })).toBeVisible();
    const item = page.locator('.offline-items > li').first();
    await expect(item).toContainText(`Last seen ${word}`);
    await item.locator('summary').click();
    await axe(page);
    await context.setOffline(false);
    // It comes back by itself.
    await expect(page.getByRole('heading', { name: 'My work', level: 1 })).toBeVisible();
  });

  test('a comment waits, survives a reload, and is written once', async ({ page, context, api }) => {
    const key = await (await api()).newItem({ title: `Waiting ${uniqueWord()}` });
    await underWorker(page, `/items/${key}`);
    await context.setOffline(true);
    await page.locator('textarea[name=body]').fill('Written in a tunnel');
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(page.getByText(`Your comment on ${key} waits here`)).toBeVisible();
    await expect(page.locator('textarea[name=body]')).toHaveValue('');
    await page.goto('/');
    await expect(page.getByText('One change waits here')).toBeVisible();
    await expect(page.locator('.offline-waiting')).toContainText('Written in a tunnel');
    await context.setOffline(false);
    await expect(page.getByText(`Your comment on ${key} is saved now`)).toBeVisible({ timeout: 10_000 });
    const { comments } = await (await api()).item(key);
    expect(comments.map(({ body }) => body)).toEqual(['Written in a tunnel']);
    const waiting = () => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('mediap-waiting')));
    await expect.poll(waiting).toEqual([]);
  });

  test('an act whose answer was lost is not done twice', async ({ page, api }) => {
    const key = await (await api()).newItem({ title: `Lost ${uniqueWord()}` });
    await openLive(page, `/items/${key}`);
    await page.route('**/api/workflows/api/comment/add_comment', async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await page.locator('textarea[name=body]').fill('Said once');
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(page.getByText(`Your comment on ${key} waits here`)).toBeVisible();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect(page.getByText(`Your comment on ${key} is saved now`)).toBeVisible();
    const { comments } = await (await api()).item(key);
    expect(comments.map(({ body }) => body)).toEqual(['Said once']);
  });

  test('a move waits, and does not overwrite what others did meanwhile', async ({ page, context, api, isMobile }) => {
    test.skip(isMobile, 'the same code moves from the item page there');
    const word = uniqueWord();
    const maker = await api();
    const [good, late] = [await maker.newItem({ title: `Good ${word}` }), await maker.newItem({ title: `Late ${word}` })];
    await underWorker(page, `/workflows/UC?q=${word}`);
    const board = new Board(page);
    await context.setOffline(true);
    for (const key of [good, late]) {
      await board.pick(key);
      await board.carryTo('Test and inspect');
      await board.drop();
      await expect(page.getByText(`The move of ${key} waits here`)).toBeVisible();
      await board.expectIn(key, 'Test and inspect');
    }
    await (await api('marek')).move(late, 'Test and inspect');
    await context.setOffline(false);
    await expect(page.getByText(`The move of ${late} was not saved. Marek Havel moved`)).toBeVisible({ timeout: 10_000 });
    await expect(page.getByText(`The move of ${good} is saved now`)).toBeVisible();
    const moves = async (key) => (await (await api()).item(key)).activity.filter(({ act }) => act.kind === 'moved');
    expect(await moves(good)).toHaveLength(1);
    expect(await moves(late)).toHaveLength(1);
  });
});

test.describe('As an installed program', () => {
  test('the browser’s offer to install is in the menu of the person', async ({ page, isMobile }) => {
    test.skip(isMobile, 'a phone offers it itself');
    await open(page, '/');
    await page.evaluate(() => {
      const offer = new Event('beforeinstallprompt', { cancelable: true });
      offer.prompt = async () => {
        window.asked = offer.defaultPrevented;
      };
      dispatchEvent(offer);
    });
    await page.getByRole('button', { name: 'You and Mediap' }).click();
    await page.getByRole('menuitem', { name: 'Install Mediap' }).click();
    expect(await page.evaluate(() => window.asked)).toBe(true);
    await page.evaluate(() => dispatchEvent(new Event('appinstalled')));
    await page.getByRole('button', { name: 'You and Mediap' }).click();
    await expect(page.getByRole('menuitem', { name: 'Install Mediap' })).toHaveCount(0);
  });

  test('its icon carries the number of what was not seen', async ({ page, api }) => {
    await page.addInitScript(() => {
      navigator.setAppBadge = async (count) => {
        window.badge = count;
      };
      navigator.clearAppBadge = async () => {
        window.badge = 0;
      };
    });
    await open(page, '/workflows');
    const elsa = await api();
    const own = await elsa.call('identity/session/api/viewer');
    // Other tests tell her of something, too, perhaps just now.
    await expect(async () => {
      await elsa.call('notifications/api/mark_all');
      await expect.poll(() => page.evaluate(() => window.badge), { timeout: 2_000 }).toBe(0);
    }).toPass();
    await (await api('marek')).newItem({ title: `Counted ${uniqueWord()}`, assignee_id: own.member_id });
    await expect.poll(() => page.evaluate(() => window.badge)).toBeGreaterThan(0);
  });

  test('what another program shares becomes an item with its files', async ({ page, api }) => {
    const word = uniqueWord();
    await underWorker(page, '/');
    await page.evaluate((word) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = '/share';
      form.enctype = 'multipart/form-data';
      for (const [name, value] of [['title', `Shared ${word}`], ['text', 'Look at this'], ['url', 'https://example.com/a']]) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      const file = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
      const given = new DataTransfer();
      given.items.add(new File(['hello'], 'Grüße.txt', { type: 'text/plain' }));
      file.files = given.files;
      form.append(file);
      document.body.append(form);
      form.submit();
    }, word);
    await expect(page).toHaveURL(/\/share\?/);
    await hydrated(page);
    await expect(page.getByText('One file')).toBeVisible();
    await axe(page);
    await page.getByRole('link', { name: 'Used car intake' }).last().click();
    await expect(page.locator('input[name=title]')).toHaveValue(`Shared ${word}`);
    await expect(page.getByLabel('First comment')).toHaveValue(/Look at this\nhttps:\/\/example\.com\/a$/);
    await hydrated(page);
    await page.getByRole('button', { name: /^Add / }).click();
    await expect(page).toHaveURL(/\/items\/UC-\d+\?shared/);
    await expect(page.getByText('https://example.com/a').last()).toBeVisible();
    await expect(page.getByText('Grüße.txt')).toBeVisible({ timeout: 10_000 });
    const key = new URL(page.url()).pathname.split('/').at(-1);
    await expect.poll(async () => (await (await api()).item(key)).comments).toHaveLength(1);
    await expect.poll(() => page.evaluate(() => caches.has('mediap shared'))).toBe(false);
  });
});

test.describe('A new version', () => {
  /** Passes everything on, and makes the worker another one when it is told to: what a new build does. */
  const withProxy = base.extend({
    front: async ({}, use) => {
      const port = await freePort();
      const state = { url: `http://127.0.0.1:${port}`, newer: false };
      const { url, stop } = await startServer({ settings: () => ({ MEDIAP_BASE_URL: state.url }) });
      const server = createServer((request, response) => {
        const behind = ask(`${url}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
          const newer = state.newer && request.url === '/sw.js';
          const { 'content-length': length, ...headers } = answer.headers;
          response.writeHead(answer.statusCode, newer || !length ? headers : answer.headers);
          answer.on('end', () => response.end(newer ? '\n// newer' : ''));
          answer.pipe(response, { end: false });
        });
        behind.on('error', () => response.destroy());
        response.on('close', () => behind.destroy());
        request.pipe(behind);
      });
      await new Promise((listens) => server.listen(port, '127.0.0.1', listens));
      await use(state);
      server.closeAllConnections();
      server.close();
      stop();
    },
  });

  withProxy('is offered when it is there, and loaded when one wants', async ({ browser, complaints, front, isMobile }) => {
    withProxy.skip(isMobile, 'nothing of it depends on the size');
    const context = await browser.newContext({ baseURL: front.url, serviceWorkers: 'allow' });
    const page = await complaints.watch(await context.newPage());
    await login(page, 'elsa@nordvik.example');
    // Twice, so that the page is loaded under a worker: the next one is another version.
    await underWorker(page, '/workflows');
    await underWorker(page, '/workflows');
    front.newer = true;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await expect(page.getByText('A new version of Mediap is there')).toBeVisible({ timeout: 10_000 });
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Load it' }).click();
    await loaded;
    await expect(page.getByText('A new version of Mediap is there')).toHaveCount(0);
    await context.close();
  });
});

test.describe('Main pages', () => {
  for (const path of ['/', '/workflows', '/workflows/UC', '/workflows/UC/list', '/items/UC-290', '/inbox', '/inbox/settings', '/messages', '/settings/members']) {
    test(`${path} stays where it is while it loads`, async ({ page }) => {
      await page.addInitScript(() => {
        window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await open(page, path);
      await page.waitForTimeout(300);
      expect(await page.evaluate(() => window.shift)).toBeLessThan(0.1);
    });
  }
});
