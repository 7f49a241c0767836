// What every spec imports instead of Playwright's own `test`: pages that fail the test when the browser
// complains, log-in, and the accessibility check.
import { test as base, expect } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';

/** The password of all demo people. */
export const DEMO_PASSWORD = 'demo-drive-2026';

/** A warning of these kinds means that the page of the server and that of the browser differ. */
const SERIOUS_WARNING = /hydrat|reactive|resource|suspense|mismatch|wasm|panicked/i;

export const test = base.extend({
  // Console messages that a spec provokes on purpose: `test.use({ allowed: [/404/] })`.
  allowed: [[], { option: true }],

  baseURL: async ({}, use) => use(process.env.MEDIAP_TEST_URL),

  // Collects what the browser complains about, on every page of every visitor of a test.
  complaints: async ({ allowed }, use) => {
    const complaints = [];
    const add = (page, text) => {
      if (!allowed.some((pattern) => pattern.test(text))) complaints.push(`${page.url()}: ${text}`);
    };
    await use({
      watch(page) {
        page.on('pageerror', (error) => add(page, `uncaught: ${error.message}`));
        page.on('console', (message) => {
          const text = message.text();
          const from = message.location().url;
          if (message.type() === 'error') add(page, `error: ${text} ${from}`);
          if (message.type() === 'warning' && SERIOUS_WARNING.test(text)) add(page, `warning: ${text}`);
        });
        return page;
      },
    });
    expect(complaints, 'the browser complained').toEqual([]);
  },

  page: async ({ page, complaints }, use) => use(complaints.watch(page)),

  // Opens a page of another person: own cookies, same screen, watched like `page`.
  anotherPerson: async ({ browser, baseURL, complaints }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, ...options });
      contexts.push(context);
      return complaints.watch(await context.newPage());
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };

/** Waits until the page reacts to clicks: before that it is only HTML. */
export async function hydrated(page) {
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-hydrated'));
}

/** Logs a demo person in through the form. */
export async function login(page, email, password = DEMO_PASSWORD) {
  await page.goto('/login');
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).first().fill(password);
  await page.getByRole('button', { name: /log in/i }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** Fails when axe finds something serious or critical; what it found is in the message. */
export async function axe(page, { exclude = [] } = {}) {
  let builder = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  for (const selector of exclude) builder = builder.exclude(selector);
  const { violations } = await builder.analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }));
  expect(grave, `accessibility of ${page.url()}`).toEqual([]);
}
