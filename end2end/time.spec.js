// Time on items: the section of the item's page, the timer, "My time", and time that waits without a network.
import { axe, expect, open, openLive, test, uniqueWord } from './fixtures.js';

test.use({ as: 'marek', allowed: [/status of 422/] });

const section = (page) => page.getByRole('region', { name: 'Time', exact: true });

/** Types a duration and sends the form. */
async function log(page, duration, note = '') {
  const form = section(page).locator('form').first();
  await form.getByLabel('Duration').fill(duration);
  await form.getByLabel('Note').fill(note);
  await form.getByRole('button', { name: 'Log time' }).click();
}

const timeOf = async (api, key) => (await api()).call('timesheets/api/load_item_time', { key });

test('time is logged, changed, deleted and brought back, and others see it at once', async ({ page, api, anotherPerson }) => {
  const word = uniqueWord();
  const key = await (await api()).newItem({ title: `Timed ${word}` });
  const elsa = await anotherPerson('elsa');
  await open(elsa, `/items/${key}`);
  await open(page, `/items/${key}`);
  await log(page, '1h 30m', `Brakes ${word}`);
  const row = section(page).locator('.time-entry');
  await expect(row).toContainText(`Brakes ${word}`);
  await expect(section(page).locator('.time-sum')).toHaveText('1h 30m');
  await expect(section(elsa).locator('.time-entry')).toContainText('Marek Havel');
  await expect(section(elsa).locator('.time-sum')).toHaveText('1h 30m');
  await axe(page);

  await row.getByRole('button', { name: /^Change / }).click();
  await expect(page.locator('#edit-duration')).toBeFocused();
  await page.locator('#edit-duration').fill('0,5');
  await page.keyboard.press('Enter');
  await expect(section(page).locator('.time-sum')).toHaveText('30m');

  await row.getByRole('button', { name: /^Delete / }).click();
  await expect(section(elsa).getByText('No time yet')).toBeVisible();
  await page.locator('.toasts').getByRole('button', { name: /Undo/ }).last().click();
  await expect(section(elsa).locator('.time-sum')).toHaveText('30m');
});

test('what is no duration, or more than a day, is said beside the field', async ({ page, api }) => {
  const key = await (await api()).newItem({ title: `Refused ${uniqueWord()}` });
  await open(page, `/items/${key}`);
  await log(page, 'soon');
  await expect(section(page).getByText('Write how long it took, such as').first()).toBeVisible();
  await expect(section(page).getByLabel('Duration')).toHaveValue('soon');
  await log(page, '90');
  await expect(section(page).getByText('Write 90m for minutes').first()).toBeVisible();
  expect((await timeOf(api, key)).entries).toEqual([]);
});

test('a timer runs, goes on after a reload, and becomes an entry', async ({ page, api }) => {
  const me = await api();
  await me.ask('timesheets/api/discard_timer');
  const key = await me.newItem({ title: `Clocked ${uniqueWord()}` });
  await open(page, `/items/${key}`);
  await section(page).getByRole('button', { name: 'Start timer' }).click();
  const clock = section(page).getByRole('timer');
  await expect(clock).toHaveText(/^0:00:0[1-9]$/);
  await open(page, `/items/${key}`);
  await expect(clock).toBeVisible();
  await section(page).getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByText('Timer stopped, 1m logged')).toBeVisible();
  await expect(section(page).locator('.time-sum')).toHaveText('1m');
});

