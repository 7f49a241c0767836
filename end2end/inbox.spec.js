// The inbox: who is told of what, in every window, and what leaves one alone.
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';

/** Whose inbox it is: nobody else's spec touches it, and each size has its own. */
const owner = (isMobile) => (isMobile ? 'jonas' : 'lina');

test.use({ as: async ({ isMobile }, use) => use(owner(isMobile)) });

/** A row of the inbox by a word of its title. */
const row = (page, word) => page.locator('.inbox-row', { hasText: word });
const elsaWrites = async (api, key, body) => {
  const elsa = await api('elsa');
  const { item } = await elsa.item(key);
  return elsa.call('workflows/api/comment/add_comment', { item_id: item.card.id, body });
};

test.describe('The inbox', () => {
  test('tells of an assignment at once, with the reason, and leads to it', async ({ page, api }) => {
    const word = uniqueWord();
    await open(page, '/inbox');
    const own = await (await api()).call('identity/session/api/viewer');
    const key = await (await api('elsa')).newItem({ title: `Given ${word}`, assignee_id: own.member_id });
    await expect(row(page, word)).toBeVisible();
    await expect(row(page, word)).toContainText('Elsa Lindqvist assigned to you');
    await expect(row(page, word)).toContainText('Because it is assigned to you');
    await expect(row(page, word)).toHaveClass(/is-unread/);
    // The page is left next, and what has not arrived by then goes with it.
    const marked = page.waitForResponse(/\/notifications\/api\/mark$/);
    await row(page, word).getByRole('link').click();
    await expect(page).toHaveURL(`/items/${key}`);
    await marked;
    await open(page, '/inbox?show=all');
    await expect(row(page, word)).not.toHaveClass(/is-unread/);
  });

  test('names people by an @, with a list to choose from', async ({ page, anotherPerson, api, isMobile }) => {
    const word = uniqueWord();
    const key = await (await api('elsa')).newItem({ title: `Named ${word}` });
    await open(page, '/inbox');
    const elsa = await anotherPerson('elsa');
    await open(elsa, `/items/${key}`);
    const field = elsa.locator('textarea[name=body]');
    await field.pressSequentially(`Ask @${owner(isMobile)}`);
    const option = elsa.locator('.mention');
    await expect(option).toBeVisible();
    await elsa.keyboard.press('Enter');
    await expect(option).toHaveCount(0);
    await expect(field).toHaveValue(/^Ask @(Lina Sjö|Jonas Nyman) $/);
    await field.pressSequentially('about the keys');
    await elsa.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(row(page, word)).toContainText('named you in');
    await expect(row(page, word)).toContainText('about the keys');
    await expect(row(page, word)).toContainText('Because you were named');
  });

  test('goes with the comment that it came from', async ({ page, api }) => {
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Gone ${word}` });
    await open(page, '/inbox');
    const id = await elsaWrites(api, key, 'A mistake');
    await expect(row(page, word)).toContainText('A mistake');
    await (await api('elsa')).call('workflows/api/comment/delete_comment', { comment_id: id });
    await expect(row(page, word)).toHaveCount(0);
  });

  test('is marked by keyboard, read and unread, and all at once with a way back', async ({ page, api }) => {
    const word = uniqueWord();
    const maker = await api();
    const keys = [await maker.newItem({ title: `One ${word}` }), await maker.newItem({ title: `Two ${word}` })];
    for (const key of keys) await elsaWrites(api, key, `About ${key}`);
    await open(page, '/inbox');
    await row(page, `Two ${word}`).getByRole('link').focus();
    await page.keyboard.press('ArrowDown');
    await expect(row(page, `One ${word}`).getByRole('link')).toBeFocused();
    await page.keyboard.press('e');
    await expect(row(page, `One ${word}`)).not.toHaveClass(/is-unread/);
    await page.keyboard.press('e');
    await expect(row(page, `One ${word}`)).toHaveClass(/is-unread/);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(page.getByText('Nothing new')).toBeVisible();
    await page.locator('.toast', { hasText: 'Everything marked as read' }).getByRole('button', { name: 'Undo' }).click();
    await expect(row(page, `One ${word}`)).toHaveClass(/is-unread/);
  });

  test('has a number in every window, which follows', async ({ page, context, complaints, api, isMobile }) => {
    test.skip(isMobile, 'on a phone there is a dot');
    const word = uniqueWord();
    await (await api()).call('notifications/api/mark_all');
    const second = await complaints.watch(await context.newPage());
    await open(page, '/workflows');
    await open(second, '/settings/profile');
    const key = await (await api()).newItem({ title: `Counted ${word}` });
    await elsaWrites(api, key, 'Look');
    const badge = (window) => window.locator('.sidebar-link[href="/inbox"] .count');
    await expect(badge(page)).toHaveText('1');
    await expect(badge(second)).toHaveText('1');
    await open(second, `/items/${key}`);
    await expect(badge(page)).toHaveCount(0);
  });

  test('has no barrier', async ({ page, api }) => {
    const key = await (await api()).newItem({ title: `Seen ${uniqueWord()}` });
    await elsaWrites(api, key, 'For everybody');
    await open(page, '/inbox');
    await axe(page);
    await open(page, '/inbox/settings');
    await axe(page);
  });
});

test.describe('What one is told of', () => {
  test('can be chosen by kind', async ({ page, api }) => {
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Quiet ${word}` });
    await open(page, '/inbox/settings');
    const inbox = page.getByRole('switch', { name: 'Comments in the inbox' });
    await inbox.uncheck();
    const ways = async () => Object.fromEntries((await (await api()).call('notifications/api/load_settings')).kinds).Commented;
    await expect.poll(ways).toEqual({ in_app: false, mail: 'daily', push: false });
    await elsaWrites(api, key, 'Nobody hears');
    await page.reload();
    await hydrated(page);
    await expect(inbox).not.toBeChecked();
    await inbox.check();
    await expect.poll(ways).toMatchObject({ in_app: true });
    await open(page, '/inbox?show=all');
    await expect(row(page, word)).toHaveCount(0);
  });

  test('can be chosen differently for one process, and by mail', async ({ page }) => {
    await open(page, '/inbox/settings');
    const place = page.getByLabel('Where they count');
    const mail = page.getByLabel('Comments by mail');
    await place.selectOption({ label: 'Used car intake' });
    await expect(page).toHaveURL(/\?of=/);
    await mail.selectOption('At once');
    await expect(page.getByText('Here you have chosen differently')).toBeVisible();
    await page.reload();
    await hydrated(page);
    await expect(mail).toHaveValue('at_once');
    await expect(place.locator('option:checked')).toHaveText('Used car intake');
    await page.getByRole('button', { name: 'As everywhere' }).click();
    await expect(page.getByText('Here you have chosen differently')).toHaveCount(0);
    await expect(mail).toHaveValue('daily');
    await place.selectOption({ label: 'Everywhere' });
    await expect(page).toHaveURL('/inbox/settings');
  });

  test('can wait', async ({ page }) => {
    await open(page, '/inbox/settings');
    await page.getByRole('button', { name: 'Until tomorrow' }).click();
    await expect(page.getByText(/You are left alone until .*08:00/)).toBeVisible();
    await open(page, '/inbox');
    await expect(page.getByText(/Muted until/)).toBeVisible();
    await open(page, '/inbox/settings');
    await page.getByRole('button', { name: 'Tell me again' }).click();
    await expect(page.getByRole('button', { name: 'One hour' })).toBeVisible();
  });
});
