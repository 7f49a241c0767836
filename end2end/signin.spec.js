// Getting in: second factor, recovery codes, links by mail, devices, and showing once more that it is you.
import { expect, hydrated, loseSession, open, test, uniqueWord } from './fixtures.js';
import { Auth, STRONG } from './pages/auth.js';
import { linkInMail } from './pages/mailbox.js';
import { Security } from './pages/signin.js';

const address = (word) => `${word}@people.example`;

/** A person of their own organisation, logged in. */
async function arrive(page) {
  const word = uniqueWord();
  const email = address(word);
  await new Auth(page).arrive({ name: 'Ida Holm', email, organisation: `Holm ${word}` });
  return { word, email };
}

/** Logs out by losing the cookies, and types the password again. */
async function password(page, email, next = '/login') {
  await loseSession(page);
  await open(page, next);
  await new Auth(page).logIn(email);
}

/** Why a story is told once: its pages are opened at every width by `smoke.spec.js` and `a11y.spec.js`. */
const SAME = 'the same at any width';

test.describe('A second factor', () => {
  test('is set up, asked for at the log-in, and each code is taken once', async ({ page, complaints }) => {
    test.slow();
    complaints.allow(/status of (401|422)/);
    const { email } = await arrive(page);
    const security = new Security(page);
    const { phone, codes } = await security.enrol();
    expect(codes).toHaveLength(10);
    await expect(security.section('Sign-in methods')).toContainText('On');
    await expect(security.section('Recovery codes')).toContainText('10 of 10 left');
    await expect(security.section('Recent activity')).toContainText('Authenticator app added');
    await linkInMail(page.request, email, 'An authenticator app was added');

    await password(page, email, '/login?next=/workflows');
    await expect(page).toHaveURL(/\/login\/code\?next=/);
    await hydrated(page);
    await security.enter('000000');
    await expect(page.getByText('4 tries are left.')).toBeVisible();
    const code = await phone.code();
    await security.enter(code);
    await expect(page).toHaveURL('/workflows');

    await password(page, email);
    await expect(page).toHaveURL(/\/login\/code/);
    await hydrated(page);
    await security.enter(code);
    await expect(page.getByText('was used already')).toBeVisible();
  });

  test('is replaced once by a recovery code', async ({ page, complaints, isMobile }) => {
    test.skip(isMobile, SAME);
    test.slow();
    complaints.allow(/status of (401|422)/);
    const { email } = await arrive(page);
    const security = new Security(page);
    const { codes } = await security.enrol();
    await password(page, email);
    await expect(page).toHaveURL(/\/login\/code/);
    await hydrated(page);
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[0].toUpperCase().replaceAll('-', ' '));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await security.open();
    await expect(security.section('Recovery codes')).toContainText('9 of 10 left');
    await linkInMail(page.request, email, 'A recovery code was used');

    await password(page, email, '/login');
    await expect(page).toHaveURL(/\/login\/code/);
    await open(page, '/login/code?with=recovery');
    await page.getByLabel('Recovery code').fill(codes[0]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText('was used already')).toBeVisible();
  });

  test('works without scripts', async ({ anotherPerson, page, complaints, isMobile }) => {
    test.skip(isMobile, SAME);
    test.slow();
    complaints.allow(/was preloaded using link preload but not used/);
    const { email } = await arrive(page);
    const { phone } = await new Security(page).enrol();
    const plain = await anotherPerson(null, { javaScriptEnabled: false });
    await plain.goto('/login');
    await new Auth(plain).logIn(email);
    await expect(plain.getByRole('heading', { level: 1 })).toHaveText('Enter a code');
    await new Security(plain).enter(await phone.code());
    await plain.waitForURL((url) => url.pathname === '/');
    await plain.goto('/settings/security');
    await plain.getByRole('button', { name: 'Make new codes' }).click();
    await expect(plain.locator('.recovery-codes li')).toHaveCount(10);
    await plain.getByRole('button', { name: 'I have kept them' }).click();
    await expect(plain).toHaveURL('/settings/security');
    await plain.goto('/account/recovery-codes');
    await expect(plain.getByText('The codes are put away')).toBeVisible();
  });

  test('is turned off again', async ({ page }) => {
    await arrive(page);
    const security = new Security(page);
    await security.enrol();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await expect(page.locator('.toast', { hasText: 'The authenticator app is off' })).toBeVisible();
    await expect(security.section('Sign-in methods').getByRole('button', { name: 'Set up' })).toBeVisible();
  });

  test('asked for by the organisation keeps members out until they have one', async ({ page, anotherPerson, complaints }) => {
    test.slow();
    complaints.allow(/status of 409/);
    const { word } = await arrive(page);
    const guest = address(`guest${word}`);
    await open(page, '/settings/members/invite');
    await page.getByLabel('Email').fill(guest);
    await page.getByLabel('Name').fill('Per Vik');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await expect(page.getByText('The invitation is on its way')).toBeVisible();
    const other = await anotherPerson();
    await open(other, await linkInMail(page.request, guest, 'invites you'));
    await other.locator('input[name=password]').fill(STRONG);
    await other.getByRole('button', { name: 'Join' }).click();
    await other.waitForURL((url) => url.pathname === '/');

    await open(page, '/settings/organisation');
    await page.getByRole('button', { name: 'Require it' }).click();
    await expect(page.getByText('Set up a second factor for yourself first')).toBeVisible();
    await new Security(page).enrol();
    // An open page would ask for news once more, and be refused.
    await other.goto('about:blank');
    await open(page, '/settings/organisation');
    await page.getByRole('button', { name: 'Require it' }).click();
    await expect(page.getByText('Members need a second factor from now on.')).toBeVisible();

    await other.goto('/workflows');
    await expect(other).toHaveURL('/account/second-factor');
    await expect(other.getByText(`Holm ${word} asks its members`)).toBeVisible();
    await hydrated(other);
    await other.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await new Security(other).confirm();
    await other.getByRole('button', { name: 'I have kept them' }).click();
    await other.waitForURL((url) => url.pathname === '/settings/security' || url.pathname === '/');
    await open(other, '/workflows');
    await expect(other.getByText('No workflow yet')).toBeVisible();
  });
});

