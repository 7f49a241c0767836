// Roles: what each may do, making one, giving and taking it.
import { expect, open, test, uniqueWord } from './fixtures.js';
import { Shell } from './pages/shell.js';

test.describe.configure({ mode: 'serial' });

/** The address of a demo person's page. */
async function pageOf(api, name) {
  const { members } = await api.call('identity/member/api/list_members', { search: name });
  return `/settings/members/${members[0].id}`;
}

/** Gives a role on the page of a member. */
async function give(page, role, place) {
  await page.locator('#field-further-role').selectOption({ label: role });
  if (place) await page.getByLabel('Where it counts').selectOption({ label: place });
  await page.getByRole('button', { name: 'Give role' }).click();
}

test.describe('The owner', () => {
  test.use({ as: 'elsa' });

  test('reads what each role may do and downloads it', async ({ page, isMobile }) => {
    await open(page, '/settings/roles');
    const table = page.getByRole('table', { name: 'What each role may do' });
    await expect(table.getByRole('row', { name: /Publish workflows/ })).toBeVisible();
    if (isMobile) {
      await page.locator('.role-choice select').selectOption({ label: 'Workflow manager' });
      await expect(page).toHaveURL(/role=workflow_manager/);
      await expect(page.getByText('Looks after workflows')).toBeVisible();
      await expect(table.getByRole('row', { name: 'Publish workflows Yes' })).toBeVisible();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide).toBe(false);
    } else {
      await expect(table.getByRole('link', { name: 'Workflow manager' })).toBeVisible();
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('roles.csv');
  });

  test('makes a role, gives it to Marek, and he may do one thing more at his next click', async ({
    page,
    api,
    anotherPerson,
    complaints,
  }) => {
    complaints.allow(/status of 403/);
    const name = `Keeper ${uniqueWord()}`;
    const marek = await anotherPerson('marek');
    await open(marek, '/settings/teams');
    await expect(marek.getByRole('button', { name: 'Add team' })).toHaveCount(0);
    const asMarek = await api('marek');
    const refused = await asMarek.ask('identity/team/api/create_team', { name: uniqueWord() });
    expect(refused.status()).toBe(403);

    await open(page, '/settings/roles');
    await page.getByRole('link', { name: 'New role' }).click();
    await page.getByLabel('Start from').selectOption({ label: 'Client viewer' });
    await expect(page.getByLabel('See reports')).toBeChecked();
    await page.locator('input[name=name]').fill(name);
    await page.getByLabel('Manage teams').check();
    await page.getByRole('button', { name: 'Make role' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(page.getByText('Nobody has it.')).toBeVisible();

    await open(page, await pageOf(await api(), 'Marek'));
    await give(page, name);
    await expect(new Shell(page).toast(name)).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('Everywhere');

    const team = uniqueWord();
    const allowed = await asMarek.ask('identity/team/api/create_team', { name: team });
    expect(allowed.status()).toBe(200);
    await open(marek, '/settings/teams');
    await expect(marek.getByRole('button', { name: 'Add team' })).toBeVisible();

    await page.getByRole('button', { name: `Take ${name} away` }).click();
    await expect(page.getByText('No further roles.')).toBeVisible();
    expect((await asMarek.ask('identity/team/api/create_team', { name: uniqueWord() })).status()).toBe(403);
    await new Shell(page).toast(name).getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible();

    // Removing the role ends it for everybody; undo brings both back.
    await page.getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'Remove role' }).click();
    await expect(page.getByText('This role is removed')).toBeVisible();
    expect((await asMarek.ask('identity/team/api/create_team', { name: uniqueWord() })).status()).toBe(403);
    await new Shell(page).toast('is removed').getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('One person has it.')).toBeVisible();
    // A message stays as long as the pointer rests on it, and on a phone it covers the button.
    await page.mouse.move(0, 0);
    await page.getByRole('button', { name: 'Remove role' }).click();
    await expect(page.getByText('This role is removed')).toBeVisible();
    const { id, version } = (await (await api()).call('identity/team/api/list_teams')).find((it) => it.name === team);
    await (await api()).call('identity/team/api/delete_team', { id, version: String(version) });
  });

  test('makes Marek leader of one team: he changes that one and no other', async ({ page, api, anotherPerson, complaints }) => {
    complaints.allow(/status of 403/);
    const owner = await api();
    const [own, other] = [uniqueWord(), uniqueWord()];
    const ids = {};
    for (const name of [own, other]) ids[name] = await owner.call('identity/team/api/create_team', { name });
    await open(page, await pageOf(owner, 'Marek'));
    await give(page, 'Team leader', `Team ${own}`);
    await expect(page.getByRole('listitem').filter({ hasText: 'Team leader' })).toContainText(own);

    const marek = await anotherPerson('marek');
    await open(marek, `/settings/teams?team=${ids[own]}`);
    const section = marek.locator('.team-section', { hasText: own });
    await section.locator('input[name=name]').fill(`${own} crew`);
    await section.getByRole('button', { name: 'Save team' }).click();
    await expect(marek.locator('.team-section summary', { hasText: `${own} crew` })).toBeVisible();
    await expect(section.getByRole('button', { name: 'Delete team' })).toHaveCount(0);
    await marek.locator('.team-section summary', { hasText: other }).click();
    await expect(marek.locator('.team-section', { hasText: other }).getByRole('button', { name: 'Save team' })).toHaveCount(0);
    const asMarek = await api('marek');
    const form = { id: ids[other], version: '1', name: 'Ours', category: '1' };
    expect((await asMarek.ask('identity/team/api/update_team', form)).status()).toBe(403);

    await page.getByRole('button', { name: 'Take Team leader away' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'Team leader' })).toHaveCount(0);
    await owner.call('identity/team/api/delete_team', { id: ids[own], version: '2' });
    await owner.call('identity/team/api/delete_team', { id: ids[other], version: '1' });
  });

  test('is told at the field that a name is taken, and loses nothing', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, '/settings/roles/new');
    await page.locator('input[name=name]').fill('team leader');
    await page.getByLabel('Move items along').check();
    await page.getByRole('button', { name: 'Make role' }).click();
    await expect(page.getByText('A built-in role has this name.')).toBeVisible();
    await expect(page.getByLabel('Move items along')).toBeChecked();
  });
});

