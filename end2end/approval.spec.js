// Steps in which somebody approves: designed, asked for, refused with a reason, given, taken back.
import { axe, expect, hydrated, longPress, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(03|09|22)/] });

const panel = (page) => page.getByRole('region', { name: 'Approval' });
const approver = (page, name) => panel(page).locator('.approver', { hasText: name });
const stepOf = async (api, key) => (await api()).stepOf(key);

/** Publishes that Marek and Petra approve in the second step, without clicking. */
async function approved(api, rule = {}) {
  const elsa = await api('elsa');
  const { key } = await made(api);
  const design = await elsa.call('workflows/api/design/load_design', { key });
  const people = await Promise.all(['marek', 'petra'].map(async (name) => {
    const { member_id: id } = await (await api(name)).call('identity/session/api/viewer');
    return id;
  }));
  const definition = structuredClone(design.definition);
  definition.steps[1].approval = { approvers: people, need: 'all', four_eyes: false, ...rule };
  await elsa.publish(design.live.head.id, definition);
  return { key, workflow_id: design.live.head.id };
}

/** An item that waits to be approved. */
async function asked(api, workflow) {
  const elsa = await api('elsa');
  const title = `Asked ${uniqueWord()}`;
  const key = await elsa.call('workflows/api/item/create_item', { workflow_id: workflow.workflow_id, title, priority: '2' });
  await elsa.move(key, 'In progress');
  return { key, title };
}

/** On a phone outline, drawing and details take turns. */
const turn = async (page, name) => {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  const part = page.locator('.design-switch').getByRole('button', { name });
  if (await part.isVisible()) await part.click();
};
const showDrawing = (page) => turn(page, 'Drawing');
const showOutline = (page) => turn(page, 'Outline');

test('an approval is designed, and the checks say what it lacks', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await page.locator('.outline-step').nth(1).click();
  const details = page.locator('.inspector');
  await details.getByLabel('What happens here').selectOption('Somebody approves');
  const checks = page.getByRole('region', { name: 'Checks' });
  await expect(checks).toContainText('Nobody is named who approves in In progress');
  await details.getByLabel('It goes on when').selectOption('At least so many approve');
  await expect(details.getByLabel('How many')).toHaveValue('2');
  await details.getByRole('combobox', { name: 'Who decides' }).selectOption('Marek Havel');
  await details.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(checks).toContainText('In progress asks for 2 approvals, and 1 decide');
  await details.getByRole('combobox', { name: 'Who decides' }).selectOption({ index: 1 });
  await details.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(checks).not.toContainText('asks for 2 approvals');
  // Without the way back, what is refused has nowhere to go; another way takes it.
  await details.getByLabel('Leads back').last().uncheck();
  await expect(checks).toContainText('No way leads out of In progress for what is refused');
  await details.getByLabel('When refused').last().check();
  await expect(checks).not.toContainText('for what is refused');
  await axe(page);
  await expect(page.getByRole('button', { name: 'Publish', exact: true }).first()).toBeEnabled();
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('In progress needs an approval now.');
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);
  await open(page, `/workflows/${key}/design`);
  await page.locator('.outline-step').nth(1).click();
  await expect(details.getByLabel('What happens here')).toHaveValue('approval');
  await expect(details.getByLabel('How many')).toHaveValue('2');
});

