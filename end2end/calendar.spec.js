// The calendar: items by their due days, and how they get another one.
import { expect, open, test, uniqueWord } from './fixtures.js';
import { Finger, middle } from './pages/board.js';

const NARROW = (isMobile) => Boolean(isMobile);

test.use({ as: 'elsa' });

test.describe('The calendar', () => {
  let maker, word, key;

  const item = (page, name = key) => page.locator(`.calendar-day [data-key="${name}"]`);
  const day = (page, date) => page.locator(`.calendar-day[data-day="${date}"]`);
  const expectOn = async (page, date) => {
    await expect(day(page, date).locator(`[data-key="${key}"]`)).toBeAttached();
    await expect(item(page)).toHaveCount(1);
  };
  /** The due day as the server has it. */
  const dueDay = async () => {
    const { due_on: days } = (await maker.item(key)).item.card;
    // Counted from the first day of the year 1.
    return days && new Date((days - 719_163) * 86_400_000).toISOString().slice(0, 10);
  };
  const show = (page, month = '2031-04') => open(page, `/workflows/UC/calendar?q=${word}&month=${month}`);

  test.beforeEach(async ({ api }) => {
    word = uniqueWord();
    maker = await api();
    key = await maker.newItem({ title: `Volvo ${word}`, due_on: '2031-04-15' });
  });

  test('shows a month with its filter, turns it by links and keys, and opens a full day', async ({ page, isMobile }) => {
    for (let index = 0; index < 5; index += 1) await maker.newItem({ title: `Saab ${index} ${word}`, due_on: '2031-04-15' });
    await maker.newItem({ title: `Opel ${word}` });
    await show(page);
    await expect(page.getByRole('heading', { level: 2, name: 'April 2031' })).toBeVisible();
    await expect(page.locator('.calendar-item')).toHaveCount(6);
    await expect(page.getByRole('link', { name: '1 without a due day' })).toHaveAttribute('href', new RegExp(`/list\\?q=${word}&due=unset`));
    const seen = page.locator('.calendar-item:visible');
    if (NARROW(isMobile)) {
      await expect(seen).toHaveCount(6);
      await expect(page.locator('.calendar-small-day[data-day="2031-04-15"]')).toHaveAccessibleName(/6 items/);
    } else {
      await expect(seen).toHaveCount(3);
      await page.getByRole('link', { name: '+3 more on' }).click();
      await expect(page).toHaveURL(/day=2031-04-15/);
      await expect(seen).toHaveCount(6);
      await page.keyboard.press('Escape');
      await expect(seen).toHaveCount(3);
    }
    await page.getByRole('link', { name: 'Next month' }).click();
    await expect(page.getByText('Nothing that fits this filter is due in May 2031.')).toBeVisible();
    await expect(page).toHaveURL(/month=2031-05/);
    await page.keyboard.press('k');
    await expect(page.locator('.calendar-item')).toHaveCount(6);
    await page.keyboard.press('t');
    await expect(page).not.toHaveURL(/month=/);
    await expect(page.locator('.calendar-day.is-today')).toBeAttached();
  });

  test('works without scripts', async ({ anotherPerson, complaints, isMobile }) => {
    complaints.allow(/was preloaded using link preload but not used/);
    const page = await anotherPerson('elsa', { javaScriptEnabled: false });
    await page.goto(`/workflows/UC/calendar?q=${word}&month=2031-03`);
    await page.getByRole('link', { name: 'Next month' }).click();
    if (NARROW(isMobile)) await page.locator('.calendar-small-day[data-day="2031-04-15"]').click();
    await item(page).getByRole('link').click();
    await expect(page).toHaveURL(`/items/${key}`);
  });

  test('an item is dragged to another day, Z takes it back, and others see it', async ({ page, anotherPerson, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    const other = await anotherPerson('marek');
    await show(other);
    await show(page);
    const from = middle(await item(page).boundingBox());
    const to = middle(await day(page, '2031-04-23').boundingBox());
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await expect(day(page, '2031-04-23')).toHaveClass(/is-target/);
    await expect(page.locator('#drag-tip')).toContainText('Due Wed 23 Apr 2031');
    await page.mouse.up();
    await expectOn(page, '2031-04-23');
    await expect(page.locator('.toast', { hasText: `${key} is due Wed 23 Apr 2031` })).toBeVisible();
    expect(await dueDay()).toBe('2031-04-23');
    await expectOn(other, '2031-04-23');
    await page.keyboard.press('z');
    await expectOn(page, '2031-04-15');
    await expect.poll(dueDay).toBe('2031-04-15');
  });

  test('by keys: Shift with arrows by days and weeks, M to any day', async ({ page }) => {
    await show(page);
    await item(page).getByRole('link').focus();
    // Faster than the answers come: it is one change.
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await expectOn(page, '2031-04-24');
    await expect(page.locator('.toast', { hasText: `${key} is due Thu 24 Apr 2031` })).toBeVisible();
    await expect.poll(dueDay).toBe('2031-04-24');
    await expect(item(page).getByRole('link')).toBeFocused();

    await page.keyboard.press('m');
    const dialog = page.locator('#move-to-day');
    await expect(dialog).toContainText(`Move ${key} to a day`);
    await dialog.getByLabel('Due').fill('2031-04-02');
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await expectOn(page, '2031-04-02');
    await expect.poll(dueDay).toBe('2031-04-02');
  });

  test('a finger presses long and carries an item to a day of the small month', async ({ page, isMobile }) => {
    test.skip(!NARROW(isMobile), 'desktops have no finger');
    await show(page);
    const finger = await Finger.of(page);
    const from = middle(await item(page).locator('.calendar-title').boundingBox());
    await finger.press(from);
    await expect(item(page)).toHaveClass(/is-dragged/);
    const target = page.locator('.calendar-small-day[data-day="2031-04-03"]');
    await finger.slide(from, middle(await target.boundingBox()));
    await expect(target).toHaveClass(/is-target/);
    await finger.lift();
    await expectOn(page, '2031-04-03');
    await expect.poll(dueDay).toBe('2031-04-03');
  });
});
