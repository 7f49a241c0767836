// Keys for other programs: made, shown once, used, withdrawn.
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';

/** Asks the interface as a program does. */
const ask = (page, token, path = '/teams') =>
  page.request.get(`/api/v1${path}`, { headers: { authorization: `Bearer ${token}`, cookie: '' } });

const row = (page, name) => page.locator('.settings-row', { hasText: name });

test.describe('The owner', () => {
  test.use({ as: 'elsa' });

  test('makes a key by keyboard, sees it once, uses it and withdraws it', async ({ page, isMobile }) => {
    const name = `Report ${uniqueWord()}`;
    await open(page, '/settings/keys');
    await page.getByRole('link', { name: 'New key' }).click();
    await expect(page).toHaveURL('/settings/keys/new');
    await expect(page.getByLabel('What it is for')).toBeVisible();
    await page.getByLabel('What it is for').focus();
    await page.keyboard.type(name);
    // What only reads is chosen already.
    await expect(page.getByLabel('See the names of people and teams')).toBeChecked();
    await expect(page.getByLabel('Move items along')).not.toBeChecked();
    await page.keyboard.press('Enter');
    await expect(page.getByText('Copy it now')).toBeVisible();
    const token = await page.getByLabel('Your key').inputValue();
    expect(token).toMatch(/^mdp_[\w-]{86}$/);
    await expect(page.locator('.key-example')).toContainText(`Bearer ${token}`);

    const answer = await ask(page, token);
    expect(answer.status()).toBe(200);
    expect((await answer.json()).data.length).toBeGreaterThan(0);
    const refused = await page.request.post('/api/v1/teams', {
      headers: { authorization: `Bearer ${token}` },
      data: { name },
    });
    expect(refused.status()).toBe(403);
    expect((await refused.json()).type).toBe('urn:mediap:problem:forbidden');

    await page.getByRole('link', { name: 'Done' }).click();
    await expect(row(page, name)).toContainText('last used');
    await expect(row(page, name)).not.toContainText('never used');
    await expect(page.getByText(token)).toHaveCount(0);
    if (!isMobile) await axe(page);
    await row(page, name).getByRole('button', { name: `Withdraw ${name}` }).click();
    await expect(row(page, name)).toContainText('Withdrawn');
    expect((await ask(page, token)).status()).toBe(401);
  });

  test('says what is missing, and keeps what was typed', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, '/settings/keys/new');
    await page.getByLabel('What it is for').fill('Nothing at all');
    await page.getByRole('button', { name: 'Nothing' }).click();
    await page.getByRole('button', { name: 'Make key' }).click();
    await expect(page.getByText('Choose what the key may be used for.')).toBeVisible();
    await expect(page.getByLabel('What it is for')).toHaveValue('Nothing at all');
    await axe(page);
  });

  test('reads the reference of the interface', async ({ page, isMobile }) => {
    test.skip(isMobile, 'one width is enough for what is not ours');
    await open(page, '/settings/keys');
    await page.getByRole('link', { name: 'Reference of the interface' }).click();
    await expect(page).toHaveURL('/api/reference');
    await expect(page.getByRole('heading', { name: /Mediap/ })).toBeVisible({ timeout: 15_000 });
    await expect(page.locator('#operations-tag-Teams')).toBeVisible();
  });
});

test.describe('A member', () => {
  test.use({ as: 'marek' });

  test('has keys, but does not see those of others', async ({ page }) => {
    await open(page, '/settings/keys');
    await expect(page.getByRole('heading', { name: 'Yours' })).toBeVisible();
    await expect(page.getByText('those of other members')).toHaveCount(0);
    await open(page, '/settings/keys/new');
    await expect(page.getByLabel('Whose it is')).toHaveCount(0);
    await expect(page.getByLabel('Manage keys and webhooks of the organisation')).toHaveCount(0);
    await hydrated(page);
  });
});
