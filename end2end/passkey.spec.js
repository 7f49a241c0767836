// Passkeys, by a device that Chromium plays itself. Browsers want a name for them, so this spec has its own server.
import { DEMO_PASSWORD, axe, expect, hydrated, login, loseSession, open, test as base, uniqueWord } from './fixtures.js';
import { Api } from './pages/api.js';
import { Auth, STRONG } from './pages/auth.js';
import { linkInMail } from './pages/mailbox.js';
import { Security } from './pages/signin.js';
import { startServer } from './server.js';

const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await startServer({ host: 'localhost' });
      await use(server);
      server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

/** Gives the page a device. It holds still until it is told to answer, so that nothing happens by itself. */
async function device(page, { answers = true } = {}) {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: answers,
    },
  });
  return {
    answer: (enabled) => client.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    verify: (isUserVerified) => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    credentials: async () => (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

const section = (page) => page.locator('.settings-section', { has: page.getByRole('heading', { name: 'Passkeys' }) });

async function add(page, name) {
  await section(page).getByLabel('New passkey').fill(name);
  await section(page).getByRole('button', { name: 'Add a passkey' }).click();
}

/** Somebody with a passkey called `name`, back at the log-in. */
async function withPasskey(page, email, name) {
  const phone = await device(page);
  await login(page, email);
  await open(page, '/settings/security');
  await add(page, name);
  await expect(section(page).locator('.way', { hasText: name })).toContainText('not used yet');
  await phone.answer(false);
  await loseSession(page);
  return phone;
}

test('a passkey is added, logs in by the button, is renamed and removed', async ({ page, complaints }) => {
  complaints.allow(/status of 40[19]/);
  const phone = await withPasskey(page, 'marek@nordvik.example', 'Work laptop');
  expect(await phone.credentials()).toHaveLength(1);

  await open(page, '/login?next=/settings/security');
  await phone.answer(true);
  const button = page.getByRole('button', { name: 'Use a passkey' });
  // The suggestions at the field may be quicker.
  await button.click({ timeout: 2_000 }).catch(() => {});
  await page.waitForURL((url) => url.pathname === '/settings/security');
  await open(page, '/settings/security');
  const row = section(page).locator('.way', { hasText: 'Work laptop' });
  await expect(row).toContainText('last used now');

  await row.locator('summary').click();
  await row.getByLabel('Name').fill('Blue laptop');
  await row.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByText('Passkey renamed')).toBeVisible();
  const renamed = section(page).locator('.way', { hasText: 'Blue laptop' });
  await expect(renamed).toBeVisible();

  // The same device is not asked to make a second one.
  await add(page, 'Once more');
  await expect(section(page)).toContainText('This device has a passkey of your account already.');

  if (!(await renamed.getByRole('button', { name: 'Remove passkey' }).isVisible())) await renamed.locator('summary').click();
  await renamed.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(page.getByText('Blue laptop is removed')).toBeVisible();
  await expect(section(page).locator('.way')).toHaveCount(0);

  // The device still has it; the server knows it no longer.
  await phone.answer(false);
  await loseSession(page);
  await open(page, '/login');
  await phone.answer(true);
  await button.click({ timeout: 2_000 }).catch(() => {});
  await expect(page.getByText('This passkey is not known here')).toBeVisible();

  const mails = expect.poll(async () => (await page.request.get('/dev/mail')).text());
  await mails.toContain('A passkey was added');
  await mails.toContain('A passkey was removed');
});

test('a passkey is suggested at the field for the address', async ({ page }) => {
  const phone = await withPasskey(page, 'elsa@nordvik.example', 'Phone');
  await phone.answer(true);
  expect(await (await page.request.get('/login')).text()).toContain('autocomplete="username webauthn"');
  await page.goto('/login');
  // Chromium's own device takes the suggestion without a press.
  await page.waitForURL((url) => url.pathname === '/');
});

test('a device that does not verify the person does not log in, and the page says what to do', async ({ page, complaints }) => {
  complaints.allow(/status of 40[19]/);
  const phone = await withPasskey(page, 'maja@halden.example', 'Tablet');
  await open(page, '/login');
  await phone.verify(false);
  await phone.answer(true);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('The passkey was cancelled, or took too long.')).toBeVisible();
  // The password still works.
  await page.getByLabel('Email').fill('maja@halden.example');
  await page.locator('input[name=password]').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});

test('a passkey is the second factor that an organisation asks for, and does for the code of an app', async ({ page, complaints, anotherPerson }) => {
  test.slow();
  // That the only passkey is not removed, and that who has no second factor yet is outside.
  complaints.allow(/status of 40[39]/);
  const word = uniqueWord();
  const email = `${word}@people.example`;
  const auth = new Auth(page);
  await auth.arrive({ name: 'Ida Holm', email, organisation: `Holm ${word}` });
  const phone = await device(page);
  await open(page, '/settings/security');
  await add(page, 'Work laptop');
  const row = section(page).locator('.way', { hasText: 'Work laptop' });
  await expect(row).toBeVisible();
  await open(page, '/settings/organisation');
  await page.getByRole('button', { name: 'Require it' }).click();
  await expect(page.getByText('Members need a second factor from now on.')).toBeVisible();

  // The password alone is not enough from now on.
  const byPassword = async (place) => {
    await phone.answer(false);
    await loseSession(page);
    await open(page, '/login');
    await auth.logIn(email);
    await expect(page).toHaveURL(place);
    await hydrated(page);
    await axe(page);
    await phone.answer(true);
  };
  const button = page.getByRole('button', { name: 'Use a passkey' });
  const inside = () => page.waitForURL((url) => url.pathname === '/');
  await byPassword('/account/second-factor');
  await button.click();
  await inside();

  // The only one stays as long as it is asked for.
  await open(page, '/settings/security');
  await row.locator('summary').click();
  await row.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(page.getByText('asks its members for a second factor, and this passkey is yours')).toBeVisible();
  await expect(row).toBeVisible();

  // Who joins comes in as soon as they have one.
  const guest = `guest${email}`;
  await new Api(page.request).call('identity/member/api/invite_member', { email: guest, name: 'Per Vik', role: 'member' });
  const other = await anotherPerson();
  await device(other);
  await open(other, await linkInMail(page.request, guest, 'invites you'));
  await other.locator('input[name=password]').fill(STRONG);
  await other.getByRole('button', { name: 'Join' }).click();
  await other.waitForURL((url) => !url.pathname.startsWith('/invitation'));
  if (other.url().includes('/login')) {
    await hydrated(other);
    await new Auth(other).logIn(guest);
  }
  await expect(other).toHaveURL('/account/second-factor');
  await hydrated(other);
  await other.getByLabel('New passkey').fill('New laptop');
  await other.getByRole('button', { name: 'Add a passkey' }).click();
  await other.waitForURL((url) => url.pathname === '/');

  await new Security(page).enrol();
  await byPassword(/\/login\/code/);
  await button.click();
  await inside();
});

test('at an address without a name there are none, and the settings say why', async ({ page }) => {
  const url = process.env.MEDIAP_TEST_URL;
  await page.goto(`${url}/login`);
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
  await page.getByLabel('Email').fill('petra@nordvik.example');
  await page.locator('input[name=password]').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((address) => address.pathname === '/');
  await open(page, `${url}/settings/security`);
  await expect(section(page)).toContainText('Passkeys need a site with a name');
  await expect(section(page).getByRole('button', { name: 'Add a passkey' })).toHaveCount(0);
});
