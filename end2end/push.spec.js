// What a browser shows while no page is open: by a push service on loopback, which reads what only the browser can.
import { axe, expect, hydrated, open, test as base, uniqueWord } from './fixtures.js';
import { PushService } from './pages/push.js';

const test = base.extend({
  service: async ({ page }, use) => {
    const service = await new PushService().start();
    await service.standIn(page);
    await use(service);
    service.stop();
  },
});
test.use({ as: async ({ isMobile }, use) => use(isMobile ? 'marek' : 'petra'), serviceWorkers: 'allow' });

/** Turns it on for this browser, as a person does. */
async function turnOn(page) {
  await open(page, '/inbox/settings');
  await page.getByRole('button', { name: 'Tell me on this device' }).click();
  await expect(page.getByText('You are told on this device now')).toBeVisible();
  await expect(page.getByText('You are told on this device, also while')).toBeVisible();
}

/** What the push service took about a word. */
const told = (service, word) => service.took.map(({ text }) => JSON.parse(text)).find(({ title }) => title.includes(word));

test('who turns it on is told, encrypted and signed, and it shows and leads to the record', async ({ page, context, api, service }) => {
  const word = uniqueWord();
  await turnOn(page);
  const own = await (await api()).call('identity/session/api/viewer');
  const key = await (await api('elsa')).newItem({ title: `Pushed ${word}`, assignee_id: own.member_id });
  await expect.poll(() => told(service, word)).toBeTruthy();
  const message = told(service, word);
  expect(message).toMatchObject({ title: `Elsa Lindqvist assigned to you ${key} Pushed ${word}`, path: `/items/${key}` });
  const { headers } = service.took.at(-1);
  expect(headers.authorization).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/);
  expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' });

  // The browser gives it to the worker, which shows it, and leads to the record when it is clicked.
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
  const [worker] = context.serviceWorkers();
  const shown = await worker.evaluate(async (text) => {
    const shown = new Promise((known) => {
      const told = {};
      registration.showNotification = async (title, options) => void Object.assign(told, { title, ...options });
      // A browser without a window has no icon either.
      navigator.setAppBadge = async (unread) => known({ ...told, unread });
    });
    const event = { data: { json: () => JSON.parse(text) }, waitUntil: () => {} };
    dispatchEvent(Object.assign(new Event('push'), event));
    return shown;
  }, JSON.stringify(message));
  expect(shown).toMatchObject({ title: message.title, body: message.body, tag: message.tag, data: { path: message.path }, unread: message.unread });
  await worker.evaluate((data) => {
    const click = new Event('notificationclick');
    dispatchEvent(Object.assign(click, { notification: { data, close: () => {} }, waitUntil: () => {} }));
  }, shown.data);
  await expect(page).toHaveURL(message.path);
});

test('it is turned off again, and has no barrier', async ({ page, api, service }) => {
  const word = uniqueWord();
  await turnOn(page);
  await axe(page);
  const row = page.locator('.device-row', { hasText: 'this device' });
  await expect(row).toContainText('Chrome on');
  await row.getByRole('button', { name: /Do not tell me on/ }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Tell me on this device' })).toBeVisible();
  const own = await (await api()).call('identity/session/api/viewer');
  const before = service.took.length;
  await (await api('elsa')).newItem({ title: `Silent ${word}`, assignee_id: own.member_id });
  await open(page, '/inbox');
  await expect(page.locator('.inbox-row', { hasText: word })).toBeVisible();
  expect(service.took.length).toBe(before);
});

test('a browser that forbids it says so', async ({ page, service }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { configurable: true, get: () => 'denied' });
  });
  await open(page, '/inbox/settings');
  await expect(page.getByText('The browser forbids messages of this website.')).toBeVisible();
  await hydrated(page);
  expect(service.took).toEqual([]);
});
