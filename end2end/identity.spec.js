// People, organisations and teams: from the first visit to the log-out.
import { DEMO_PASSWORD, expect, hydrated, loseSession, newSession, open, test, uniqueWord } from './fixtures.js';
import { Auth, STRONG } from './pages/auth.js';
import { linkInMail } from './pages/mailbox.js';
import { Shell } from './pages/shell.js';

const address = (word) => `${word}@people.example`;

test.describe('A new person', () => {
  test('signs up, confirms by mail, logs in and creates an organisation', async ({ page }) => {
    const word = uniqueWord();
    const auth = new Auth(page);
    await open(page, '/login');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await expect(page).toHaveURL('/signup');
    await auth.signUp({ name: 'Ida Holm', email: address(word) });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail');
    await auth.confirm(address(word));
    await hydrated(page);
    await auth.logIn(address(word));
    await expect(page).toHaveURL('/organisations/new');
    await hydrated(page);
    await page.getByLabel('Name').fill(`Holm ${word}`);
    await expect(page.getByLabel('Time zone')).toHaveValue('Europe/Stockholm');
    await page.getByRole('button', { name: 'Create organisation' }).click();
    await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/$/);
    await expect(page.getByRole('heading', { name: 'Nothing waits for you' }).or(page.getByText('Nothing waits for you'))).toBeVisible();
    await open(page, '/workflows');
    await expect(page.getByText('No workflow yet')).toBeVisible();
  });

  test('names the organisation at the sign-up and finds it after the first log-in', async ({ page }) => {
    const word = uniqueWord();
    await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await open(page, '/settings/organisation');
    await expect(page.getByLabel('Name')).toHaveValue(`Holm ${word}`);
    await expect(page.getByLabel('Time zone')).toHaveValue('Europe/Stockholm');
  });

  test('is told what is wrong with the form, at the fields, and types nothing twice', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const auth = new Auth(page);
    await open(page, '/signup');
    await auth.signUp({ name: 'Ida Holm', email: 'ida@people.example', password: 'password1234' });
    await expect(page.locator('.field', { has: auth.password })).toHaveClass(/is-invalid/);
    await expect(page.getByLabel('Your name')).toHaveValue('Ida Holm');
    await expect(page.getByLabel('Email')).toHaveValue('ida@people.example');
    await expect(page).toHaveURL('/signup');
  });

  test('cannot log in before the address is confirmed, and gets the mail again', async ({ page, complaints }) => {
    complaints.allow(/status of 403/);
    const word = uniqueWord();
    const auth = new Auth(page);
    await open(page, '/signup');
    await auth.signUp({ name: 'Ida Holm', email: address(word) });
    await expect(page).toHaveURL(/\/confirm/);
    await open(page, '/login');
    await auth.logIn(address(word));
    await expect(page.getByText('Confirm your address first')).toBeVisible();
    await page.getByRole('link', { name: 'Send the mail again' }).click();
    // The log-in asks for an address, too.
    await expect(page).toHaveURL(/\/confirm/);
    await page.getByLabel('Email').fill(address(word));
    await page.getByRole('button', { name: 'Send the mail again' }).click();
    await expect(page.getByText('The mail is on its way')).toBeVisible();
  });

  test('signs up, confirms and logs in without scripts', async ({ anotherPerson, complaints }) => {
    complaints.allow(/was preloaded using link preload but not used/);
    const page = await anotherPerson(null, { javaScriptEnabled: false });
    const word = uniqueWord();
    const auth = new Auth(page);
    await page.goto('/signup');
    await auth.signUp({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await expect(page).toHaveURL(/\/confirm/);
    await auth.confirm(address(word));
    await auth.logIn(address(word), 'not the password');
    await expect(page.getByText('The email or the password is not right.')).toBeVisible();
    await auth.logIn(address(word));
    await page.waitForURL((url) => url.pathname === '/');
    await expect(page.getByText('Nothing waits for you')).toBeVisible();
    await page.goto('/settings/teams');
    await page.getByLabel('New team').fill('Workshop');
    await page.getByRole('button', { name: 'Add team' }).click();
    await expect(page.locator('.team-section', { hasText: 'Workshop' })).toBeVisible();
  });
});

