// Time limits: working hours in the settings, a limit in the designer, and the clock of an item.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const details = (page) => page.locator('.inspector');
// Where the page is scrolled to, the bar at the bottom of a phone may lie over a part of them.
const UNDER_THE_BAR = ['.moves'];
const clock = (page) => page.getByRole('region', { name: 'Time limit' });

/** Makes a team of its own, whose hours no other test needs. */
async function team(api) {
  const name = `Team ${uniqueWord()}`;
  await (await api()).call('identity/team/api/create_team', { name });
  return name;
}

/** On a phone outline, drawing and details take turns. */
async function showOutline(page) {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  const outline = page.locator('.design-switch').getByRole('button', { name: 'Outline' });
  if (await outline.isVisible()) await outline.click();
}

test('hours of a team are set, a limit is drawn, and the clock of an item runs, stands still and explains itself', async ({
  page,
  api,
}) => {
  // From the hours to the item: one way through six pages.
  test.slow();
  const [name, flow] = [await team(api), await made(api)];

  // Whatever is wrong is said at its field.
  await open(page, '/settings/hours');
  const place = page.locator('details.hours-place', { hasText: name });
  await place.locator('summary').click();
  const form = page.getByRole('form', { name: `Working hours: ${name}` });
  await form.getByLabel('Works at the same hours as the organisation').uncheck();
  await form.getByLabel('Monday').fill('9-12, 11-17');
  await form.getByLabel('Holidays').fill('2031-12-25 Christmas Day\n2031-12-25 Again');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toContainText('9:00–12:00 and 11:00–17:00 overlap.');
  await expect(form).toContainText('2031-12-25 stands there twice.');
  await axe(page);
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    await form.getByLabel(day).fill('0-24');
  }
  await form.getByLabel('Holidays').fill('2031-12-25 Christmas Day');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The working hours are saved')).toBeVisible();
  await expect(place).toContainText('Mon–Sun 0:00–24:00');
  await expect(place).toContainText('1 holiday');

  // The limit of a step, with its ladder.
  await open(page, `/workflows/${flow.key}/design`);
  await showOutline(page);
  await page.locator('.outline-step', { hasText: 'In progress' }).click();
  await details(page).getByLabel('Team', { exact: true }).selectOption(name);
  await details(page).getByLabel('Items should leave in time').check();
  await expect(details(page).getByLabel('Hours')).toHaveValue('8');
  await details(page).getByLabel('Hours').fill('6');
  await details(page).getByLabel('Minutes').fill('30');
  await details(page).getByRole('button', { name: 'Add what happens' }).click();
  await expect(details(page).getByLabel('At percent').last()).toHaveValue('200');
  await details(page).getByLabel('Then').last().selectOption('tell the team');
  await axe(page);
  await showOutline(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('In progress has a time limit now.');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${flow.key}`);

  // The clock of an item.
  const elsa = await api();
  const [workflow] = await elsa.call('workflows/api/workflow/load_form', { key: flow.key });
  const fields = { workflow_id: workflow.head.id, title: `Thing ${uniqueWord()}`, priority: '2' };
  const key = await elsa.call('workflows/api/item/create_item', fields);
  await open(page, `/items/${key}`);
  await expect(clock(page)).toHaveCount(0);
  await elsa.move(key, 'In progress');
  await open(page, `/items/${key}`);
  await expect(clock(page)).toContainText(/6 h (29|30) min left/);
  await expect(clock(page)).toContainText('of 6 h 30 min of working hours');
  await expect(clock(page)).toContainText('Due ');
  await axe(page, { exclude: UNDER_THE_BAR });
  await clock(page).getByRole('button', { name: 'Explain this due date' }).click();
  const why = page.getByRole('dialog', { name: 'Explain this due date' });
  await expect(why).toContainText(`6 h 30 min of working hours of ${name}`);
  await expect(why.getByRole('table')).toContainText('0:00–24:00');
  await expect(why).toContainText('50 %: who works on it is reminded');
  await expect(why).toContainText('200 %: the team is told');
  await axe(page, { exclude: UNDER_THE_BAR });
  await page.keyboard.press('Escape');

  // Without a reason it does not stand still.
  await clock(page).getByText('Wait for somebody else').click();
  await clock(page).getByRole('button', { name: 'Let the clock stand still' }).click();
  await expect(clock(page)).toContainText('Say what is waited for.');
  await clock(page).getByLabel('What is waited for').fill('The supplier has to answer');
  await clock(page).getByRole('button', { name: 'Let the clock stand still' }).click();
  await expect(clock(page)).toContainText('The clock has stood still since');
  await expect(clock(page)).toContainText('The supplier has to answer');
  await expect(page.locator('.event', { hasText: 'stand still' })).toContainText('The supplier has to answer');
  await axe(page, { exclude: UNDER_THE_BAR });
  await clock(page).getByRole('button', { name: 'Let the clock run' }).click();
  await expect(clock(page)).toContainText('Due ');
  await clock(page).getByRole('button', { name: 'Explain this due date' }).click();
  await expect(why).toContainText('Stood still');
  await page.keyboard.press('Escape');
  await elsa.move(key, 'Done');
  await open(page, `/items/${key}`);
  await expect(clock(page)).toHaveCount(0);
});

test('who may not change the hours sees them', async ({ anotherPerson }) => {
  const page = await anotherPerson('jonas');
  await open(page, '/settings/hours');
  await expect(page.getByRole('heading', { name: 'Working hours', level: 1 })).toBeVisible();
  await expect(page.locator('details.hours-place').first()).toContainText('The whole organisation');
  await expect(page.locator('details.hours-place').first().getByRole('button', { name: 'Save' })).toHaveCount(0);
});
