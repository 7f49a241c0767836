// Steps and rules that ask for bookings: designed, waited for on the item's page, given a time, done.
import { test as base, axe, expect, made, open, uniqueWord } from './fixtures.js';
import { choose, details, showOutline } from './pages/design.js';

// A job type of its own, of a team that nobody else books: gone when the test ends.
const test = base.extend({
  job: async ({ api }, use) => {
    const [me, name, crew] = [await api(), `Wash ${uniqueWord()}`, `Crew ${uniqueWord()}`];
    const { member_id: member } = await me.call('identity/session/api/viewer');
    const team = await me.call('identity/team/api/create_team', { name: crew });
    const version = async () => {
      const teams = await me.call('identity/team/api/list_teams');
      return String(teams.find(({ id }) => id === team).version);
    };
    await me.call('identity/team/api/add_team_member', { id: team, member });
    const capacity = { id: team, version: await version(), bookable: 'true', hours: '8' };
    await me.call('identity/team/api/set_team_capacity', capacity);
    const { id } = await me.call('calendar/api/job_type/add_job_type', { name, team, minutes: '90' });
    await use({ id, name, crew });
    await me.call('calendar/api/job_type/delete_job_type', { id });
    await me.call('identity/team/api/delete_team', { id: team, version: await version() });
  },
});

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

// Where the page is scrolled to, the bar at the bottom of a phone may lie over a part of them.
const UNDER_THE_BAR = ['.moves'];

const bookings = (page) => page.getByRole('region', { name: 'Bookings' });
const booking = (page, { name }) => bookings(page).locator('.agenda-booked-row', { hasText: name });
const move = (page, step) => page.locator('#moves .moves > li', { hasText: step });
const here = (page) => page.locator('.step-strip [aria-current=step]');
const why = (page) => page.locator('details.why');
const toast = (page, text) => page.locator('.toast', { hasText: text });
const iconOf = (line) => line.locator('svg use');

/** Publishes that the second step needs a booking, without clicking. */
async function booked(api, job) {
  const elsa = await api();
  const flow = await made(api);
  const design = await elsa.call('workflows/api/design/load_design', { key: flow.key });
  const definition = structuredClone(design.definition);
  definition.steps[1].booking = { job_type: job.id };
  await elsa.publish(design.live.head.id, definition);
  return flow;
}

/** Adds an item to a workflow; hands back its key and its title. */
async function add(api, flow) {
  const elsa = await api();
  const [workflow] = await elsa.call('workflows/api/workflow/load_form', { key: flow.key });
  const title = `Thing ${uniqueWord()}`;
  const key = await elsa.call('workflows/api/item/create_item', { workflow_id: workflow.head.id, title, priority: '2' });
  return { key, title };
}

/** Opens an item and takes it to the step that needs a booking. */
async function comes(page, { key }) {
  await open(page, `/items/${key}`);
  await expect(bookings(page)).toContainText('Nothing is booked for this.');
  await move(page, 'In progress').getByRole('button').click();
  await expect(here(page)).toContainText('In progress');
}

/** Gives the booking of the open item the first free time of another day: nothing of it begins while a test runs. */
async function plan(page, job) {
  await booking(page, job).getByRole('button', { name: 'Find a slot' }).click();
  const dialog = page.locator('#booking');
  await expect(dialog.getByRole('radio').first()).toBeVisible();
  // Those that are shown stay for a moment.
  const later = page.waitForResponse((answer) => answer.url().includes('find_slots'));
  await dialog.getByRole('button', { name: 'Later times' }).click();
  await later;
  await expect(dialog.getByRole('button', { name: 'From the first' })).toBeVisible();
  await dialog.getByRole('radio').first().check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(booking(page, job)).toContainText('Booked');
}

test('a booking is asked for in the designer', async ({ page, api, job }) => {
  const { key } = await made(api);
  const form = details(page).getByRole('region', { name: 'Booking' });
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'Done');
  await expect(details(page).getByLabel('Name', { exact: true })).toHaveValue('Done');
  await expect(form).toHaveCount(0);
  await choose(page, 'In progress');
  await expect(form.getByLabel('Hours')).toHaveCount(0);
  await form.getByLabel('Needs a booking of').selectOption(`${job.name} (${job.crew})`);
  await expect(form).toContainText('Empty for the usual 1 h 30 min.');
  await expect(form.getByLabel('Hours')).toHaveValue('');
  await form.getByLabel('Minutes').fill('3');
  await expect(form).toContainText('A booking takes 5 minutes to two weeks.');
  await form.getByLabel('Hours').fill('2');
  await form.getByLabel('Minutes').fill('15');
  await expect(form).toContainText('Empty for the usual 1 h 30 min.');
  await axe(page);
  await showOutline(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('In progress needs a booking now.');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);

  const { definition } = await (await api()).call('workflows/api/design/load_design', { key });
  expect(definition.steps[1].booking).toEqual({ job_type: job.id, minutes: 135 });
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'In progress');
  await expect(form.getByLabel('Needs a booking of')).toHaveValue(job.id);
  await expect(form.getByLabel('Hours')).toHaveValue('2');
  await expect(form.getByLabel('Minutes')).toHaveValue('15');
});

