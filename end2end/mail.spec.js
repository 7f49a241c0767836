// The outbox: which mails went out, which did not and why, and sending one again. The mail server runs on this machine.
import { axe, test as base, expect, login, open, uniqueWord } from './fixtures.js';
import { Api } from './pages/api.js';
import { startMailServer } from './pages/mail-server.js';
import { startServer } from './server.js';

const REFUSAL = '550 5.1.1 nobody of this name lives here';

let mails;

const test = base.extend({
  server: [
    async ({}, use) => {
      mails = await startMailServer();
      const settings = () => ({ MEDIAP_MAIL: 'smtp', MEDIAP_SMTP_URL: mails.url });
      const server = await startServer({ settings });
      await use(server);
      server.stop();
      mails.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

/** Waits until the mail to somebody has this state, and hands back its row. */
async function rowOf(page, email, state) {
  const row = page.getByRole('row').filter({ hasText: email });
  await expect(async () => {
    await open(page, `/settings/mail?text=${email}`);
    await expect(row).toContainText(state, { timeout: 500 });
  }).toPass({ timeout: 15_000, intervals: [200, 500, 1_000] });
  return row;
}

/** Invites somebody, and waits until the mail to them has this state. */
async function invite(page, state, fate = {}) {
  Object.assign(mails, { refusal: null, dropping: false }, fate);
  const email = `${uniqueWord()}@people.example`;
  await new Api(page.request).call('identity/member/api/invite_member', { email, name: 'Ida Holm', role: 'member' });
  await rowOf(page, email, state);
  Object.assign(mails, { refusal: null, dropping: false });
  return email;
}

/** How often a mail to somebody was read by the mail server. */
const readBy = (email) => mails.taken.filter((mail) => mail.includes(`To: ${email}`)).length;

test('an admin sees what became of each mail, and sends one again', async ({ page }) => {
  await login(page, 'petra@nordvik.example');
  const fine = await invite(page, 'Sent');
  const lost = await invite(page, 'Maybe sent', { dropping: true });
  const refused = await invite(page, 'Failed', { refusal: REFUSAL });

  await open(page, '/settings/audit');
  await page.getByRole('link', { name: 'Mail', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mail' })).toBeVisible();
  const row = (email) => page.getByRole('row').filter({ hasText: email });
  await expect(row(fine)).toContainText('250 taken');
  await expect(row(fine).getByRole('button')).toHaveCount(0);
  await expect(row(lost)).toContainText('Ask before you send it again');
  await expect(row(refused)).toContainText(REFUSAL);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide).toBe(false);

  await page.getByLabel('State').selectOption({ value: 'failed' });
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/state=failed/);
  await expect(row(refused)).toBeVisible();
  await expect(row(fine)).toHaveCount(0);

  await row(refused).getByRole('button', { name: /^Send again/ }).click();
  await expect(page.getByText(`On its way to ${refused}`)).toBeVisible();
  await rowOf(page, refused, 'Sent');
  // What may have been sent is not sent again by itself.
  expect([readBy(fine), readBy(lost), readBy(refused)]).toEqual([1, 1, 1]);
  await open(page, '/settings/audit?area=mail');
  await expect(page.getByRole('row').filter({ hasText: 'Mail: sent again' }).first()).toContainText('Petra Ek');
});

test('a member sees neither the outbox nor a link to it', async ({ page, complaints }) => {
  complaints.allow(/status of 403/);
  await login(page, 'marek@nordvik.example');
  await open(page, '/settings/teams');
  await expect(page.getByRole('link', { name: 'Mail', exact: true })).toHaveCount(0);
  expect((await open(page, '/settings/mail')).status()).toBe(403);
  await expect(page.getByText('Your role does not include seeing sent mail')).toBeVisible();
});

test('the development mailbox shows what the outbox holds back', async ({ page }) => {
  await login(page, 'elsa@nordvik.example');
  const email = await invite(page, 'Failed', { refusal: REFUSAL });
  await page.goto('/dev/mail');
  await expect(page.getByRole('row').filter({ hasText: email })).toContainText('failed');
});

test.describe('The outbox', () => {
  // axe brings its own script.
  test.use({ bypassCSP: true });

  test('has no barrier', async ({ page }) => {
    await login(page, 'elsa@nordvik.example');
    await invite(page, 'Maybe sent', { dropping: true });
    await invite(page, 'Failed', { refusal: REFUSAL });
    await open(page, '/settings/mail');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await axe(page);
    }
  });
});