test.describe('The log-in', () => {
  test('refuses a wrong password at the field and keeps the address', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const auth = new Auth(page);
    await open(page, '/login');
    await auth.logIn('sara@nordvik.example', 'not the password');
    await expect(page.getByText('The email or the password is not right.')).toBeVisible();
    await expect(page.getByLabel('Email')).toHaveValue('sara@nordvik.example');
    await expect(page).toHaveURL('/login');
  });

  test('leads to the page that was asked for, and never to another site', async ({ page }) => {
    const auth = new Auth(page);
    await open(page, '/workflows/UC/list?q=volvo');
    await expect(page).toHaveURL(/\/login\?next=/);
    await auth.logIn('sara@nordvik.example', DEMO_PASSWORD);
    await expect(page).toHaveURL('/workflows/UC/list?q=volvo');
    await loseSession(page);
    await open(page, '/login?next=//evil.example/');
    await auth.logIn('sara@nordvik.example', DEMO_PASSWORD);
    await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/$/);
  });

  test('a forgotten password is set anew by mail', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    const auth = new Auth(page);
    await open(page, '/signup');
    await auth.signUp({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await auth.confirm(address(word));
    await page.getByRole('link', { name: 'Forgot it' }).click();
    // The log-in asks for an address, too.
    await expect(page).toHaveURL(/\/reset/);
    await hydrated(page);
    await page.getByLabel('Email').fill(address(word));
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail');
    await open(page, await linkInMail(page.request, address(word), 'Set a new password'));
    const fresh = 'seven slow snails sing 12';
    await auth.password.fill(fresh);
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByText('Your new password is set')).toBeVisible();
    await hydrated(page);
    await auth.logIn(address(word), STRONG);
    await expect(page.getByText('The email or the password is not right.')).toBeVisible();
    await auth.logIn(address(word), fresh);
    await page.waitForURL((url) => url.pathname === '/');
  });

  test('an unknown address gets the same answer as a known one', async ({ page }) => {
    await open(page, '/reset');
    await page.getByLabel('Email').fill(address(uniqueWord()));
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail');
  });

  test('a dead link says so and offers another one', async ({ page, complaints }) => {
    complaints.allow(/status of 409/);
    await open(page, '/confirm?token=used-up');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('link', { name: 'Get a new link' })).toBeVisible();
    await open(page, '/invitation?token=used-up');
    await expect(page.getByRole('heading', { name: 'This invitation is not open' })).toBeVisible();
  });
});

test.describe('A team', () => {
  test.use({ as: 'elsa' });
  let word;

  const team = (page, name) => page.locator('.team-section', { hasText: name });

  const opened = async (page, name) => {
    const one = team(page, name);
    if ((await one.getAttribute('open')) === null) await one.locator('summary').click();
    await expect(one).toHaveAttribute('open');
    return one;
  };

  test.beforeEach(async ({ page }) => {
    word = uniqueWord();
    await open(page, '/settings/teams');
    await page.getByLabel('New team').fill(`Valeting ${word}`);
    await page.getByRole('button', { name: 'Add team' }).click();
    await expect(team(page, word)).toBeVisible();
    await expect(page.getByLabel('New team')).toHaveValue('');
  });

  test('gets members, another name, and loses a member', async ({ page }) => {
    const mine = await opened(page, word);
    await mine.getByLabel('Add to the team').selectOption({ label: 'Hanna Nord' });
    await mine.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(mine.locator('.team-people')).toContainText('Hanna Nord');
    await expect(mine.locator('summary')).toContainText('1 person');
    await mine.getByLabel('Name', { exact: false }).first().fill(`Detailing ${word}`);
    await mine.getByRole('button', { name: 'Save team' }).click();
    await expect(mine.locator('summary')).toContainText(`Detailing ${word}`);
    await mine.getByRole('button', { name: 'Take Hanna Nord out of the team' }).click();
    await expect(mine.locator('summary')).toContainText('0 people');
  });

  test('is open when it is new, so that people can be added at once', async ({ page }) => {
    await expect(team(page, word)).toHaveAttribute('open');
    await expect(team(page, word).getByLabel('Add to the team')).toBeVisible();
  });

  test('shows up in the navigation at once', async ({ page, isMobile }) => {
    test.skip(Boolean(isMobile), 'phones have no sidebar');
    await expect(page.locator('nav.sidebar')).toContainText(`Valeting ${word}`);
  });

  test('is deleted and brought back by the message', async ({ page }) => {
    const mine = await opened(page, word);
    await mine.getByRole('button', { name: 'Delete team' }).click();
    await expect(mine).toHaveCount(0);
    await new Shell(page).toast(`Valeting ${word} is deleted`).getByRole('button', { name: 'Undo' }).click();
    await expect(mine).toBeVisible();
  });

  test('may not have the name of another one; the error stands at the field', async ({ page, complaints }) => {
    complaints.allow(/status of (409|422)/);
    await page.getByLabel('New team').fill(`Valeting ${word}`);
    await page.getByRole('button', { name: 'Add team' }).click();
    await expect(page.locator('form', { has: page.getByLabel('New team') }).locator('.is-invalid')).toBeVisible();
    await expect(page.getByLabel('New team')).toHaveValue(`Valeting ${word}`);
    await expect(team(page, word)).toHaveCount(1);
  });
});