test.describe('A link by mail', () => {
  test('logs in the browser that asked, once, and no other', async ({ page, anotherPerson, complaints, isMobile }) => {
    test.skip(isMobile, SAME);
    complaints.allow(/status of (401|403|409)/);
    const { email } = await arrive(page);
    await loseSession(page);
    await open(page, '/login');
    await page.getByRole('link', { name: 'Email me a link' }).click();
    // The log-in asks for an address, too.
    await expect(page).toHaveURL(/\/login\/link/);
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Email me a link' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail');
    const link = await linkInMail(page.request, email, 'Your link to log in');

    const other = await anotherPerson();
    await open(other, link);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Open it in the other browser');

    await open(page, link);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await open(page, link);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is not open');
  });

  test('is promised to unknown addresses in the same words', async ({ page }) => {
    const email = address(uniqueWord());
    await open(page, '/login/link');
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Email me a link' }).click();
    await expect(page.getByText(`If ${email} has an account, a link is on its way.`)).toBeVisible();
  });
});

test.describe('Devices', () => {
  test('are listed and logged out, one or all', async ({ page, anotherPerson, complaints }) => {
    complaints.allow(/status of 401/);
    const { email } = await arrive(page);
    const others = [];
    for (const _ of [1, 2]) {
      const other = await anotherPerson();
      await open(other, '/login');
      await new Auth(other).logIn(email);
      await other.waitForURL((url) => url.pathname === '/');
      others.push(other);
    }
    const security = new Security(page);
    await security.open();
    const devices = security.section('Devices');
    await expect(devices.locator('li')).toHaveCount(3);
    await expect(devices.locator('li').first()).toContainText('This device');
    await expect(devices.locator('li').first()).toContainText('127.0.0.1');
    await devices.getByRole('button', { name: /^Log out Chrome/ }).first().click();
    await expect(devices.locator('li')).toHaveCount(2);
    await devices.getByRole('button', { name: 'Log out all other devices' }).click();
    await expect(devices.locator('li')).toHaveCount(1);
    for (const other of others) {
      await other.goto('/workflows');
      await expect(other).toHaveURL(/\/login\?next=/);
    }
  });
});

test.describe('Showing that it is you', () => {
  /** Makes the server believe that the log-in was long ago, as far as the browser can see: the first call is refused. */
  async function refuseOnce(page, name) {
    let refused = false;
    await page.route(`**/api/identity/**/${name}`, async (route) => {
      if (refused) return route.continue();
      refused = true;
      await route.fulfill({
        status: 403,
        headers: { 'mediap-prove-again': '1', 'content-type': 'application/json', serverfnerror: 'x' },
        body: '"prove_again"',
      });
    });
  }

  test('opens a dialog and does the act again', async ({ page, complaints }) => {
    complaints.allow(/status of (403|422)/);
    const { email } = await arrive(page);
    const security = new Security(page);
    await security.enrol();
    await security.open();
    await refuseOnce(page, 'remove_app');
    await page.getByRole('button', { name: 'Turn off' }).click();
    await expect(security.dialog).toBeVisible();
    const before = await page.context().cookies();
    await security.dialog.locator('input[name=password]').fill('not the password');
    await security.dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(security.dialog.getByText('This is not your password.')).toBeVisible();
    await security.dialog.locator('input[name=password]').fill(STRONG);
    await security.dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(security.dialog).toBeHidden();
    await expect(page.locator('.toast', { hasText: 'The authenticator app is off' })).toBeVisible();
    const session = (cookies) => cookies.find(({ name }) => name.endsWith('mediap_session')).value;
    expect(session(await page.context().cookies()), 'another token').not.toBe(session(before));
    await linkInMail(page.request, email, 'The authenticator app was turned off');
  });

  test('that is closed leaves everything as it was, and says why', async ({ page, complaints }) => {
    complaints.allow(/status of 403/);
    await arrive(page);
    const security = new Security(page);
    await security.enrol();
    await security.open();
    await refuseOnce(page, 'remove_app');
    await page.getByRole('button', { name: 'Turn off' }).click();
    await expect(security.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText('Show that it is you first.')).toBeVisible();
    await page.getByRole('link', { name: 'Show it' }).click();
    await expect(page).toHaveURL('/prove');
    await hydrated(page);
    await page.locator('input[name=password]').fill(STRONG);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page).toHaveURL('/settings/security');
    await expect(security.section('Sign-in methods')).toContainText('On');
  });
});