test('an item without its booking does not go on, and every place says why', async ({ page, api, job, isMobile }) => {
  const flow = await booked(api, job);
  const item = await add(api, flow);
  await comes(page, item);
  const reason = `${item.key} needs a booking of ${job.name} before it goes on from In progress. Give it a time in the calendar.`;
  const forward = move(page, 'Done');
  await expect(forward).toContainText(reason);
  await expect(forward.getByRole('button')).toBeDisabled();
  // Back it may go.
  await expect(move(page, 'To do').getByRole('button')).toBeEnabled();
  await expect(booking(page, job)).toContainText('Unplanned');
  await expect(booking(page, job)).toContainText('1.5 h');
  await why(page).getByText('Why is it here?').click();
  const line = why(page).locator('li', { hasText: `No time is booked for ${job.name}.` });
  await expect(iconOf(line)).toHaveAttribute('href', /#x$/);
  await axe(page, { exclude: UNDER_THE_BAR });

  if (!isMobile) {
    await open(page, `/workflows/${flow.key}`);
    const card = page.locator(`[data-item][data-key="${item.key}"]`);
    await card.locator('.card-title a').focus();
    await page.keyboard.press('m');
    await page.locator('#move-item').getByRole('button', { name: /^Done/ }).click();
    await expect(toast(page, reason)).toBeVisible();
    const column = page.getByRole('region', { name: 'In progress', exact: true });
    await expect(column.locator(`[data-key="${item.key}"]`)).toBeAttached();
  }
  expect(await (await api()).stepOf(item.key)).toBe('In progress');

  await open(page, '/calendar');
  const unplanned = page.getByRole('button', { name: /^Unplanned, / });
  if (isMobile) await unplanned.click();
  const card = page.locator('.agenda-wish:visible', { hasText: item.title });
  await expect(card).toContainText(item.key);
  await expect(card).toContainText(job.name);
  await expect(card).toContainText('1.5 h');
});

test('an item goes on once its booking has a time, which a move that is taken back brings back', async ({ page, api, job }) => {
  const item = await add(api, await booked(api, job));
  await comes(page, item);
  await why(page).getByText('Why is it here?').click();
  await plan(page, job);
  const time = booking(page, job).locator('.agenda-booked-when');
  await expect(time).toHaveText(/\d+ \w{3,}.*, \d\d:\d\d–\d\d:\d\d/);
  const when = await time.textContent();
  const [day, from] = /^(.*), (\d\d:\d\d)–/.exec(when).slice(1);
  const line = why(page).locator('li', { hasText: `${job.name}: booked for ` });
  await expect(line).toContainText(from);
  await expect(line).toContainText(day.replace(/^\w+ /, ''));
  await expect(iconOf(line)).toHaveAttribute('href', /#check$/);
  await expect(page.locator('#moves .move-why')).toHaveCount(0);
  await axe(page, { exclude: UNDER_THE_BAR });

  await move(page, 'Done').getByRole('button').click();
  await expect(here(page)).toContainText('Done');
  await expect(bookings(page)).toContainText('Nothing is booked for this.');
  await page.locator('.toasts').getByRole('button', { name: /Undo/ }).last().click();
  await expect(here(page)).toContainText('In progress');
  await expect(booking(page, job)).toContainText('Booked');
  await expect(time).toHaveText(when);
  await expect(move(page, 'Done').getByRole('button')).toBeEnabled();
});

test('an item goes on by itself once its booking is done', async ({ page, api, job }) => {
  const item = await add(api, await booked(api, job));
  await comes(page, item);
  await plan(page, job);
  await booking(page, job).getByRole('button', { name: 'Done' }).click();
  // Nobody loads the page again.
  await expect(here(page)).toContainText('Done');
  await expect(booking(page, job)).toContainText('Done');
  const moved = page.locator('.event', { hasText: 'it went on by itself from In progress to Done' });
  await expect(moved).toContainText('its booking is done');
  expect(await (await api()).stepOf(item.key)).toBe('Done');
});

test('a rule books for what enters a step', async ({ page, api, job }) => {
  const flow = await made(api);
  await open(page, `/workflows/${flow.key}/automation`);
  await page.getByRole('link', { name: 'New rule' }).click();
  await page.getByLabel('Name').fill('Wash it');
  await page.getByLabel('When', { exact: true }).selectOption('An item enters a step');
  await page.getByLabel('Which step').selectOption('In progress');
  const offers = page.getByRole('group', { name: 'Add what it does' });
  await offers.getByRole('button', { name: 'Book', exact: true }).click();
  const deed = page.locator('.rule-deed');
  await deed.getByLabel('Job type').selectOption({ label: `${job.name} (${job.crew})` });
  await expect(deed).toContainText('Empty for the usual 1 h 30 min.');
  await deed.getByLabel('Minutes').fill('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(deed).toContainText('A booking takes 5 minutes to two weeks.');
  await axe(page);
  await deed.getByLabel('Minutes').fill('45');
  await expect(page.locator('.rule-preview')).toHaveText(
    `When a thing enters In progress: ask for a booking of ${job.name}.`,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(`/workflows/${flow.key}/automation`);

  const item = await add(api, flow);
  await comes(page, item);
  // What a rule asks for comes soon, without loading the page again, and keeps nothing from going on.
  await expect(booking(page, job)).toContainText('Unplanned');
  await expect(booking(page, job)).toContainText('45 min');
  await expect(move(page, 'Done').getByRole('button')).toBeEnabled();
  await open(page, `/workflows/${flow.key}/automation?show=runs`);
  const run = page.locator('.rules > li', { hasText: item.key });
  await expect(run).toContainText('Wash it');
  await expect(run).toContainText(`Asked for a booking: ${job.name}`);
  await axe(page);
});
