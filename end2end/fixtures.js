// What every spec imports instead of Playwright's own `test`: pages that fail the test when the browser
// complains, log-in, and the accessibility check.
import { test as base, expect, request as http } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { Api } from './pages/api.js';

/** The password of all demo people. */
export const DEMO_PASSWORD = 'demo-drive-2026';

/** The people of the demo by their short names. */
const DEMO_PEOPLE = {
  elsa: 'elsa@nordvik.example',
  petra: 'petra@nordvik.example',
  marek: 'marek@nordvik.example',
  lina: 'lina@nordvik.example',
  jonas: 'jonas@nordvik.example',
  nils: 'nils@nordvik.example',
  maja: 'maja@halden.example',
  sam: 'sam@support.example',
};

/** A visitor without a session. */
const NOBODY = { cookies: [], origins: [] };

/** Notes when the page begins to listen to something, and how much code is on its way that will; see `hydrated`. */
function noteListeners() {
  const listen = EventTarget.prototype.addEventListener;
  window.lastListener = 0;
  EventTarget.prototype.addEventListener = function (...args) {
    window.lastListener = performance.now();
    return listen.apply(this, args);
  };
  const take = WebAssembly.instantiateStreaming;
  window.awaitedCode = 0;
  WebAssembly.instantiateStreaming = async (...args) => {
    window.awaitedCode += 1;
    try {
      return await take.apply(WebAssembly, args);
    } finally {
      window.awaitedCode -= 1;
      window.lastListener = performance.now();
    }
  };
}

