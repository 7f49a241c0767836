// Logging in through a provider of OpenID Connect, which runs on this machine.
import { DEMO_PASSWORD, axe, expect, hydrated, login, loseSession, open, test as base, uniqueWord } from './fixtures.js';
import { startProvider } from './pages/provider.js';
import { startServer } from './server.js';

let provider;

const test = base.extend({
  server: [
    async ({}, use) => {
      provider = await startProvider();
      const providers = [{ id: 'house', name: 'Nordvik ID', ...provider.settings }];
      const server = await startServer({ settings: () => ({ MEDIAP_OIDC_PROVIDERS: JSON.stringify(providers) }) });
      await use(server);
      server.stop();
      provider.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

const section = (page) => page.locator('.settings-section', { has: page.getByRole('heading', { name: 'Linked accounts' }) });

const person = (word, more = {}) => ({
  sub: word,
  email: `${word}@people.example`,
  email_verified: true,
  name: 'Ida Holm',
  ...more,
});

async function through(page, path = '/login') {
  await open(page, path);
  await page.getByRole('button', { name: 'Continue with Nordvik ID' }).click();
}

test('a new person comes in, creates an organisation, and comes again', async ({ page, complaints }) => {
  complaints.allow(/status of 409/);
  const word = uniqueWord();
  provider.person = person(word);
  await through(page);
  await expect(page).toHaveURL('/organisations/new');
  await hydrated(page);
  await page.getByLabel('Name').fill(`Holm ${word}`);
  await page.getByRole('button', { name: 'Create organisation' }).click();
  await page.waitForURL((url) => url.pathname === '/');

  await loseSession(page);
  await through(page, '/login?next=/settings/security');
  await expect(page).toHaveURL('/settings/security');
  await open(page, '/settings/profile');
  await expect(page.getByLabel('Email')).toHaveValue(`${word}@people.example`);
  await open(page, '/settings/security');
  await expect(section(page).locator('.way')).toContainText('Nordvik ID');

  // The only way in stays.
  await hydrated(page);
  await section(page).getByRole('button', { name: 'Unlink Nordvik ID' }).click();
  await expect(section(page)).toContainText('is your only way in');
  await expect(section(page).locator('.way')).toHaveCount(1);
});

test.describe('with an account that is there already', () => {
  test('the password proves it, once', async ({ page, complaints }) => {
    complaints.allow(/status of (422|401 .*\/live)/);
    const email = 'marek@nordvik.example';
    provider.person = person(uniqueWord(), { email });
    await through(page, '/login?next=/workflows');
    await expect(page).toHaveURL('/oidc/link');
    await hydrated(page);
    await expect(page.getByText(`An account with the address ${email} exists.`)).toBeVisible();
    await axe(page);
    const password = page.locator('input[name=password]');
    await password.fill('not the password');
    await page.getByRole('button', { name: 'Link Nordvik ID' }).click();
    await expect(page.getByText('This is not the password of the account.')).toBeVisible();
    await password.fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Link Nordvik ID' }).click();
    await page.waitForURL((url) => url.pathname === '/workflows');

    await loseSession(page);
    await through(page, '/login?next=/workflows');
    await page.waitForURL((url) => url.pathname === '/workflows');
  });

  test('it works without scripts', async ({ anotherPerson, complaints }) => {
    complaints.allow(/was preloaded using link preload but not used/);
    const page = await anotherPerson(null, { javaScriptEnabled: false });
    provider.person = person(uniqueWord(), { email: 'petra@nordvik.example' });
    await page.goto('/login?next=/workflows');
    await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Continue with Nordvik ID' }).click();
    await page.waitForURL((url) => url.pathname === '/oidc/link');
    await page.locator('input[name=password]').fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Link Nordvik ID' }).click();
    await page.waitForURL((url) => url.pathname === '/workflows');
  });

  test('it is linked and unlinked in the settings', async ({ page }) => {
    await login(page, 'elsa@nordvik.example');
    provider.person = person(uniqueWord(), { email: 'elsewhere@people.example', email_verified: false });
    await open(page, '/settings/security');
    await section(page).getByRole('button', { name: 'Link Nordvik ID' }).click();
    await expect(page).toHaveURL('/settings/security?linked=house');
    await hydrated(page);
    await expect(section(page)).toContainText('Nordvik ID is linked.');
    await expect(section(page).locator('.way')).toContainText('elsewhere@people.example');

    await section(page).getByRole('button', { name: 'Unlink Nordvik ID' }).click();
    await expect(page.getByText('Nordvik ID is unlinked')).toBeVisible();
    await expect(section(page).locator('.way')).toHaveCount(0);
    const mails = expect.poll(async () => (await page.request.get('/dev/mail')).text());
    await mails.toContain('Nordvik ID was linked to your account');
    await mails.toContain('Nordvik ID was unlinked from your account');
  });
});

test('an address that the provider does not vouch for is refused with the reason', async ({ page }) => {
  provider.person = person(uniqueWord(), { email_verified: false });
  await through(page);
  await expect(page).toHaveURL(/\/oidc\/failed/);
  await hydrated(page);
  await expect(page.getByText('Nordvik ID has not verified your address')).toBeVisible();
  await axe(page);
  await page.getByRole('link', { name: 'Back to log-in' }).click();
  await expect(page).toHaveURL('/login');
});

test('who says no at the provider is told so', async ({ page }) => {
  provider.person = null;
  await through(page);
  await expect(page.getByText('You did not let Nordvik ID tell who you are.')).toBeVisible();
});

test('an answer from another browser, or a second time, leads nowhere', async ({ page, anotherPerson, isMobile }) => {
  test.skip(isMobile, 'no screen is involved');
  provider.person = person(uniqueWord());
  let back;
  page.on('request', (request) => {
    if (request.url().includes('/callback?')) back = request.url();
  });
  await through(page);
  await expect(page).toHaveURL('/organisations/new');
  await page.goto(back);
  await expect(page).toHaveURL(/why=late/);
  const other = await anotherPerson();
  await other.goto(back);
  await expect(other).toHaveURL(/why=late/);
  await expect(other.getByText('was begun in another browser')).toBeVisible();
});