test('the palette starts the timer on the item, and leads to one’s own time', async ({ page, api, isMobile }) => {
  test.skip(isMobile, 'the same palette');
  const me = await api();
  await me.ask('timesheets/api/discard_timer');
  const key = await me.newItem({ title: `Palette ${uniqueWord()}` });
  await open(page, `/items/${key}`);
  const palette = page.locator('dialog.palette');
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('start timer');
  await expect(palette.getByRole('option').first()).toContainText('Start timer on this item');
  await page.keyboard.press('Enter');
  await expect(section(page).getByRole('timer')).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/items/${key}$`));
  await me.call('timesheets/api/discard_timer');

  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await palette.getByRole('combobox').fill('log time');
  await palette.getByRole('option').filter({ hasText: 'Log time' }).click();
  await expect(page.locator('.time-form [name=item]')).toHaveValue(key);
  await expect(page.locator('.time-form [name=item]')).toBeFocused();
});

test('a week has sums by day and item, and leads to others', async ({ page, api }) => {
  const word = uniqueWord();
  const me = await api();
  const key = await me.newItem({ title: `Week ${word}` });
  await open(page, '/time');
  await page.locator('.time-form [name=item]').fill(key);
  await page.getByLabel('Duration').fill('0:25');
  await page.getByRole('button', { name: 'Log time' }).click();
  const row = page.locator('.time-entry').filter({ hasText: word });
  await expect(row).toContainText('25m');
  await expect(page.locator('.time-items li').filter({ hasText: word })).toContainText('25m');
  await axe(page);
  await page.getByRole('link', { name: 'Previous week' }).click();
  await expect(page).toHaveURL(/week=/);
  await expect(row).toHaveCount(0);
  await page.getByRole('link', { name: 'This week' }).click();
  await expect(row).toBeVisible();
  await page.locator('.time-form [name=item]').fill('UC-999999');
  await page.getByLabel('Duration').fill('5m');
  await page.getByRole('button', { name: 'Log time' }).click();
  await expect(page.getByText('There is no item with this key').first()).toBeVisible();
});

test.describe('Without a network', () => {
  // The browser says itself that there is none.
  test.use({
    serviceWorkers: 'allow',
    allowed: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|Failed to load resource/],
  });

  test('time waits, survives a reload, and is logged once', async ({ page, context, api }) => {
    const key = await (await api()).newItem({ title: `Tunnel ${uniqueWord()}` });
    await openLive(page, `/items/${key}`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await context.setOffline(true);
    await log(page, '45m', 'In a tunnel');
    await expect(page.getByText(`Your time on ${key} waits here`)).toBeVisible();
    await expect(section(page).locator('.time-waits')).toContainText('In a tunnel');
    await expect(section(page).getByLabel('Duration')).toHaveValue('');
    await page.goto('/');
    await expect(page.getByText('One change waits here')).toBeVisible();
    await expect(page.locator('.offline-waiting')).toContainText('In a tunnel');
    await context.setOffline(false);
    await expect(page.getByText(`Your time on ${key} is saved now`)).toBeVisible({ timeout: 10_000 });
    const { entries } = await timeOf(api, key);
    expect(entries.map(({ minutes, note }) => [minutes, note])).toEqual([[45, 'In a tunnel']]);
  });

  test('time whose answer was lost is not logged twice', async ({ page, api }) => {
    const key = await (await api()).newItem({ title: `Lost ${uniqueWord()}` });
    await openLive(page, `/items/${key}`);
    await page.route('**/api/timesheets/api/log_time', async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await log(page, '20m');
    await expect(section(page).locator('.time-waits')).toContainText('20m');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect(page.getByText(`Your time on ${key} is saved now`)).toBeVisible();
    await expect(section(page).locator('.time-waits')).toHaveCount(0);
    expect((await timeOf(api, key)).sum).toBe(20);
  });

  test('time that is refused by then is said, and what was typed is not lost', async ({ page, context, api }) => {
    const me = await api();
    const key = await me.newItem({ title: `Gone ${uniqueWord()}` });
    const { item_id: id } = await timeOf(api, key);
    await openLive(page, `/items/${key}`);
    await context.setOffline(true);
    await log(page, '15m', 'Too late');
    await expect(page.getByText(`Your time on ${key} waits here`)).toBeVisible();
    await me.call('workflows/api/item/delete_item', { item_id: id });
    await context.setOffline(false);
    await expect(page.getByText(`Your time on ${key} was not saved.`)).toBeVisible({ timeout: 10_000 });
    await expect(page.getByRole('button', { name: 'Copy the text' })).toBeVisible();
  });
});
