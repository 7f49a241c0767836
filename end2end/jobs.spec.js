// Background jobs: a mail that its server refuses is seen, retried and put away.
import { axe, test as base, expect, login, open, uniqueWord } from './fixtures.js';
import { Api } from './pages/api.js';
import { startMailServer } from './pages/mail-server.js';
import { Shell } from './pages/shell.js';
import { startServer } from './server.js';

const OWNER = 'elsa@nordvik.example';
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

// axe brings its own script.
test.use({ bypassCSP: true });

/** The failed jobs on the page, the newest first. */
const failed = (page) => page.getByRole('region', { name: 'Failed' }).getByRole('listitem');

/** Invites somebody whose mail server refuses them, and waits for the refusal. */
async function failInvitation(page) {
  mails.refusal = REFUSAL;
  const email = `${uniqueWord()}@away.example`;
  await login(page, OWNER);
  await open(page, '/settings/jobs');
  const before = await failed(page).count();
  await new Api(page.request).call('identity/member/api/invite_member', { email, role: 'member', team: '' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(failed(page)).toHaveCount(before + 1, { timeout: 500 });
  }).toPass();
  await expect(failed(page).first()).toContainText(REFUSAL.slice(4));
  mails.refusal = null;
  return { email, before };
}

test('a mail that was refused is seen, and goes out when it is retried', async ({ page }) => {
  const { email, before } = await failInvitation(page);
  await expect(failed(page).first()).toContainText('Mails');
  await expect(failed(page).first()).toContainText('tried once');
  await expect(page.getByRole('region', { name: 'Workers' })).toContainText('1 works');
  await expect(page.getByText(email)).toHaveCount(0);
  await axe(page);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await axe(page, { rules: ['color-contrast'] });

  await failed(page).first().getByRole('button', { name: 'Retry' }).click();
  await expect(new Shell(page).toast('It runs again')).toBeVisible();
  await expect(failed(page)).toHaveCount(before);
  await expect.poll(() => mails.taken.filter((mail) => mail.includes(email)).length).toBe(1);
  await open(page, '/settings/audit?area=job');
  await expect(page.getByRole('row', { name: /Job: retried/ }).first()).toContainText('Elsa Lindqvist');
});

test('a mail that was refused is put away, and comes back', async ({ page }) => {
  const { before } = await failInvitation(page);
  await failed(page).first().getByRole('button', { name: 'Discard' }).click();
  await expect(failed(page)).toHaveCount(before);
  await new Shell(page).toast('The job is discarded').getByRole('button', { name: 'Undo' }).click();
  await expect(failed(page)).toHaveCount(before + 1);
  await failed(page).first().getByRole('button', { name: 'Discard' }).click();
  await expect(failed(page)).toHaveCount(before);
});

test('a member sees no jobs, nor a link to them', async ({ page, complaints }) => {
  complaints.allow(/status of 403/);
  await login(page, 'marek@nordvik.example');
  await open(page, '/settings/teams');
  await expect(page.getByRole('link', { name: 'Background jobs' })).toHaveCount(0);
  await open(page, '/settings/jobs');
  await expect(page.getByText('Your role does not include managing background jobs')).toBeVisible();
});
