// Selecting many items of a list, seeing what would happen, doing it, and taking it back as one.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa' });

const rows = (page) => page.locator('tbody tr');
const bar = (page) => page.getByRole('group', { name: 'Selected items' });
const dialog = (page) => page.getByRole('dialog');
const toast = (page, text) => page.locator('.toast', { hasText: text });
const box = (page, key) => page.getByRole('checkbox', { name: `Select ${key}`, exact: true });

/** Vehicles that no other test touches, the last of them without a mileage; the list of them is opened. */
async function fleet(page, api, count = 4) {
  const word = uniqueWord();
  const maker = await api();
  const keys = [];
  for (let number = 1; number < count; number += 1) keys.push(await maker.newItem({ title: `Car ${number} ${word}` }));
  keys.push(await maker.newItem({ title: `Car ${count} ${word}`, complete: false, 'data[registration]': 'EEE 222' }));
  await open(page, `/workflows/UC/list?q=${word}&sort=number`);
  await expect(rows(page)).toHaveCount(count);
  return { keys, maker };
}

/** On a phone the check-boxes come when they are asked for. */
async function beginToSelect(page, isMobile) {
  if (isMobile) await page.getByRole('button', { name: 'Select', exact: true }).tap();
}

test('many items are moved at once, and come back as one', async ({ page, api, isMobile }) => {
  const { keys, maker } = await fleet(page, api);
  await expect(bar(page)).toHaveCount(0);
  await beginToSelect(page, isMobile);
  if (isMobile) {
    for (const key of keys) await page.locator(`tr[data-key="${key}"]`).tap();
  } else {
    await box(page, keys[0]).check();
    await box(page, keys.at(-1)).click({ modifiers: ['Shift'] });
  }
  await expect(bar(page)).toContainText(`${keys.length} selected`);
  await page.screenshot({ path: test.info().outputPath('selected.png') });
  await axe(page);

  await bar(page).getByRole('button', { name: 'Move to …' }).click();
  const doIt = dialog(page).getByRole('button', { name: /^Move / });
  await expect(doIt).toBeDisabled();
  await dialog(page).getByLabel('Step').selectOption('Publish');
  await expect(dialog(page)).toContainText('Nothing would change.');
  await expect(dialog(page)).toContainText('No way leads there from Request test');
  await dialog(page).getByLabel('Step').selectOption('Test and inspect');
  await expect(dialog(page)).toContainText(`${keys.length - 1} vehicles go, 1 stays.`);
  await dialog(page).getByText('Mileage not filled in').click();
  await expect(dialog(page)).toContainText(`Fill in Mileage before ${keys.at(-1)} leaves Request test.`);
  await page.screenshot({ path: test.info().outputPath('preview.png') });
  await axe(page);
  await expect(doIt).toHaveText(`Move ${keys.length - 1} vehicles`);
  await doIt.click();

  await expect(toast(page, `${keys.length - 1} moved, 1 stayed`)).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  for (const key of keys.slice(0, -1)) await expect(page.locator(`tr[data-key="${key}"]`)).toContainText('Test and inspect');
  expect(await maker.stepOf(keys.at(-1))).toBe('Request test');
  // One of them goes on meanwhile.
  await maker.move(keys[0], 'Repair and recondition');
  await toast(page, 'moved, 1 stayed').getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page, `${keys.length - 2} taken back, 1 could not be taken back. ${keys[0]} was changed meanwhile.`)).toBeVisible();
  await expect(page.locator(`tr[data-key="${keys[1]}"]`)).toContainText('Request test');
  expect(await maker.stepOf(keys[0])).toBe('Repair and recondition');
});

