// Fields of all kinds, conditions between them, and what who may do in which step: designed, filled in, refused.
import { axe, expect, made, open, test } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const form = (page) => page.locator('.inspector').getByRole('region', { name: 'Form' });
const checks = (page) => page.getByRole('region', { name: 'Checks' });

/** Presses as people do here: with a finger, or with the keyboard. */
async function press(control, isMobile) {
  if (isMobile) return control.tap();
  await control.focus();
  await control.press('Enter');
}

/** Ticks a box with a finger, or with the keyboard. */
async function tick(box, isMobile) {
  if (isMobile) return box.tap();
  await box.focus();
  await box.press('Space');
}

/** Adds a field; its details are open then. */
async function add(page, name, kind, isMobile) {
  await press(form(page).getByRole('button', { name: 'Add a field' }), isMobile);
  await expect(form(page).getByLabel('Name of the field')).toBeFocused();
  await page.keyboard.type(name);
  await form(page).getByLabel('It holds').selectOption(kind);
}

/** Publishes a form in the first step, without clicking, and hands back the letters of the workflow. */
async function published(api, fields) {
  const elsa = await api();
  const { key } = await made(api);
  const { live, definition } = await elsa.call('workflows/api/design/load_design', { key });
  definition.fields = fields.map((field) => ({
    id: crypto.randomUUID(),
    step_id: definition.steps[0].id,
    unit: '',
    required: false,
    choices: [],
    ...field,
  }));
  await elsa.publish(live.head.id, definition);
  return key;
}

async function publish(page, isMobile) {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  const outline = page.locator('.design-switch').getByRole('button', { name: 'Outline' });
  if (await outline.isVisible()) await outline.click();
  await press(page.getByRole('button', { name: 'Publish', exact: true }).first(), isMobile);
  await press(page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }), isMobile);
}

test('fields of all kinds and a condition are designed and tried out', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await press(page.locator('.outline-step').first(), isMobile);
  await add(page, 'Colours', 'Several of some choices', isMobile);
  await form(page).getByLabel('Choices, one a line').fill('Red\nBlue\nGreen');
  await add(page, 'Shade', 'Text', isMobile);
  await tick(form(page).getByLabel('Shown only under a condition'), isMobile);
  const when = form(page).getByRole('group', { name: 'Shown only under a condition' });
  await when.getByLabel('Value').selectOption('Blue');
  await expect(when.getByLabel('What of it')).toHaveValue('has');
  await add(page, 'Starts', 'Day and time', isMobile);
  await add(page, 'Seller', 'A member', isMobile);
  await add(page, 'Crew', 'A team', isMobile);
  await add(page, 'Before', 'Checklist', isMobile);
  await form(page).getByLabel('Points, one a line').fill('Call\nWash');
  await tick(form(page).getByLabel('Needed before an item goes on'), isMobile);
  await add(page, 'Net', 'Amount of money', isMobile);
  await add(page, 'Gross', 'Worked out of other fields', isMobile);
  await form(page).getByLabel('Formula').fill('nett * 1.25');
  await expect(checks(page)).toContainText('Did you mean `net`?');
  await form(page).getByLabel('Formula').fill('net * 1.25');
  await form(page).getByLabel('It gives').selectOption('An amount of money');
  await expect(checks(page)).not.toContainText('Did you mean');
  await axe(page);

  // The preview does what the form will do.
  await form(page).locator('summary', { hasText: 'How it looks' }).click();
  const preview = form(page).locator('.inspector-preview');
  await expect(preview.getByLabel('Shade')).toBeHidden();
  await preview.getByLabel('Blue').check();
  await expect(preview.getByLabel('Shade')).toBeVisible();

  await publish(page, isMobile);
  await expect(page).toHaveURL(`/workflows/${key}`);
});