test.describe('An organisation', () => {
  test('invites somebody, who joins by mail', async ({ page, anotherPerson }) => {
    const word = uniqueWord();
    await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await open(page, '/settings/members');
    await page.getByRole('link', { name: 'Invite' }).click();
    const guest = address(`guest${word}`);
    await page.getByLabel('Email').fill(guest);
    await page.getByLabel('Name').fill('Per Vik');
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await expect(page).toHaveURL('/settings/members');
    // Until they join they are shown by their address alone.
    await expect(page.getByRole('row', { name: guest })).toContainText('Invited');
    await expect(page.getByText('The invitation is on its way')).toBeVisible();

    const other = await anotherPerson();
    await open(other, await linkInMail(page.request, guest, 'invites you'));
    await expect(other.getByRole('heading', { level: 1 })).toHaveText(`Join Holm ${word}`);
    await expect(other.getByLabel('Your name')).toHaveValue('Per Vik');
    await other.locator('input[name=password]').fill(STRONG);
    await other.getByRole('button', { name: 'Join' }).click();
    await other.waitForURL((url) => !url.pathname.startsWith('/invitation'));
    if (other.url().includes('/login')) {
      await hydrated(other);
      await new Auth(other).logIn(guest);
      await other.waitForURL((url) => url.pathname === '/');
    }
    await open(other, '/settings/organisation');
    await expect(other.getByText('Owners and admins').or(other.locator('.banner')).first()).toBeVisible();
    await expect(other.getByRole('button', { name: 'Save settings' })).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('row', { name: /Per Vik/ })).not.toContainText('Invited');
  });

  test('is one of several: one goes on in another and sees only that one', async ({ page, isMobile }) => {
    const word = uniqueWord();
    await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `First ${word}` });
    await open(page, '/organisations/new');
    await page.getByLabel('Name').fill(`Second ${word}`);
    await page.getByRole('button', { name: 'Create organisation' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await hydrated(page);
    if (isMobile) {
      await page.locator('nav.bottom-bar').getByRole('button', { name: 'Search' }).tap();
      await page.getByRole('combobox', { name: 'Search' }).fill('switch');
      // The page is loaded anew once it is done.
      const loaded = page.waitForEvent('load');
      await new Shell(page).entry(`Switch to First ${word}`).tap();
      await loaded;
    } else {
      await page.getByRole('button', { name: `Organisation: Second ${word}` }).click();
      await page.getByRole('menuitem', { name: `First ${word}` }).click();
      await expect(page.getByRole('button', { name: `Organisation: First ${word}` })).toBeVisible();
    }
    await open(page, '/settings/organisation');
    await expect(page.getByLabel('Name')).toHaveValue(`First ${word}`);
  });

  test('keeps its settings: time zone, clock, currency; pages follow them', async ({ page }) => {
    const word = uniqueWord();
    await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await open(page, '/settings/organisation');
    await page.getByLabel('Name').fill(`Holm & Vik ${word}`);
    await page.getByLabel('Time zone').selectOption('America/New_York');
    await page.getByLabel('Clock').selectOption('12h');
    await page.getByLabel('First day of the week').selectOption('sunday');
    await page.getByLabel('Currency').selectOption('USD');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect(page.getByText('The settings are saved')).toBeVisible();
    await open(page, '/settings/organisation');
    await expect(page.getByLabel('Name')).toHaveValue(`Holm & Vik ${word}`);
    await expect(page.getByLabel('Time zone')).toHaveValue('America/New_York');
    await expect(page.getByLabel('Clock')).toHaveValue('12h');
    await expect(page.getByLabel('First day of the week')).toHaveValue('sunday');
    await expect(page.getByLabel('Currency')).toHaveValue('USD');
  });

  test('takes a logo, refuses what is no picture, and lets it go again', async ({ page, complaints, isMobile }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
    await open(page, '/settings/organisation');
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.locator('.settings-section').locator('.banner')).toBeVisible();
    await hydrated(page);
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: PICTURE });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('The logo is set.')).toBeVisible();
    const picture = page.getByRole('img', { name: 'The present logo' });
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image) => image.naturalWidth)).toBeGreaterThan(0);
    if (!isMobile) await expect(page.locator('.organisation-switcher img'), 'the navigation shows it').toBeVisible();
    await hydrated(page);
    await page.getByRole('button', { name: 'Remove the logo' }).click();
    await expect(page.getByText('The logo is removed.')).toBeVisible();
  });
});