test('what is refused goes back with the reason, and straight to who refused it', async ({ page, api, anotherPerson }) => {
  const workflow = await approved(api);
  const { key, title } = await asked(api, workflow);
  const [marek, petra] = [await anotherPerson('marek'), await anotherPerson('petra')];
  await open(page, `/items/${key}`);
  await expect(panel(page)).toContainText('0 of 2');
  await expect(panel(page).getByRole('button', { name: 'Finish' })).toHaveCount(0);

  // It waits on the page of one's own work.
  await open(marek, '/');
  const waiting = marek.locator('section', { has: marek.getByRole('heading', { name: 'To approve' }) });
  await waiting.getByRole('link', { name: title }).click();
  await expect(marek).toHaveURL(`/items/${key}`);
  await hydrated(marek);
  await axe(marek);
  await panel(marek).getByRole('button', { name: 'Finish' }).click();
  await expect(approver(marek, 'Marek')).toContainText('approved');
  await expect(panel(marek)).toContainText('1 of 2');
  // Who looks sees it without asking.
  await expect(approver(page, 'Marek')).toContainText('approved');

  await open(petra, `/items/${key}`);
  await panel(petra).getByRole('button', { name: 'Put back' }).click();
  await expect(panel(petra)).toContainText('Say why, for whoever works on it next.');
  expect(await stepOf(api, key)).toBe('In progress');
  await panel(petra).getByLabel('Reason').fill('The price is missing');
  await panel(petra).getByRole('button', { name: 'Put back' }).click();
  await expect(panel(petra)).toHaveCount(0);
  expect(await stepOf(api, key)).toBe('To do');

  await expect(page.getByText('The price is missing').first()).toBeVisible();
  await page.locator('#moves').getByRole('button', { name: 'Straight back' }).click();
  await expect(panel(page)).toBeVisible();
  await expect(approver(page, 'Marek')).toContainText('approved');
  await expect(approver(page, 'Petra')).toContainText('is asked');
  await expect(panel(petra)).toBeVisible();
  await panel(petra).getByRole('button', { name: 'Finish' }).click();
  await expect.poll(() => stepOf(api, key)).toBe('Done');
});

test('a decision and a request are taken back', async ({ page, api, anotherPerson }) => {
  const workflow = await approved(api);
  const { key } = await asked(api, workflow);
  const marek = await anotherPerson('marek');
  await open(marek, `/items/${key}`);
  await panel(marek).getByRole('button', { name: 'Finish' }).click();
  await panel(marek).getByRole('button', { name: 'Take my decision back' }).click();
  await expect(approver(marek, 'Marek')).toContainText('is asked');
  await open(page, `/items/${key}`);
  await panel(page).getByRole('button', { name: 'Remind them' }).click();
  await expect(page.getByText('Those who decide were reminded')).toBeVisible();
  await open(page, `/items/${key}`);
  await panel(page).getByRole('button', { name: 'Remind them' }).click();
  await expect(page.getByText('less than an hour ago')).toBeVisible();
  // On a phone the messages lie over the buttons.
  await open(page, `/items/${key}`);
  await panel(page).getByRole('button', { name: 'Take it back' }).click();
  await expect(panel(page)).toHaveCount(0);
  expect(await stepOf(api, key)).toBe('To do');
});

test('a card that waits to be approved cannot be moved on the board, and says why', async ({ page, api }) => {
  const workflow = await approved(api);
  const { key } = await asked(api, workflow);
  await open(page, `/workflows/${workflow.key}`);
  await page.locator(`.card[data-key="${key}"]`).getByRole('button', { name: `Move ${key}` }).click();
  await expect(page.getByRole('dialog')).toContainText('waits to be approved');
  await expect(page.getByRole('dialog').locator('button.move')).toHaveCount(0);
});

test('a condition is written, checked as it is typed, and explained where it closes a way', async ({ page, api, isMobile }) => {
  const { key } = await made(api, 'purchase');
  await open(page, `/workflows/${key}/design`);
  const details = page.locator('.inspector');
  const showWay = async () => {
    await showDrawing(page);
    const label = page.locator('.flow-label', { hasText: 'Ask for approval' });
    if (!isMobile) return label.click();
    await longPress(page, label);
    await page.getByRole('menuitem', { name: 'Details' }).tap();
  };
  await showWay();
  const condition = details.getByLabel('Open only if');
  const checks = page.getByRole('region', { name: 'Checks' });
  await condition.fill('amout > 100');
  await showOutline(page);
  await expect(checks).toContainText('Did you mean `amount`?');
  await showWay();
  await condition.fill('amount > 100');
  await showOutline(page);
  await expect(checks).not.toContainText('amout');
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeHidden();

  const elsa = await api('elsa');
  const [{ head }] = await elsa.call('workflows/api/workflow/load_form', { key });
  const form = { workflow_id: head.id, title: `Pens ${uniqueWord()}`, priority: '2', 'data[supplier]': 'Acme' };
  const item = await elsa.call('workflows/api/item/create_item', { ...form, 'data[amount]': '80' });
  await open(page, `/items/${item}`);
  const moves = page.locator('#moves');
  await expect(moves).toContainText('Open only if amount > 100: Amount is 80.');
  await expect(moves.getByRole('button', { name: 'Ask for approval' })).toBeDisabled();
  await axe(page);
  await page.getByLabel('Amount').fill('180');
  await page.getByLabel('Amount').blur();
  await expect(moves.getByRole('button', { name: 'Ask for approval' })).toBeEnabled();
});

