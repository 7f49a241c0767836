// Data and privacy: a person's data to take away, and a person erased.
import { readFile } from 'node:fs/promises';
import { DEMO_PASSWORD, expect, open, test, uniqueWord } from './fixtures.js';

/** The id of the member who is found by a search. */
async function memberOf(api, search) {
  const { members } = await api.call('identity/member/api/list_members', { search });
  return members[0].id;
}

/** Shows that it is still the same person, if the page asks. */
async function proveIfAsked(page, done) {
  const field = page.locator('#prove-field');
  await Promise.race([field.waitFor(), done]);
  if (await field.isVisible()) {
    await field.fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Go on' }).click();
  }
}

test.describe('The owner', () => {
  test.use({ as: 'elsa', allowed: [/status of 4(03|22)/] });

  test('takes away what is kept about Marek', async ({ page, api }) => {
    const marek = await memberOf(await api(), 'Marek');
    await open(page, `/settings/members/${marek}`);
    await page.getByRole('link', { name: 'Data and privacy' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Marek Havel');
    const wanted = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    await proveIfAsked(page, wanted);
    const download = await wanted;
    expect(download.suggestedFilename()).toBe('personal-data.json');
    const document = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(document.data.profile[0].email).toBe('marek@nordvik.example');
    expect(JSON.stringify(document)).not.toContain('password_hash');
  });

  test('sees what erasing does, and erases somebody', async ({ page, api }) => {
    const elsa = await api();
    const email = `gone-${uniqueWord().toLowerCase()}@nordvik.example`;
    await elsa.call('identity/member/api/invite_member', { email, name: `Gone ${uniqueWord()}`, role: 'member' });
    const member = await memberOf(elsa, email);
    await open(page, `/settings/members/${member}/privacy`);
    const table = page.getByRole('table', { name: 'What erasing does' });
    await expect(table.getByRole('row', { name: /Their account/ })).toContainText('Deleted');

    const field = page.getByLabel('Type their address to go on');
    await field.fill('somebody@else.example');
    const erase = page.getByRole('button', { name: 'Erase for good' });
    const refused = page.getByText('This is not the address of this person');
    await erase.click();
    await proveIfAsked(page, refused.waitFor());
    await expect(refused).toBeVisible();
    await field.fill(email);
    await erase.click();
    await expect(page.getByText('This person is erased already.')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Erased person');
    const { members } = await elsa.call('identity/member/api/list_members', { search: email });
    expect(members).toEqual([]);
  });

  test('is not erased while nobody else owns the organisation', async ({ page, api }) => {
    await open(page, `/settings/members/${await memberOf(await api(), 'Elsa')}/privacy`);
    await expect(page.getByText('Elsa Lindqvist is the only owner.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Erase for good' })).toHaveCount(0);
  });
});

test.describe('A member', () => {
  test.use({ as: 'marek', allowed: [/status of 403/] });

  test('may have their own data and nobody else’s', async ({ page, api }) => {
    const marek = await api();
    const elsa = await memberOf(await api('elsa'), 'Elsa');
    const own = await memberOf(await api('elsa'), 'Marek');
    expect((await page.request.get(`/settings/people/${elsa}/data.json`)).status()).toBe(403);
    expect((await marek.ask('identity/privacy/api/plan_erasure', { member: elsa })).status()).toBe(403);
    await open(page, `/settings/members/${own}/privacy`);
    await expect(page.getByRole('button', { name: 'Download' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Erase' })).toHaveCount(0);
  });
});