test.describe('A session', () => {
  test('ends with the log-out, and Back does not bring the page back', async ({ page, context, isMobile }) => {
    await context.addCookies((await newSession('petra')).cookies);
    await open(page, '/settings/members');
    const shell = new Shell(page);
    if (isMobile) {
      await shell.bottomBar.getByRole('button', { name: 'Search' }).tap();
      await shell.search.fill('log out');
      await shell.entry('Log out').tap();
    } else {
      const menu = await shell.personMenu();
      await menu.getByRole('menuitem', { name: 'Log out' }).click();
    }
    await expect(page).toHaveURL(/\/login/);
    await page.goBack();
    await expect(page).toHaveURL(/\/login/);
    await expect(page.locator('body')).not.toContainText('petra@nordvik.example');
  });

  test('that ends while one writes loses nothing: a dialog leads to the log-in', async ({ page, context, complaints, api }) => {
    complaints.allow(/status of 401/);
    const word = uniqueWord();
    const maker = await api('elsa');
    const key = await maker.newItem({ title: `Volvo ${word}` });
    await context.addCookies((await newSession('elsa')).cookies);
    await open(page, `/items/${key}`);
    const shell = new Shell(page);
    const box = page.getByRole('textbox', { name: 'Comment' });
    await box.fill(`Long thoughts ${word}`);
    await context.clearCookies();
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(shell.ended).toBeVisible();
    await expect(shell.ended).toContainText('Your session has ended');
    const link = shell.ended.getByRole('link', { name: 'Log in' });
    await expect(link).toHaveAttribute('href', `/login?next=/items/${key}`);
    await expect(box).toHaveValue(`Long thoughts ${word}`);

    // The log-in happens in another tab; coming back closes the dialog.
    await context.addCookies((await newSession('elsa')).cookies);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(shell.ended).toBeHidden();
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(page.locator('.comment-text')).toHaveText(`Long thoughts ${word}`);
  });

  test('that ends while a card is moved puts the card back', async ({ page, context, complaints, api }) => {
    complaints.allow(/status of 401/);
    const word = uniqueWord();
    const key = await (await api('elsa')).newItem({ title: `Volvo ${word}` });
    await context.addCookies((await newSession('elsa')).cookies);
    await open(page, `/workflows/UC?q=${word}`);
    await context.clearCookies();
    await page.locator(`[data-key="${key}"] .card-title a`).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(new Shell(page).ended).toBeVisible();
    await expect(page.locator('.board-column', { hasText: 'Request test' }).locator(`[data-key="${key}"]`)).toBeAttached();
  });
});

/** One red pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