test('it is done by keys alone', async ({ page, api, isMobile }) => {
  test.skip(Boolean(isMobile), 'a phone has no keys');
  const { keys } = await fleet(page, api);
  await page.keyboard.press('j');
  await expect(page.locator(`tr[data-key="${keys[0]}"] .item-title a`)).toBeFocused();
  await page.keyboard.press('x');
  await expect(box(page, keys[0])).toBeChecked();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(bar(page)).toContainText('3 selected');
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expect(bar(page)).toContainText('2 selected');

  await page.keyboard.press('a');
  await expect(dialog(page).getByRole('heading', { name: 'Assign 2 vehicles' })).toBeVisible();
  await dialog(page).getByLabel('Assignee').focus();
  await page.keyboard.type('Marek');
  await expect(dialog(page)).toContainText('All 2 vehicles go.');
  await dialog(page).getByRole('button', { name: 'Assign 2 vehicles' }).press('Enter');
  await expect(toast(page, '2 assigned')).toBeVisible();
  await expect(page.locator(`tr[data-key="${keys[0]}"]`)).toContainText('Marek');
  await page.keyboard.press('z');
  await expect(toast(page, '2 taken back')).toBeVisible();
  await expect(page.locator(`tr[data-key="${keys[0]}"]`)).toContainText('Nobody');

  await page.locator(`tr[data-key="${keys[1]}"] .item-title a`).focus();
  await page.keyboard.press('x');
  await expect(bar(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar(page)).toHaveCount(0);
  await page.keyboard.press('x');
  await page.keyboard.press('Delete');
  await expect(dialog(page)).toContainText('They go to the bin, and can be brought back.');
  await dialog(page).getByRole('button', { name: 'Delete 1 vehicle' }).press('Enter');
  await expect(toast(page, '1 deleted')).toBeVisible();
  await expect(rows(page)).toHaveCount(keys.length - 1);
  await page.keyboard.press('z');
  await expect(rows(page)).toHaveCount(keys.length);
});

test('a due day is given to many and taken away', async ({ page, api, isMobile }) => {
  const { keys } = await fleet(page, api, 3);
  await beginToSelect(page, isMobile);
  for (const key of keys) {
    if (isMobile) await page.locator(`tr[data-key="${key}"]`).tap();
    else await box(page, key).check();
  }
  await bar(page).getByRole('button', { name: 'Due day …' }).click();
  await dialog(page).getByLabel('Due day', { exact: true }).fill('2031-05-06');
  await expect(dialog(page)).toContainText('All 3 vehicles go.');
  await dialog(page).getByRole('button', { name: 'Change 3 vehicles' }).click();
  await expect(toast(page, '3 given the due day')).toBeVisible();
  await expect(page.locator('td.item-due').first()).toContainText('6 May 2031');
  // Done again nothing is left to do.
  await beginToSelect(page, isMobile);
  if (isMobile) await page.locator(`tr[data-key="${keys[0]}"]`).tap();
  else await box(page, keys[0]).check();
  await bar(page).getByRole('button', { name: 'Due day …' }).click();
  await dialog(page).getByLabel('Due day', { exact: true }).fill('2031-05-06');
  await expect(dialog(page)).toContainText('Due on that day already');
  await expect(dialog(page).getByRole('button', { name: /^Change/ })).toBeDisabled();
  await dialog(page).getByLabel('No due day').check();
  await expect(dialog(page)).toContainText('1 vehicle goes.');
  await axe(page);
});

test('all that match the filter are selected, also those of other pages', async ({ page, api }) => {
  const { key } = await made(api);
  const maker = await api();
  const [{ head }] = await maker.call('workflows/api/workflow/load_form', { key });
  for (let number = 0; number < 53; number += 1) {
    await maker.call('workflows/api/item/create_item', { workflow_id: head.id, title: `Thing ${number}`, priority: '0' });
  }
  await open(page, `/workflows/${key}/list`);
  await expect(rows(page)).toHaveCount(50);
  const mobile = await page.getByRole('button', { name: 'Select', exact: true }).isVisible();
  await beginToSelect(page, mobile);
  if (mobile) await rows(page).first().tap();
  else await page.getByRole('checkbox', { name: /all/i }).check();
  await bar(page).getByRole('button', { name: 'Select all 53' }).click();
  await expect(bar(page)).toContainText('53 selected');
  await bar(page).getByRole('button', { name: 'Move to …' }).click();
  await dialog(page).getByLabel('Step').selectOption('In progress');
  await expect(dialog(page)).toContainText('All 53 things go.');
  // Pressed twice it is done once.
  await dialog(page).getByRole('button', { name: 'Move 53 things' }).dblclick();
  await expect(toast(page, '53 moved')).toBeVisible();
  await toast(page, '53 moved').getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page, '53 taken back')).toBeVisible();
});
