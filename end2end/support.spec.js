// Support acts as a member who gave leave, and everybody can see it.
import { axe, expect, hydrated, newSession, open, test, uniqueWord } from './fixtures.js';
import { linkInMail } from './pages/mailbox.js';

const SAM = 'sam@support.example';

test.describe('Support', () => {
  // axe brings its own script.
  test.use({ as: 'marek', bypassCSP: true, allowed: [/status of 40[34]/] });

  /** Gives leave in the settings, and returns the address that support is told by mail. */
  async function letIn(page, reason) {
    await open(page, '/settings/security');
    const section = page.getByRole('region', { name: 'Support access' });
    await section.locator('summary').click();
    await section.getByLabel('What should they look at?').fill(reason);
    await section.getByLabel('For how long').selectOption('4 hours');
    await section.getByRole('button', { name: 'I agree, let support in' }).click();
    const leave = section.getByRole('listitem').filter({ hasText: reason });
    await expect(leave).toContainText('allowed by you');
    await linkInMail(page.request, SAM, 'Nordvik Cars asks for help');
    return new URL(await leave.locator('.support-link').textContent()).pathname;
  }

  test('acts as a member, with a bar on every page, and the log names both', async ({ page, anotherPerson }) => {
    const reason = `Look at ${uniqueWord()}`;
    const link = await letIn(page, reason);
    const sam = await anotherPerson(null, { storageState: await newSession('sam'), bypassCSP: true });
    await open(sam, link);
    await expect(sam.getByText(reason)).toBeVisible();
    await axe(sam);
    await sam.getByRole('button', { name: 'Act as Marek Havel' }).click();
    await sam.waitForURL((url) => url.pathname === '/');
    await hydrated(sam);
    const bar = sam.locator('.acting-bar');
    await expect(bar).toContainText('Sam Rivers, you act as Marek Havel in Nordvik Cars until');
    await axe(sam);

    await open(sam, '/workflows/UC');
    await expect(bar).toBeVisible();
    await expect(sam.locator('.card').first()).toBeVisible();
    // The account is not theirs to see.
    await open(sam, '/settings/security');
    await expect(sam.getByText('Only Marek Havel may do this themselves').first()).toBeVisible();

    await bar.getByRole('button', { name: 'Stop' }).click();
    await sam.waitForURL((url) => url.pathname === '/organisations/new');
    await expect(bar).toHaveCount(0);

    const elsa = await anotherPerson('elsa');
    await open(elsa, '/settings/audit?area=support');
    const entry = elsa.getByRole('row', { name: /Support: entered/ }).first();
    await expect(entry).toContainText('Marek Havel');
    await expect(entry).toContainText('by Sam Rivers of support');
    await page.reload();
    await expect(page.getByText('Sam Rivers of Mediap support began to act as you').first()).toBeVisible();
  });

  test('is out as soon as the leave is withdrawn, and the consent says so', async ({ page, anotherPerson, api }) => {
    const reason = `Look at ${uniqueWord()}`;
    const link = await letIn(page, reason);
    const sam = await anotherPerson(null, { storageState: await newSession('sam') });
    await open(sam, link);
    await sam.getByRole('button', { name: 'Act as Marek Havel' }).click();
    await expect(sam.locator('.acting-bar')).toBeVisible();

    const row = page.getByRole('region', { name: 'Support access' }).getByRole('listitem').filter({ hasText: reason });
    await row.getByRole('button', { name: 'Withdraw' }).click();
    await expect(row).toHaveCount(0);
    await sam.goto('/workflows/UC');
    await expect(sam).toHaveURL(/\/organisations\/new/);
    // The link leads nowhere any more.
    expect((await sam.goto(link)).status()).toBe(404);

    const { member_id } = await (await api()).call('identity/session/api/viewer');
    await open(page, `/settings/members/${member_id}/privacy`);
    const consents = page.getByRole('region', { name: 'What you agreed to' });
    await expect(consents.getByRole('listitem').first()).toContainText('taken back');
    await expect(consents.getByRole('listitem').first()).toContainText('Chosen: 4 hours.');
  });

  test('is given leave about a member by an owner, and by nobody else', async ({ anotherPerson, api }) => {
    const { members } = await (await api('elsa')).call('identity/member/api/list_members', { search: 'Anna' });
    const elsa = await anotherPerson('elsa');
    await open(elsa, `/settings/members/${members[0].id}`);
    const section = elsa.getByRole('region', { name: 'Support access' });
    await expect(section).toContainText('let somebody of Mediap support act as Anna Kask');
    const petra = await anotherPerson('petra');
    await open(petra, `/settings/members/${members[0].id}`);
    await expect(petra.getByRole('heading', { name: 'Anna Kask' })).toBeVisible();
    await expect(petra.getByRole('region', { name: 'Support access' })).toHaveCount(0);
  });

  test('is nothing to anybody who is not of support', async ({ page }) => {
    const link = await letIn(page, `Look at ${uniqueWord()}`);
    expect((await page.goto(link)).status()).toBe(404);
  });
});