test('who stands in for somebody who is away decides, and both are named', async ({ page, api, anotherPerson, isMobile }) => {
  // Each size has a person of its own.
  const [away, name] = isMobile ? ['marek', 'Marek Havel'] : ['petra', 'Petra Ek'];
  const { member_id: id } = await (await api(away)).call('identity/session/api/viewer');
  const workflow = await approved(api, { approvers: [id], need: 'any' });
  const { key, title } = await asked(api, workflow);
  const person = await anotherPerson(away);
  await open(person, '/');
  await person.getByRole('button', { name: 'Away …' }).click();
  const dialog = person.getByRole('dialog', { name: 'While you are away' });
  await dialog.getByLabel('Who decides').selectOption('Elsa Lindqvist');
  await dialog.getByRole('button', { name: 'Save' }).click();
  // The last day is asked for.
  await expect(dialog).toBeVisible();
  await dialog.getByLabel('Until').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
  await axe(person);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(person.getByText('Elsa Lindqvist decides for you from')).toBeVisible();

  await open(page, '/');
  await page.getByRole('link', { name: title }).click();
  await hydrated(page);
  await expect(panel(page)).toContainText(`You decide for ${name}, who is away.`);
  await expect(approver(page, name)).toContainText('Elsa Lindqvist stands in');
  await panel(page).getByRole('button', { name: 'Finish' }).click();
  await expect.poll(() => stepOf(api, key)).toBe('Done');
  await expect(page.getByText(`for ${name}`).first()).toBeVisible();

  await person.getByRole('button', { name: 'Away …' }).click();
  await dialog.getByRole('button', { name: 'I am back' }).click();
  await expect(person.getByText('decides for you')).toHaveCount(0);
});

test('a decision is handed on, and taken back', async ({ page, api, anotherPerson }) => {
  const workflow = await approved(api);
  const { key } = await asked(api, workflow);
  const [marek, jonas] = [await anotherPerson('marek'), await anotherPerson('jonas')];
  await open(page, `/items/${key}`);
  await expect(panel(page).getByText('Let somebody else decide')).toHaveCount(0);
  await open(marek, `/items/${key}`);
  const hand = async () => {
    await panel(marek).getByText('Let somebody else decide').click();
    await panel(marek).getByRole('combobox', { name: 'Who decides' }).selectOption('Jonas Nyman');
    await panel(marek).getByRole('button', { name: 'Hand it on' }).click();
    await expect(approver(marek, 'Marek')).toContainText('Jonas Nyman decides instead');
  };
  await hand();
  await axe(marek);
  await expect(panel(marek).getByLabel('Reason')).toHaveCount(0);
  await expect(marek.locator('.activity')).toContainText('handed their decision in In progress on to Jonas Nyman');
  await panel(marek).getByRole('button', { name: 'Decide it myself' }).click();
  await expect(approver(marek, 'Marek')).not.toContainText('decides instead');
  await expect(panel(marek).getByLabel('Reason')).toBeVisible();
  await hand();

  await open(jonas, `/items/${key}`);
  await expect(panel(jonas)).toContainText('You decide for Marek Havel, who handed it to you.');
  await panel(jonas).getByRole('button', { name: 'Finish' }).click();
  await expect(approver(jonas, 'Marek')).toContainText('approved');
  await expect(approver(jonas, 'Marek')).toContainText('Jonas Nyman stood in');
});
