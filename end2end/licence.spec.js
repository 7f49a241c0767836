// The licence: owners read what was bought, nobody else does, and nothing is locked by it.
import { expect, open, test } from './fixtures.js';

test.describe('The owner', () => {
  test.use({ as: 'elsa' });

  test('reads what the free edition has and how a licence is installed', async ({ page }) => {
    await open(page, '/settings/audit');
    await page.getByRole('link', { name: 'Licence' }).click();
    await expect(page).toHaveURL(/\/settings\/licence$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Licence' })).toBeVisible();
    await expect(page.getByText('This is the free edition.')).toBeVisible();
    const included = page.getByRole('region', { name: 'Included' });
    for (const name of ['Single sign-on', 'Audit log', 'Roles and permissions']) {
      await expect(included.getByText(name)).toBeVisible();
    }
    await expect(page.getByRole('region', { name: 'Plan' })).toContainText(/\d+, no limit/);
    await expect(page.getByRole('region', { name: 'Install a licence' })).toContainText('licence.json');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
  });
});

for (const [who, as] of [['An admin', 'petra'], ['A member', 'marek']]) {
  test.describe(who, () => {
    test.use({ as, allowed: [/status of 403/] });

    test('sees neither the licence nor a link to it', async ({ page, api }) => {
      await open(page, '/settings/teams');
      await expect(page.getByRole('link', { name: 'Teams' }).first()).toBeVisible();
      await expect(page.getByRole('link', { name: 'Licence' })).toHaveCount(0);
      expect((await (await api()).ask('identity/licence/api/licence')).status()).toBe(403);
      expect((await open(page, '/settings/licence')).status()).toBe(403);
      await expect(page.getByText('Your role does not include managing the licence')).toBeVisible();
      await expect(page.getByText('This is the free edition.')).toHaveCount(0);
    });
  });
}