test.describe('An admin', () => {
  test.use({ as: 'petra' });

  test('gives nothing that goes beyond them, and does not touch owners', async ({ page, api, complaints }) => {
    complaints.allow(/status of 403/);
    const petra = await api();
    await open(page, await pageOf(petra, 'Marek'));
    await expect(page.locator('#field-further-role option', { hasText: 'Consultant' })).toHaveCount(1);
    await expect(page.locator('#field-further-role option', { hasText: 'Finance officer' })).toHaveCount(0);
    await open(page, await pageOf(petra, 'Elsa'));
    await expect(page.getByText('Only owners change owners')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Give role' })).toHaveCount(0);
    await open(page, '/settings/roles/new');
    await expect(page.getByLabel('Change bank details')).toBeDisabled();
    const form = { name: uniqueWord(), 'permissions[0]': 'finance.bank' };
    expect((await petra.ask('identity/role/api/create_role', form)).status()).toBe(403);
  });
});

test.describe('A member', () => {
  test.use({ as: 'marek' });

  test('sees the roles without any control, and is refused', async ({ page, api, complaints }) => {
    complaints.allow(/status of 403/);
    await open(page, '/settings/roles');
    await expect(page.getByRole('table', { name: 'What each role may do' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'New role' })).toHaveCount(0);
    await open(page, '/settings/roles/workflow_manager');
    await expect(page.getByText('Publish workflows')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Make a role like this' })).toHaveCount(0);
    const marek = await api();
    await open(page, await pageOf(marek, 'Oskar'));
    await expect(page.getByRole('listitem').filter({ hasText: 'Workflow manager' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Give role' })).toHaveCount(0);
    expect((await marek.ask('identity/role/api/create_role', { name: uniqueWord() })).status()).toBe(403);
  });
});

test.describe('Without scripts', () => {
  test('a role is made, and taken back after its removal', async ({ anotherPerson, complaints }) => {
    complaints.allow(/.*/);
    const page = await anotherPerson('elsa', { javaScriptEnabled: false });
    const name = `Plain ${uniqueWord()}`;
    await page.goto('/settings/roles/new');
    await page.locator('input[name=name]').fill(name);
    await page.getByLabel('Add items').check();
    await page.getByLabel('See reports').check();
    await page.getByRole('button', { name: 'Make role' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(page.getByLabel('Add items')).toBeChecked();
    await expect(page.getByLabel('See reports')).toBeChecked();
    await page.getByRole('button', { name: 'Remove role' }).click();
    await expect(page.getByText('The role is removed')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page).toHaveURL(/\/settings\/roles$/);
    await expect(page.locator('.role-matrix thead').getByText(name)).toHaveCount(1);
    await page.locator('.role-matrix thead a', { hasText: name }).evaluate((link) => link.href).then((href) => page.goto(href));
    await page.getByRole('button', { name: 'Remove role' }).click();
  });
});