test('a form with fields of all kinds and a condition is filled in', async ({ page, api, isMobile }) => {
  const key = await published(api, [
    { key: 'colours', label: 'Colours', kind: 'choices', choices: ['Red', 'Blue', 'Green'] },
    { key: 'shade', label: 'Shade', kind: 'text', terms: { show_when: { tests: [{ field: 'colours', is: 'has', value: 'Blue' }] } } },
    { key: 'starts', label: 'Starts', kind: 'date_time' },
    { key: 'seller', label: 'Seller', kind: 'person' },
    { key: 'before', label: 'Before', kind: 'checklist', choices: ['Call', 'Wash'], required: true },
    { key: 'net', label: 'Net', kind: 'money' },
    { key: 'gross', label: 'Gross', kind: 'computed', terms: { formula: 'net * 1.25', money: true } },
  ]);
  await open(page, `/workflows/${key}/new`);
  await page.getByLabel('Title').fill('A visit');
  await expect(page.getByLabel('Shade')).toBeHidden();
  await tick(page.getByLabel('Blue'), isMobile);
  await page.getByLabel('Shade').fill('dark');
  await page.getByLabel('Starts').fill('2026-07-01T09:00');
  await axe(page);
  await press(page.getByRole('button', { name: 'Add thing' }), isMobile);
  await expect(page).toHaveURL(/\/items\//);
  await expect(page.getByRole('heading', { name: 'A visit' })).toBeVisible();

  // The item page: every change saves itself.
  const saved = () => page.waitForResponse((answer) => answer.url().includes('load_item'));
  const after = async (act) => {
    const loaded = saved();
    await act();
    await loaded;
  };
  await expect(page.getByLabel('Starts')).toHaveValue('2026-07-01T09:00');
  await expect(page.locator('.field', { hasText: 'Gross' }).last()).toContainText('Net is empty.');
  await after(() => page.getByLabel('Seller').selectOption('Marek Havel'));
  await after(() => tick(page.getByLabel('Call'), isMobile));
  await expect(page.locator('#moves')).toContainText('Before');
  await after(() => tick(page.getByLabel('Wash'), isMobile));
  await expect(page.locator('#moves').getByRole('button', { name: /In progress/ })).toBeEnabled();
  await after(async () => {
    await page.getByRole('textbox', { name: 'Net' }).fill('100');
    await page.getByRole('textbox', { name: 'Net' }).blur();
  });
  await expect(page.locator('.field', { hasText: 'Gross' }).last()).toContainText('125');
  await axe(page);

  // What is hidden goes, and the history keeps it.
  await after(() => tick(page.getByLabel('Blue'), isMobile));
  await expect(page.getByLabel('Shade')).toBeHidden();
  await expect(page.getByText('Hidden now, so not kept: Shade').first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Shade')).toBeHidden();
  await expect(page.getByLabel('Blue')).not.toBeChecked();
  await expect(page.getByLabel('Call')).toBeChecked();
  await expect(page.getByLabel('Seller').locator('option:checked')).toHaveText('Marek Havel');
  const elsa = await api();
  const { item } = await elsa.item(page.url().split('/').pop());
  expect(item.data.shade).toBeUndefined();
  expect(item.data.starts).toBe('2026-07-01T09:00:00+02:00');
  expect(item.data.before).toEqual(['Call', 'Wash']);
});

test('an hour that clocks skip, and what a form does not ask for, are refused', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await press(page.locator('.outline-step').first(), isMobile);
  await add(page, 'Starts', 'Day and time', isMobile);
  await add(page, 'Note', 'Text', isMobile);
  await form(page).locator('summary', { hasText: 'Otherwise in some steps' }).click();
  await press(form(page).getByRole('button', { name: 'Say it for a step' }), isMobile);
  await expect(form(page).getByLabel('It is', { exact: true })).toHaveValue('read');
  await axe(page);
  await publish(page, isMobile);
  await expect(page).toHaveURL(`/workflows/${key}`);

  await open(page, `/workflows/${key}/new`);
  await page.getByLabel('Title').fill('A visit');
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveCount(0);
  await page.getByLabel('Starts').fill('2026-03-29T02:30');
  await press(page.getByRole('button', { name: 'Add thing' }), isMobile);
  await expect(page.getByText('There is no 02:30 on 2026-03-29')).toBeVisible();

  const elsa = await api();
  const workflow = (await elsa.call('workflows/api/workflow/load_form', { key }))[0];
  const sent = { workflow_id: workflow.head.id, title: 'A visit', priority: '2' };
  for (const [field, why] of [
    ['note', 'Note can only be read in this step.'],
    ['speed', 'There is no field'],
  ]) {
    const answer = await elsa.ask('workflows/api/item/create_item', { ...sent, [`data[${field}]`]: 'x' });
    expect(answer.status()).toBe(422);
    expect(await answer.text()).toContain(why);
  }
});