export const test = base.extend({
  // Console messages that a spec provokes on purpose: `test.use({ allowed: [/404/] })`.
  allowed: [[], { option: true }],

  // Whether what is fetched ahead has to be used within the three seconds that the browser gives it: a busy machine may not.
  punctual: [false, { option: true }],

  // Who is logged in when a test begins: `test.use({ as: 'elsa' })`.
  as: [null, { option: true }],

  baseURL: async ({}, use) => use(process.env.MEDIAP_TEST_URL),

  // The cookies of demo people; each logs in once per worker, since log-ins are limited, and again before what asks for
  // somebody who has just proved who they are would not believe it any more.
  sessions: [
    async ({}, use) => {
      const known = new Map();
      await use(async (person) => {
        if (!person) return NOBODY;
        const old = known.get(person);
        if (old && Date.now() - old.since < 5 * 60_000) return old.state;
        const state = await newSession(person);
        known.set(person, { since: Date.now(), state });
        return state;
      });
    },
    { scope: 'worker' },
  ],

  storageState: async ({ as, sessions }, use) => use(await sessions(as)),

  // Prepares records without clicking, as the person of the test or as another: `await api('marek')`.
  api: async ({ as, baseURL, sessions }, use) => {
    const open = [];
    await use(async (person = as) => {
      const context = await http.newContext({ baseURL, storageState: await sessions(person) });
      open.push(context);
      return new Api(context);
    });
    for (const context of open) await context.dispose();
  },

  // Collects what the browser complains about, on every page of every visitor of a test.
  complaints: async ({ allowed, punctual }, use) => {
    const complaints = [];
    // That the worker is kept out is our own setting.
    const expected = [...allowed, /Service Worker registration blocked/];
    if (!punctual) expected.push(/was preloaded using link preload but not used/);
    const add = (page, text) => {
      if (!expected.some((pattern) => pattern.test(text))) complaints.push(`${page.url()}: ${text}`);
    };
    await use({
      /** Accepts what the test provokes from here on. */
      allow: (...patterns) => expected.push(...patterns),
      async watch(page) {
        await page.addInitScript(noteListeners);
        page.on('pageerror', (error) => add(page, `uncaught: ${error.message}`));
        page.on('console', (message) => {
          const text = message.text();
          const from = message.location().url;
          if (message.type() === 'error') add(page, `error: ${text} ${from}`);
          if (message.type() === 'warning') add(page, `warning: ${text}`);
        });
        return page;
      },
    });
    expect(complaints, 'the browser complained').toEqual([]);
  },

  page: async ({ page, complaints }, use) => use(await complaints.watch(page)),

  // Opens a page of another person: own cookies, same screen, watched like `page`. Without a name nobody is logged in.
  anotherPerson: async ({ browser, baseURL, complaints, sessions }, use) => {
    const contexts = [];
    await use(async (person = null, options = {}) => {
      const context = await browser.newContext({ baseURL, storageState: await sessions(person), ...options });
      contexts.push(context);
      return complaints.watch(await context.newPage());
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };

/** How long nothing new is listened to when a page is complete, in milliseconds. */
const QUIET = 100;

/**
 * Waits until the page reacts to clicks: before that it is only HTML. The page says so, but the code of its inner part
 * may arrive later than that of its frame, so all code that was asked for and the last of its listeners are waited for as well.
 */
export async function hydrated(page) {
  await page.waitForFunction((quiet) => {
    const isQuiet = window.awaitedCode === 0 && quiet < performance.now() - window.lastListener;
    return isQuiet && 'hydrated' in document.documentElement.dataset;
  }, QUIET);
}

/** Opens a page and waits until it reacts. */
export async function open(page, path) {
  const answer = await page.goto(path);
  await hydrated(page);
  return answer;
}

/**
 * Opens a page, in the only window of its browser, and waits until it asks for news: who is there is not told again to who
 * listens later, and the code for it is also the one that keeps what the network loses.
 */
export async function openLive(page, path) {
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === '/live');
  const [answer] = await Promise.all([open(page, path), asked]);
  return answer;
}

/** A word that no other test uses. */
export function uniqueWord() {
  return `e${crypto.randomUUID().replaceAll('-', '').slice(0, 10)}`;
}

/** Letters that no other workflow has: six are all there may be, so they are of the whole alphabet. */
export function workflowLetters() {
  const letters = crypto.getRandomValues(new Uint8Array(5));
  return `D${[...letters].map((letter) => (letter % 32).toString(36)).join('')}`.toUpperCase();
}

/** Makes a workflow without clicking, and hands back its letters and its name. */
export async function made(api, template = 'plain') {
  const [key, name] = [workflowLetters(), `Flow ${uniqueWord()}`];
  await (await api()).call('workflows/api/design/create_workflow', { name, key, item_noun: 'thing', template });
  return { key, name };
}

/** The middle of something on the page. */
export async function middle(locator) {
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** What fingers do, as the browser tells it. */
export async function touch(page, type, points) {
  const session = (page.session ??= await page.context().newCDPSession(page));
  await session.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: points.map(({ x, y }, id) => ({ x, y, id })),
  });
}

/** Presses with a finger until the menu opens. */
export async function longPress(page, locator) {
  await touch(page, 'touchStart', [await middle(locator)]);
  await expect(page.getByRole('menuitem').first()).toBeVisible();
  await touch(page, 'touchEnd', []);
}

/** Logs somebody in through the form. */
export async function login(page, email, password = DEMO_PASSWORD) {
  await page.goto('/login');
  await page.getByLabel('Email').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** Loses the session. Not under an open page: its stream of news may just begin, and would be refused. */
export async function loseSession(page) {
  await page.goto('about:blank');
  await page.context().clearCookies();
}

/** A session of its own for a demo person, for tests that end it. */
export async function newSession(person, baseURL = process.env.MEDIAP_TEST_URL) {
  // Named here, or the cookies of the test would be sent along, and logging in ends their session.
  const context = await http.newContext({ baseURL, storageState: NOBODY });
  const form = { email: DEMO_PEOPLE[person], password: DEMO_PASSWORD };
  const answer = await context.post('/api/identity/session/api/log_in', { form, headers: { Accept: 'application/json' } });
  expect(answer.status(), await answer.text()).toBe(200);
  const state = await context.storageState();
  await context.dispose();
  return state;
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails when axe finds something serious or critical; what it found is in the message. */
export async function axe(page, { rules, include = [], exclude = [] } = {}) {
  let builder = new AxeBuilder({ page });
  for (const selector of include) builder = builder.include(selector);
  builder = rules ? builder.withRules(rules) : builder.withTags(TAGS);
  for (const selector of exclude) builder = builder.exclude(selector);
  // Colours on their way from one to another have the contrast of neither: nothing sets out any more, and what has arrives.
  // What is not drawn never does.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(() => {
    const ends = (one) => one.playState === 'running' && Number.isFinite(one.effect.getComputedTiming().endTime);
    const arrived = document.getAnimations().filter(ends).map((one) => one.finished.catch(() => {}));
    return Promise.race([Promise.all(arrived), new Promise((late) => setTimeout(late, 1_000))]);
  });
  const { violations } = await builder.analyze();
  await page.emulateMedia({ reducedMotion: null });
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`) }));
  expect.soft(grave, `accessibility of ${page.url()}`).toEqual([]);
}
