// The board: what a dealership looks at all day, and how a card is moved.
import { expect, open, test, uniqueWord } from './fixtures.js';
import { Board, Finger, middle } from './pages/board.js';

const NARROW = (isMobile) => Boolean(isMobile);

test.use({ as: 'elsa' });

test.describe('The board', () => {
  test('shows the demo by step, with counts, plates and people', async ({ page }) => {
    const board = new Board(page);
    await board.open();
    const names = ['Request test', 'Test and inspect', 'Repair and recondition', 'Publish', 'Approve discount', 'Sold'];
    await expect(page.locator('.board-column-name')).toHaveText(names);
    const column = board.column('Publish');
    await expect.poll(() => column.locator('.card').count()).toBeGreaterThan(20);
    await expect(column.locator('.card').first().locator('.card-key')).toHaveText(/^UC-\d+$/);
    await expect(page.locator('.card .plate').first()).not.toBeEmpty();
  });

  test('a press on a card opens its page', async ({ page, api }) => {
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Volvo ${word}` });
    const board = new Board(page);
    await board.open(word);
    await board.link(key).click();
    await expect(page).toHaveURL(`/items/${key}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(word);
  });

  test('the tab of the step that is shown first is the marked one', async ({ page, isMobile }) => {
    test.skip(!NARROW(isMobile), 'tabs are for phones');
    const board = new Board(page);
    await board.open();
    const marked = page.locator('.step-tab[aria-current=true]');
    await expect(marked).toHaveCount(1);
    const step = (await marked.locator('span').first().textContent()).trim();
    await expect(board.column(step)).toBeInViewport({ ratio: 0.5 });
  });

  test('a tab shows its step, and swiping moves the mark', async ({ page, isMobile }) => {
    test.skip(!NARROW(isMobile), 'tabs are for phones');
    const board = new Board(page);
    await board.open();
    await board.tab('Publish').tap();
    await expect(board.column('Publish')).toBeInViewport({ ratio: 0.5 });
    await expect(board.tab('Publish')).toHaveAttribute('aria-current', 'true');
    await page.locator('.board').evaluate((element) => element.scrollTo({ left: 0 }));
    await expect(board.tab('Request test')).toHaveAttribute('aria-current', 'true');
  });

  test('without scripts a filter, a new item, a move and a comment work', async ({ anotherPerson, complaints }) => {
    complaints.allow(/was preloaded using link preload but not used/);
    const page = await anotherPerson('elsa', { javaScriptEnabled: false });
    const word = uniqueWord();
    await page.goto('/workflows/UC/new');
    await page.getByLabel('Title').fill(`Plain ${word}`);
    await page.getByLabel('Registration').fill('PLN 123');
    await page.getByLabel('Mileage').fill('12 500');
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    await expect(page).toHaveURL(/\/items\/UC-\d+$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(word);

    await page.getByRole('button', { name: /^Test and inspect/ }).click();
    await expect(page).toHaveURL(/\/items\/UC-\d+/);
    await expect(page.locator('[aria-current=step]')).toContainText('Test and inspect');

    await page.getByRole('textbox', { name: 'Comment' }).fill(`Said without scripts ${word}`);
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(page.locator('.comment-text')).toHaveText(`Said without scripts ${word}`);

    await page.goto('/workflows/UC/list');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Words, plate or number').fill(word);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`q=${word}`));
    await expect(page.locator('tbody tr')).toHaveCount(1);
  });
});

test.describe('Moving a card', () => {
  let board, word, key, maker;

  test.beforeEach(async ({ page, api }) => {
    word = uniqueWord();
    maker = await api();
    key = await maker.newItem({ title: `Volvo ${word}`, at: 'Test and inspect' });
    board = new Board(page);
    await board.open(word);
    await board.expectIn(key, 'Test and inspect');
  });

  test('with the mouse: columns say whether they are open, and Z takes it back', async ({ page, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    await board.pick(key);
    await expect(board.column('Publish')).toHaveClass(/is-target/);
    await expect(board.column('Repair and recondition')).toHaveClass(/is-target/);
    await expect(board.column('Request test')).toHaveClass(/is-forbidden/);
    await board.carryTo('Publish');
    await expect(board.column('Publish')).toHaveClass(/is-over/);
    await expect(board.tip).toContainText('Move to Publish');
    await board.drop();
    await board.expectIn(key, 'Publish');
    await expect(board.toast(`${key} moved to Publish`)).toBeVisible();
    expect(await maker.stepOf(key)).toBe('Publish');
    await expect(board.column('Publish')).not.toHaveClass(/is-target|is-over/);

    await page.keyboard.press('z');
    await board.expectIn(key, 'Test and inspect');
    await expect.poll(() => maker.stepOf(key)).toBe('Test and inspect');
    await expect(board.toast(`${key} moved to Publish`)).toHaveCount(0);
  });

  test('with the mouse by its title, and the message offers the way back', async ({ page, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    await board.pick(key, '.card-title a');
    await board.carryTo('Repair and recondition');
    await board.drop();
    await board.expectIn(key, 'Repair and recondition');
    await expect(page).toHaveURL(/\/workflows\/UC/);
    await board.toast(key).getByRole('button', { name: 'Undo' }).click();
    await board.expectIn(key, 'Test and inspect');
    await expect.poll(() => maker.stepOf(key)).toBe('Test and inspect');
  });

  test('with the mouse to a step no way leads to: it says why and the card stays', async ({ isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    await board.pick(key);
    await board.carryTo('Approve discount');
    const why = 'From Test and inspect the workflow leads to Repair and recondition or Publish only.';
    await expect(board.tip).toContainText(why);
    await board.drop();
    await expect(board.toast(why)).toBeVisible();
    await board.expectIn(key, 'Test and inspect');
    expect(await maker.stepOf(key)).toBe('Test and inspect');
  });

  test('Esc while dragging leaves everything as it was', async ({ page, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    await board.pick(key);
    await board.carryTo('Publish');
    await page.keyboard.press('Escape');
    await expect(board.card(key)).not.toHaveClass(/is-dragged/);
    await board.drop();
    await board.expectIn(key, 'Test and inspect');
    expect(await maker.stepOf(key)).toBe('Test and inspect');
  });

  test('a required field that is empty refuses the move with words and puts the card back', async ({ api, complaints, page, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    complaints.allow(/status of 409/);
    const other = await (await api()).newItem({ title: `Bare ${word}`, complete: false });
    await board.open(word);
    await board.pick(other);
    await board.carryTo('Test and inspect');
    await board.drop();
    await expect(board.toast(`Fill in Registration and Mileage before ${other} leaves Request test.`)).toBeVisible();
    await board.expectIn(other, 'Request test');
    await expect(page).toHaveURL(/workflows/);
  });

  test('with the keyboard: M opens the steps, arrows choose, Enter moves, and the focus stays with the card', async ({ page }) => {
    await board.link(key).focus();
    await page.keyboard.press('m');
    await expect(board.dialog).toBeVisible();
    await expect(board.dialog).toContainText(`Move ${key}`);
    await expect(board.dialog.locator('.move.is-closed', { hasText: 'Sold' })).toContainText('no way from here');
    await expect(board.dialog.getByRole('button', { name: /^Repair and recondition/ })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(board.dialog.getByRole('button', { name: /^Publish/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(board.dialog).toBeHidden();
    await board.expectIn(key, 'Publish');
    await expect(board.link(key)).toBeFocused();
    await expect.poll(() => maker.stepOf(key)).toBe('Publish');
  });

  test('Esc closes the steps and gives the focus back', async ({ page }) => {
    await board.link(key).focus();
    await page.keyboard.press('m');
    await expect(board.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(board.dialog).toBeHidden();
    await expect(board.link(key)).toBeFocused();
    await page.keyboard.press('m');
    await expect(board.dialog).toBeVisible();
  });

  test('Shift with an arrow goes along the only way, and asks where there are several', async ({ page, api }) => {
    const fresh = await (await api()).newItem({ title: `Kia ${word}` });
    await board.open(word);
    await board.link(fresh).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await board.expectIn(fresh, 'Test and inspect');
    await expect(board.toast(`${fresh} moved to Test and inspect`)).toBeVisible();
    await expect.poll(() => maker.stepOf(fresh)).toBe('Test and inspect');
    await expect(board.link(fresh)).toBeFocused();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(board.dialog).toBeVisible();
    await board.dialog.getByRole('button', { name: /^Publish/ }).click();
    await board.expectIn(fresh, 'Publish');
    await expect(board.link(fresh)).toBeFocused();
  });

  test('plain arrows walk from card to card', async ({ page, api }) => {
    const next = await (await api()).newItem({ title: `Kia ${word}`, at: 'Publish' });
    await board.open(word);
    await board.link(key).focus();
    await page.keyboard.press('ArrowRight');
    await expect(board.link(next)).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(board.link(key)).toBeFocused();
  });

  test('with the button on the card', async ({ page, isMobile }) => {
    const button = page.getByRole('button', { name: `Move ${key}` });
    if (NARROW(isMobile)) {
      await board.tab('Test and inspect').tap();
      await button.tap();
    } else {
      await board.card(key).hover();
      await button.click();
    }
    await board.dialog.getByRole('button', { name: /^Publish/ }).click();
    await board.expectIn(key, 'Publish');
    await expect(board.toast(`${key} moved to Publish`)).toBeVisible();
  });

  test('with a finger: a long press picks it up, a step tab takes it', async ({ page, isMobile }) => {
    test.skip(!NARROW(isMobile), 'desktops have no finger');
    await board.tab('Test and inspect').tap();
    await expect(board.column('Test and inspect')).toBeInViewport({ ratio: 0.5 });
    const tab = board.tab('Repair and recondition');
    await tab.evaluate((element) => element.scrollIntoView({ inline: 'center', behavior: 'instant' }));
    const finger = await Finger.of(page);
    const from = middle(await board.card(key).locator('.card-foot').boundingBox());
    await finger.press(from);
    await expect(board.card(key)).toHaveClass(/is-dragged/);
    const to = middle(await tab.boundingBox());
    await finger.slide(from, to);
    await expect(tab).toHaveClass(/is-over/);
    await finger.lift();
    await board.expectIn(key, 'Repair and recondition');
    await expect(board.toast(`${key} moved to Repair and recondition`)).toBeVisible();
    expect(await maker.stepOf(key)).toBe('Repair and recondition');
  });

  test('a finger that slides at once scrolls and carries nothing', async ({ page, isMobile }) => {
    test.skip(!NARROW(isMobile), 'desktops have no finger');
    await board.tab('Test and inspect').tap();
    await expect(board.column('Test and inspect')).toBeInViewport({ ratio: 0.5 });
    const finger = await Finger.of(page);
    const from = middle(await board.card(key).boundingBox());
    await finger.press(from);
    await finger.slide(from, { x: from.x - 200, y: from.y }, 12);
    await finger.lift();
    await expect(board.card(key)).not.toHaveClass(/is-dragged/);
    await board.expectIn(key, 'Test and inspect');
    expect(await maker.stepOf(key)).toBe('Test and inspect');
  });

  test('that somebody else moved before: it says who, and shows where the card is', async ({ page, api, complaints, context }) => {
    complaints.allow(/status of 409/);
    // This page hears no news, as a page whose connection has just broken.
    await context.route(/\/live\?/, () => {});
    await board.open(word);
    await (await api('marek')).move(key, 'Publish');
    await board.link(key).focus();
    await page.keyboard.press('m');
    await board.dialog.getByRole('button', { name: /^Repair and recondition/ }).click();
    await expect(board.toast(`Marek Havel moved ${key} to Publish meanwhile`)).toBeVisible();
    await board.expectIn(key, 'Publish');
    expect(await maker.stepOf(key)).toBe('Publish');
  });

  test('two browsers see each other’s moves within a second', async ({ page, anotherPerson }) => {
    const other = await anotherPerson('marek');
    const theirs = new Board(other);
    // A busy machine may be late once, but not each time.
    await expect(async () => {
      const item = await maker.newItem({ title: `Kia ${word}`, at: 'Test and inspect' });
      await theirs.open(word);
      await board.open(word);
      // Both listen once a first change has arrived on both.
      const probe = await maker.newItem({ title: `Listening ${word}` });
      await Promise.all([board.expectIn(probe, 'Request test'), theirs.expectIn(probe, 'Request test')]);

      await theirs.link(item).focus();
      await other.keyboard.press('m');
      await theirs.dialog.getByRole('button', { name: /^Publish/ }).click();
      await theirs.expectIn(item, 'Publish');
      await board.expectIn(item, 'Publish', 1_000);

      await board.link(item).focus();
      await page.keyboard.press('m');
      await board.dialog.getByRole('button', { name: /^Sold/ }).click();
      await board.expectIn(item, 'Sold');
      await theirs.expectIn(item, 'Sold', 1_000);
      await expect(theirs.column('Publish').locator('.card', { hasText: item })).toHaveCount(0);
    }).toPass();
  });
});
