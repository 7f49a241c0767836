// The calendar of the organisation: events that are drawn, moved and answered, and bookings of teams.
import { axe, expect, middle, open, openLive, test, uniqueWord } from './fixtures.js';
import { Finger } from './pages/board.js';

test.use({ as: 'elsa', allowed: [/status of (409|422)/] });

/** How high an hour is. */
const HOUR = 56;

/** A week that no other test uses, years ahead: its Monday and the days after it. */
function ownWeek() {
  const monday = Date.UTC(2031, 0, 6) + Math.floor(Math.random() * 6_000) * 7 * 86_400_000;
  return [0, 1, 2, 3, 4, 5, 6].map((day) => new Date(monday + day * 86_400_000).toISOString().slice(0, 10));
}

/** A time as the server counts it: minutes of clocks since 1970. */
const local = (text) => Date.parse(`${text}:00Z`) / 60_000;

const column = (page, day) => page.locator(`.agenda-column[data-day="${day}"]`);
const entry = (page, text) => page.locator('.agenda-scroll .agenda-entry', { hasText: text });
const toast = (page, text) => page.locator('.toast', { hasText: text });

/** The place of an hour on a day. */
async function at(page, day, hour) {
  const box = await column(page, day).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + hour * HOUR + 1 };
}

/** Carries what is at a place elsewhere, and lets it go only if asked. */
async function drag(page, from, to, { drop = true } = {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  if (drop) await page.mouse.up();
}

/** Opens the dialog of something new; a phone asks what it is. */
async function makeNew(page, what, isMobile) {
  if (isMobile) await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole(isMobile ? 'menuitem' : 'button', { name: what }).click();
}

/** Work of a team that nobody else has, until the test ends. */
async function jobType(api, team, minutes) {
  const me = await api();
  const { directory } = await me.call('identity/session/api/viewer');
  const name = `Wash ${uniqueWord()}`;
  const { id } = await me.call('calendar/api/job_type/add_job_type', {
    name,
    team: directory.teams.find((one) => one.name === team).id,
    minutes,
  });
  return { name, id, gone: () => me.call('calendar/api/job_type/delete_job_type', { id }) };
}

/** One of the free times: not always the same, of which others may take the last place. */
const freeTime = (dialog) => dialog.getByRole('radio').nth(Math.floor(Math.random() * 12));

/** Makes an event without a page. */
async function event(api, title, starts, ends, form = {}) {
  return (await api()).call('calendar/api/event/add_event', { title, starts, ends, ...form });
}

/** What the server knows of an event. */
async function known(api, day, title) {
  const { events } = await (await api()).call('calendar/api/load_agenda', { first: day, days: '7' });
  return events.find((one) => one.title === title);
}

test.describe('Days side by side', () => {
  test.beforeEach(({ isMobile }) => test.skip(Boolean(isMobile), 'phones have a list'));

  test('an event is drawn, moved, made longer, and put back with Z', async ({ page, api }) => {
    const [monday, tuesday, wednesday] = ownWeek();
    const word = uniqueWord();
    await open(page, `/calendar?view=week&day=${monday}`);
    await drag(page, await at(page, tuesday, 10), await at(page, tuesday, 11.4), { drop: false });
    await expect(page.locator('.agenda-slot')).toHaveText('10:00–11:30');
    await page.mouse.up();
    const dialog = page.locator('#event');
    await expect(dialog.getByRole('heading', { name: 'New event' })).toBeVisible();
    await expect(dialog.locator('#event-first')).toHaveValue(tuesday);
    await expect(dialog.locator('#event-from')).toHaveValue('10:00');
    await expect(dialog.locator('#event-to')).toHaveValue('11:30');
    await axe(page, { include: ['#event'] });
    await dialog.getByRole('button', { name: 'Add event' }).click();
    await expect(dialog.getByText('Write what it is.')).toBeVisible();
    await dialog.getByLabel('Title').fill(`Meet ${word}`);
    await dialog.getByLabel('Place').fill('Studio');
    await dialog.getByRole('button', { name: 'Add event' }).click();
    await expect(dialog).toBeHidden();
    const block = entry(page, word);
    await expect(block).toHaveAccessibleName(new RegExp(`Meet ${word}, Tue .*10:00–11:30, Elsa.*, Studio`));
    await axe(page);

    // To another day and time: the old place stays as an outline meanwhile.
    const from = await middle(block);
    const to = await at(page, wednesday, 13.75);
    await drag(page, from, to, { drop: false });
    await expect(block.and(page.locator('.is-dragged'))).toBeVisible();
    await expect(page.locator('#agenda-ghost')).toContainText('13:00–14:30');
    await page.mouse.up();
    await expect(column(page, wednesday).locator('.agenda-entry', { hasText: word })).toBeVisible();
    await expect(toast(page, `Meet ${word}: Wed`)).toBeVisible();
    await expect.poll(async () => (await known(api, monday, `Meet ${word}`)).starts).toBe(local(`${wednesday}T13:00`));

    // Its end is pulled.
    const box = await block.boundingBox();
    await drag(page, { x: box.x + box.width / 2, y: box.y + box.height - 2 }, await at(page, wednesday, 16));
    await expect.poll(async () => (await known(api, monday, `Meet ${word}`)).ends).toBe(local(`${wednesday}T16:00`));
    await expect(toast(page, '13:00–16:00')).toBeVisible();
    await page.keyboard.press('z');
    await expect.poll(async () => (await known(api, monday, `Meet ${word}`)).ends).toBe(local(`${wednesday}T14:30`));

    // Esc leaves everything as it is.
    await drag(page, await middle(block), await at(page, monday, 9), { drop: false });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect(dialog).toBeHidden();
    await expect(column(page, wednesday).locator('.agenda-entry', { hasText: word })).toBeVisible();
  });

  test('keys move an entry, change its end and open it, and what comes of it is said', async ({ page, api }) => {
    const [monday, tuesday, wednesday] = ownWeek();
    const title = `Keys ${uniqueWord()}`;
    await event(api, title, `${tuesday}T09:00`, `${tuesday}T10:00`);
    await open(page, `/calendar?view=week&day=${monday}`);
    const block = entry(page, title);
    await block.focus();
    // Faster than the answers come: it is one change.
    for (const key of ['Alt+ArrowDown', 'Alt+ArrowDown', 'Alt+ArrowRight', 'Alt+Shift+ArrowDown']) {
      await page.keyboard.press(key);
      await expect(block).toBeFocused();
    }
    await expect(page.getByRole('status').filter({ hasText: new RegExp(`${title}: Wed .*09:30–10:45`) })).toBeAttached();
    await expect.poll(async () => (await known(api, monday, title)).starts).toBe(local(`${wednesday}T09:30`));
    await expect.poll(async () => (await known(api, monday, title)).ends).toBe(local(`${wednesday}T10:45`));
    await page.keyboard.press('Enter');
    await expect(page.locator('#event').getByLabel('Title')).toHaveValue(title);
    await page.locator('#event').getByRole('button', { name: 'Call off' }).click();
    await expect(block).toHaveCount(0);
    await page.keyboard.press('z');
    await expect(block).toBeVisible();
  });

  test('what happens at the same time stands side by side', async ({ page, api }) => {
    const [monday] = ownWeek();
    const word = uniqueWord();
    for (const [index, starts] of ['09:00', '09:30', '10:00'].entries()) {
      await event(api, `Side ${index} ${word}`, `${monday}T${starts}`, `${monday}T11:00`);
    }
    await open(page, `/calendar?view=day&day=${monday}`);
    const boxes = await entry(page, word).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    expect(boxes).toHaveLength(3);
    const [first, second, third] = boxes.sort((one, other) => one.left - other.left);
    expect(first.right).toBeLessThanOrEqual(second.left);
    expect(second.right).toBeLessThanOrEqual(third.left);
  });

  test('whole days are pulled longer and carried elsewhere', async ({ page, api }) => {
    const [monday, tuesday, wednesday, thursday] = ownWeek();
    const title = `Fair ${uniqueWord()}`;
    await event(api, title, monday, tuesday, { all_day: 'true' });
    await open(page, `/calendar?view=week&day=${monday}`);
    const piece = (day) => page.locator(`.agenda-all-day[data-day="${day}"] > .agenda-whole[data-entry]`);
    const slot = (day) => page.locator(`.agenda-all-day[data-day="${day}"] > .agenda-whole-slot`);
    const on = async (day) => ({ ...(await at(page, day, 0)), y: (await middle(piece(monday))).y });
    await drag(page, await middle(piece(tuesday).locator('.agenda-edge')), await on(wednesday), { drop: false });
    for (const day of [monday, tuesday, wednesday]) await expect(slot(day)).toBeVisible();
    await expect(slot(thursday)).toHaveCount(0);
    await expect(piece(tuesday)).toHaveClass(/is-dragged/);
    await expect(page.locator('#agenda-ghost')).toContainText(/Mon .* – Wed/);
    await page.mouse.up();
    await expect(piece(wednesday)).toBeVisible();
    await expect.poll(async () => (await known(api, monday, title)).ends).toBe(local(`${thursday}T00:00`));

    await drag(page, await middle(piece(monday)), await on(tuesday), { drop: false });
    await expect(slot(thursday)).toBeVisible();
    await expect(slot(monday)).toHaveCount(0);
    await page.mouse.up();
    await expect(piece(thursday)).toBeVisible();
    await expect.poll(async () => (await known(api, monday, title)).starts).toBe(local(`${tuesday}T00:00`));
    // Also what has no name of its own opens it.
    await piece(thursday).click();
    await expect(page.locator('#event').getByLabel('Title')).toHaveValue(title);
  });

  test('however full a day is, a time is whole or not there', async ({ page, api }) => {
    const [monday, tuesday] = ownWeek();
    for (const [day, count] of [[monday, 4], [tuesday, 9]]) {
      for (let number = 0; number < count; number += 1) {
        await event(api, `Side by side ${number}`, `${day}T09:00`, `${day}T12:00`);
      }
    }
    await open(page, `/calendar?view=week&day=${monday}`);
    const entries = (day) => column(page, day).locator('.agenda-entry');
    const times = entries(monday).locator('.agenda-entry-time');
    await expect(times).toHaveText(['09:00', '09:00', '09:00', '09:00']);
    for (const time of await times.all()) {
      const [inner, outer] = [await time.boundingBox(), await time.locator('..').boundingBox()];
      expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width);
      expect(await time.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(true);
    }
    await expect(entries(tuesday)).toHaveCount(9);
    await expect(entries(tuesday).locator('.agenda-entry-time:visible')).toHaveCount(0);
    await expect(entries(tuesday).first()).toHaveAccessibleName(/Side by side 0, Tue .*09:00–12:00/);
    // So many at once are no targets of their own in a week; in a day they are.
    await axe(page, { exclude: ['.of-9'] });
  });

  test('a booking without a time is dragged into the days, and the team sees it', async ({ page, api, anotherPerson }) => {
    const [monday, , , thursday] = ownWeek();
    const { name, id, gone } = await jobType(api, 'Photo', '90');
    await (await api()).call('calendar/api/booking/add_booking', { job_type: id });
    const other = await anotherPerson('petra');
    await openLive(other, `/calendar?view=week&day=${monday}`);
    await open(page, `/calendar?view=week&day=${monday}`);
    const card = page.locator('.agenda-rail .agenda-wish', { hasText: name });
    await expect(card).toContainText('1.5 h');
    const to = await at(page, thursday, 13.25);
    await drag(page, await middle(card.locator('.agenda-wish-card')), to, { drop: false });
    await expect(page.locator('#agenda-ghost')).toContainText('13:00–14:30');
    await page.mouse.up();
    await expect(column(page, thursday).locator('.agenda-entry', { hasText: name })).toBeVisible();
    await expect(card).toHaveCount(0);
    await expect(column(other, thursday).locator('.agenda-entry', { hasText: name })).toBeVisible();
    await expect(toast(page, `${name}: Thu`)).toBeVisible();
    await page.keyboard.press('z');
    await expect(card).toBeVisible();
    await gone();
  });
});

test('somebody is invited, answers, and the organiser sees it at once', async ({ page, anotherPerson, isMobile }) => {
  const [monday] = ownWeek();
  const word = uniqueWord();
  const list = (of) => of.locator(isMobile ? '.agenda-list .agenda-row' : '.agenda-scroll .agenda-entry', { hasText: word });
  await openLive(page, `/calendar?day=${monday}`);
  await makeNew(page, 'New event', isMobile);
  const dialog = page.locator('#event');
  await dialog.getByLabel('Title').fill(`Lunch ${word}`);
  await dialog.locator('#event-first').fill(monday);
  await dialog.locator('#event-from').fill('11:30');
  await dialog.locator('#event-last').fill(monday);
  await dialog.locator('#event-to').fill('12:30');
  await dialog.getByLabel('People').fill('marek');
  await dialog.getByLabel('People').press('Enter');
  await expect(dialog.getByText('Invited: Marek Havel')).toBeVisible();
  await dialog.getByRole('button', { name: 'Add event' }).click();
  await expect(list(page)).toBeVisible();

  // He is told of it, and why, and the notice leads to it.
  const marek = await anotherPerson('marek');
  await open(marek, '/inbox');
  const notice = marek.locator('.inbox-row', { hasText: word });
  await expect(notice).toContainText(`Elsa Lindqvist invited you to Lunch ${word}`);
  await expect(notice).toContainText('Because you are invited to it');
  await notice.getByRole('link').click();
  const his = marek.locator('#event');
  await expect(his.getByRole('heading', { name: `Lunch ${word}` })).toBeVisible();

  await openLive(marek, `/calendar?day=${monday}`);
  await expect(list(marek)).toHaveClass(/is-open/);
  await list(marek).click();
  await expect(his.getByRole('button', { name: 'Call off' })).toHaveCount(0);
  await his.getByRole('button', { name: 'Yes', exact: true }).click();
  await expect(his.getByRole('button', { name: 'Yes', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await axe(marek, { include: ['#event'] });
  await marek.keyboard.press('Escape');
  await expect(list(marek)).not.toHaveClass(/is-open/);

  await list(page).click();
  await expect(dialog.locator('.agenda-guest', { hasText: 'Marek Havel' })).toContainText('Yes');
  await open(page, '/inbox');
  const answer = page.locator('.inbox-row', { hasText: word });
  await expect(answer).toContainText(`Marek Havel answered your invitation to Lunch ${word}`);
});

test('teams are chosen that are shown, and the address says which', async ({ page, api, isMobile }) => {
  const [monday, tuesday] = ownWeek();
  const photo = await jobType(api, 'Photo', '60');
  const testers = await jobType(api, 'Testers', '60');
  const title = `Event ${uniqueWord()}`;
  const me = await api();
  await me.call('calendar/api/booking/add_booking', { job_type: photo.id, starts: `${tuesday}T10:00` });
  await me.call('calendar/api/booking/add_booking', { job_type: testers.id, starts: `${tuesday}T10:00` });
  await me.call('calendar/api/booking/add_booking', { job_type: photo.id });
  await event(api, title, `${tuesday}T10:00`, `${tuesday}T11:00`);
  await open(page, `/calendar?day=${monday}`);
  const entries = isMobile ? '.agenda-list .agenda-row' : '.agenda-scroll .agenda-entry';
  const shown = (text) => page.locator(entries, { hasText: text });
  const choice = page.getByRole('dialog', { name: 'Teams' });
  await page.getByRole('button', { name: 'Teams', exact: true }).click();
  for (const name of ['Mechanics', 'Photo', 'Testers', 'Events']) await expect(choice.getByLabel(name)).toBeChecked();
  await expect(choice.getByRole('button', { name: 'Clear' })).toHaveCount(0);
  await choice.getByLabel('Photo').focus();
  await page.keyboard.press('Space');
  await expect(choice.getByLabel('Photo')).not.toBeChecked();
  await expect(choice.getByLabel('Photo')).toBeFocused();
  await expect(shown(photo.name)).toHaveCount(0);
  await expect(shown(testers.name)).toHaveCount(1);
  await expect(shown(title)).toHaveCount(1);
  // In whichever order: ids are letters and digits, too.
  await expect(page).toHaveURL(/[?&]teams=(?=[^&]*events)(([0-9a-f]{6}|events)(,|$))+$/);
  await axe(page);
  await choice.getByLabel('Events').uncheck();
  await expect(shown(title)).toHaveCount(0);
  await expect(page.locator('.agenda-teams-count')).toContainText(/^\d+ of \d+, no events$/);
  await page.keyboard.press('Escape');
  await expect(choice).toBeHidden();
  if (!isMobile) {
    const names = page.locator('.agenda-corner > .agenda-load');
    await expect(names.filter({ hasText: 'Testers' })).toHaveCount(1);
    await expect(names.filter({ hasText: 'Photo' })).toHaveCount(0);
    await expect(page.locator('.agenda-rail .agenda-wish', { hasText: photo.name })).toHaveCount(0);
  }

  // Other days keep the choice, and so does the address.
  await page.getByRole('link', { name: 'Next week' }).filter({ visible: true }).click();
  await expect(page).toHaveURL(/day=.*&teams=/);
  await page.goBack();
  await expect(shown(testers.name)).toHaveCount(1);
  await page.reload();
  await expect(shown(testers.name)).toHaveCount(1);
  await expect(shown(photo.name)).toHaveCount(0);

  await open(page, `/calendar?day=${monday}&teams=none`);
  await axe(page);
  await page.locator('.agenda-main').getByRole('link', { name: 'Show all teams' }).filter({ visible: true }).click();
  await expect(shown(photo.name)).toHaveCount(1);
  await expect(page).not.toHaveURL(/teams=/);

  await page.getByRole('button', { name: 'Teams', exact: true }).click();
  await choice.getByLabel('Testers').uncheck();
  await expect(shown(testers.name)).toHaveCount(0);
  await choice.getByRole('button', { name: 'Clear' }).click();
  await expect(shown(testers.name)).toHaveCount(1);
  await expect(choice.getByLabel('Mechanics')).toBeFocused();
  await photo.gone();
  await testers.gone();
});

test('what has no time is not done, and what is typed outlasts news of the item', async ({ page, api }) => {
  const work = await jobType(api, 'Photo', '30');
  const me = await api();
  const key = await me.newItem({ title: `Quiet ${uniqueWord()}` });
  await me.call('calendar/api/booking/add_booking', { job_type: work.id, item: key });
  await openLive(page, `/items/${key}`);
  const section = page.getByRole('region', { name: 'Bookings' });
  const row = section.locator('.agenda-booked-row', { hasText: work.name });
  await expect(row.getByRole('button', { name: 'Call off' })).toBeVisible();
  await expect(row.getByRole('button', { name: 'Done' })).toHaveCount(0);
  await row.getByRole('button', { name: 'Find a slot' }).click();
  const dialog = page.locator('#booking');
  await expect(dialog.getByRole('button', { name: 'Call off' })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Done' })).toHaveCount(0);

  await dialog.getByLabel('Note').fill('Bring the keys.');
  const { item } = await me.item(key);
  const title = `Renamed ${uniqueWord()}`;
  const form = { item_id: item.card.id, version: String(item.card.version), title, priority: '2' };
  await (await api('marek')).call('workflows/api/item/save_item', form);
  await expect(page.locator('h1')).toContainText(title);
  await expect(dialog.getByLabel('Note')).toHaveValue('Bring the keys.');
  await expect(dialog.getByLabel('Note')).toBeFocused();

  // Where a team has no place at all, it is said what can be done.
  await page.route('**/find_slots*', (route) => route.fulfill({ contentType: 'application/json', body: '[]' }));
  await dialog.getByLabel('Minutes').fill('45');
  await expect(dialog.getByText('No free time in the next four weeks')).toBeVisible();
  await axe(page, { include: ['#booking'] });
  await page.unroute('**/find_slots*');
  await dialog.getByLabel('Minutes').fill('30');
  await freeTime(dialog).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row.getByRole('button', { name: 'Done' })).toBeVisible();
  await expect(dialog).toBeHidden();
  await work.gone();
});

test('work is offered, booked at one of the free times, and done', async ({ page, api }) => {
  const name = `Polish ${uniqueWord()}`;
  await open(page, '/calendar/job-types');
  await page.locator('#new-name').fill(name);
  await page.locator('#new-team').selectOption({ label: 'Photo' });
  await page.locator('#new-minutes').fill('30');
  await page.getByRole('button', { name: 'Add job type' }).click();
  await expect(page.locator('.agenda-type', { hasText: name })).toContainText('30 min');

  const key = await (await api()).newItem({ title: `Booked ${uniqueWord()}` });
  await open(page, `/items/${key}`);
  const section = page.getByRole('region', { name: 'Bookings' });
  await section.getByRole('button', { name: 'Book', exact: true }).click();
  const dialog = page.locator('#booking');
  const label = await dialog.getByLabel('Work').locator('option', { hasText: name }).textContent();
  await dialog.getByLabel('Work').selectOption({ label: label.trim() });
  await expect(dialog.getByLabel('Minutes')).toHaveValue('30');
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await expect(dialog.getByText('Choose one of the free times.')).toBeVisible();
  // Before the list is scrolled: a choice half under the name of its day has no room, axe says.
  await axe(page, { include: ['#booking'] });
  await freeTime(dialog).check();
  await dialog.getByRole('button', { name: 'Book', exact: true }).click();
  await expect(dialog).toBeHidden();
  const row = section.locator('.agenda-booked-row', { hasText: name });
  await expect(row).toContainText('Booked');
  await row.getByRole('button', { name: 'Done' }).click();
  await expect(row).toContainText('Done');

  await open(page, '/calendar/job-types');
  const type = page.locator('.agenda-type', { hasText: name });
  await type.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(type).toHaveCount(0);
  await page.locator('.toasts').getByRole('button', { name: /Undo/ }).last().click();
  await expect(type).toBeVisible();
  await type.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(type).toHaveCount(0);
});

test('a phone has the days of the week and a list, and a finger moves what is pressed long', async ({ page, api, isMobile }) => {
  test.skip(!isMobile, 'desktops have days side by side');
  const [monday, tuesday] = ownWeek();
  const title = `Phone ${uniqueWord()}`;
  await event(api, title, `${tuesday}T09:00`, `${tuesday}T10:00`, { place: 'Yard' });
  await open(page, `/calendar?day=${monday}`);
  const row = page.locator('.agenda-row', { hasText: title });
  await expect(row).toContainText('Yard');
  await expect(page.locator('.agenda-strip-day')).toHaveCount(7);
  await expect(page.locator('.agenda-scroll')).toBeHidden();
  await axe(page);
  await row.tap();
  await expect(page.locator('#event').getByLabel('Title')).toHaveValue(title);
  await page.locator('#event').getByRole('button', { name: 'Close' }).tap();

  await open(page, `/calendar?view=day&day=${tuesday}`);
  const block = entry(page, title);
  const finger = await Finger.of(page);
  const from = await middle(block);
  await finger.press(from);
  await expect(block).toHaveClass(/is-dragged/);
  await finger.slide(from, { x: from.x, y: from.y + HOUR });
  await finger.lift();
  await expect.poll(async () => (await known(api, monday, title)).starts).toBe(local(`${tuesday}T10:00`));
});

test('it is read without scripts', async ({ api, anotherPerson, complaints }) => {
  complaints.allow(/was preloaded using link preload but not used/);
  const [monday] = ownWeek();
  const title = `Plain ${uniqueWord()}`;
  await event(api, title, `${monday}T09:00`, `${monday}T10:00`);
  const page = await anotherPerson('elsa', { javaScriptEnabled: false });
  await page.goto(`/calendar?day=${monday}`);
  await expect(page.locator('[data-entry]:visible', { hasText: title })).toBeVisible();
});
