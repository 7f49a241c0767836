// The audit log: what was done, found by a filter, proved to be whole, taken away.
import { expect, open, test, uniqueWord } from './fixtures.js';

test.describe('The owner', () => {
  test.use({ as: 'elsa' });

  test('finds what was just done, verifies the log and takes it away', async ({ page, api }) => {
    const name = `Audited ${uniqueWord()}`;
    const elsa = await api();
    await elsa.call('identity/team/api/create_team', { name });
    await open(page, '/settings/audit');
    const row = page.getByRole('row').filter({ hasText: name });
    await expect(row).toContainText('Elsa Lindqvist');
    await expect(row).toContainText('Team: created');

    await page.getByLabel('Area').selectOption({ label: 'Teams' });
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page).toHaveURL(/area=team/);
    await expect(row).toBeVisible();
    await open(page, '/settings/audit?until=2020-01-01');
    await expect(page.getByText('No entry fits')).toBeVisible();
    await page.getByRole('link', { name: 'Show everything' }).click();
    await expect(row).toBeVisible();

    await page.getByRole('button', { name: 'Verify' }).click();
    await expect(page.getByText(/^All \d+ entries are as written/)).toBeVisible();
    const csv = await page.request.get('/settings/audit.csv?area=team');
    expect(csv.headers()['content-disposition']).toContain('audit-log.csv');
    expect(await csv.text()).toContain(`"team.created","${name}"`);
    const { id, version } = (await elsa.call('identity/team/api/list_teams')).find((it) => it.name === name);
    await elsa.call('identity/team/api/delete_team', { id, version: String(version) });
  });
});

test.describe('A member', () => {
  test.use({ as: 'marek', allowed: [/status of 403/] });

  test('does not see the log, nor a link to it', async ({ page }) => {
    await open(page, '/settings/teams');
    await expect(page.getByRole('link', { name: 'Audit log' })).toHaveCount(0);
    expect((await page.request.get('/settings/audit.csv')).status()).toBe(403);
  });
});
