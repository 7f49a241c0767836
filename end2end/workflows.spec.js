// Boards, lists and items: what a dealership does all day.
import { expect, open, test, uniqueWord } from './fixtures.js';
import { Board, Finger, middle } from './pages/board.js';

const NARROW = (isMobile) => Boolean(isMobile);

test.use({ as: 'elsa' });

test.describe('The board', () => {
  test('shows the demo by step, with counts, plates and people', async ({ page }) => {
    const board = new Board(page);
    await board.open();
    const names = await page.locator('.board-column-name').allTextContents();
    expect(names).toEqual(['Request test', 'Test and inspect', 'Repair and recondition', 'Publish', 'Sold']);
    const column = board.column('Publish');
    expect(await column.locator('.card').count()).toBeGreaterThan(20);
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

  test('without scripts a filter, a new item, a move and a comment work', async ({ anotherPerson }) => {
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
    await board.carryTo('Sold');
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
    await page.keyboard.press('ArrowDown');
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

  test('Shift with an arrow goes along the only way, and asks where there are several', async ({ page }) => {
    await board.link(key).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(board.dialog).toBeVisible();
    await board.dialog.getByRole('button', { name: /^Publish/ }).click();
    await board.expectIn(key, 'Publish');
    await expect(board.link(key)).toBeFocused();
    await expect(board.toast(`${key} moved to Publish`)).toBeVisible();
    await page.keyboard.press('Shift+ArrowRight');
    await board.expectIn(key, 'Sold');
    await expect.poll(() => maker.stepOf(key)).toBe('Sold');
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
    const finger = await Finger.of(page);
    const from = middle(await board.card(key).locator('.card-foot').boundingBox());
    await finger.press(from);
    await expect(board.card(key)).toHaveClass(/is-dragged/);
    const tab = board.tab('Repair and recondition');
    const to = middle(await tab.boundingBox());
    to.x = Math.min(to.x, 330);
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

  test('two browsers see each other’s moves within a second', async ({ page, anotherPerson, api }) => {
    const other = await anotherPerson('marek');
    const theirs = new Board(other);
    await theirs.open(word);
    await board.open(word);
    // Both listen once a first change has arrived on both.
    const probe = await (await api()).newItem({ title: `Listening ${word}` });
    await Promise.all([board.expectIn(probe, 'Request test'), theirs.expectIn(probe, 'Request test')]);

    await theirs.link(key).focus();
    await other.keyboard.press('m');
    await theirs.dialog.getByRole('button', { name: /^Publish/ }).click();
    await theirs.expectIn(key, 'Publish');
    await board.expectIn(key, 'Publish', 1_000);

    await board.link(key).focus();
    await page.keyboard.press('m');
    await board.dialog.getByRole('button', { name: /^Sold/ }).click();
    await board.expectIn(key, 'Sold');
    await theirs.expectIn(key, 'Sold', 1_000);
    const count = theirs.column('Publish').locator('.card');
    await expect(count).toHaveCount(0);
  });
});

test.describe('The list', () => {
  test('filters by words, shows the filter as a chip, and clears it', async ({ page, api }) => {
    const word = uniqueWord();
    const maker = await api();
    await maker.newItem({ title: `Saab ${word}` });
    await maker.newItem({ title: `Opel ${word}`, at: 'Publish' });
    await open(page, '/workflows/UC/list');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Words, plate or number').fill(word);
    await page.getByLabel('Step').selectOption({ label: 'Publish' });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`q=${word}`));
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await expect(page.locator('tbody tr')).toContainText(`Opel ${word}`);
    await expect(page.locator('.filter-chip', { hasText: 'Publish' })).toBeVisible();
    await page.locator('.filter-chip', { hasText: 'Publish' }).getByRole('link').last().click();
    await expect(page.locator('tbody tr')).toHaveCount(2);
    await page.goBack();
    await expect(page.locator('tbody tr')).toHaveCount(1);
  });

  test('says so when nothing fits, and offers the way out', async ({ page }) => {
    await open(page, `/workflows/UC/list?q=${uniqueWord()}`);
    await expect(page.getByText('Nothing fits this filter')).toBeVisible();
    await page.locator('.list-scroll').getByRole('link', { name: 'Clear filters' }).click();
    await expect(page.locator('tbody tr')).toHaveCount(50);
  });

  test('sorts by a column, both ways, and keeps the order in the address', async ({ page, api, isMobile }) => {
    test.skip(NARROW(isMobile), 'a phone shows no column heads');
    const word = uniqueWord();
    const maker = await api();
    for (const name of ['Bmw', 'Audi', 'Citroen']) await maker.newItem({ title: `${name} ${word}` });
    await open(page, `/workflows/UC/list?q=${word}`);
    const titles = page.locator('td.item-title a');
    const head = page.getByRole('columnheader', { name: 'Title' });
    await head.getByRole('link').click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await expect(titles).toHaveText([`Audi ${word}`, `Bmw ${word}`, `Citroen ${word}`]);
    await head.getByRole('link').click();
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    await expect(titles).toHaveText([`Citroen ${word}`, `Bmw ${word}`, `Audi ${word}`]);
    await expect(page).toHaveURL(/sort=/);
    await page.reload();
    await expect(titles).toHaveText([`Citroen ${word}`, `Bmw ${word}`, `Audi ${word}`]);
  });

  test('pages: no item twice, none left out', async ({ page }) => {
    await open(page, '/workflows/UC/list?step=&q=volvo');
    const seen = new Set();
    const total = Number((await page.locator('.toolbar-count').textContent()).match(/\d+/)[0]);
    const keys = () => page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.dataset.key));
    await open(page, '/workflows/UC/list?sort=title');
    for (const key of await keys()) seen.add(key);
    expect(seen.size).toBe(50);
    const first = [...seen][0];
    await page.getByRole('link', { name: 'Next 50' }).click();
    await expect(page.locator(`tr[data-key="${first}"]`)).toHaveCount(0);
    for (const key of await keys()) {
      expect(seen.has(key), `${key} is on one page only`).toBe(false);
      seen.add(key);
    }
    await page.getByRole('link', { name: 'First page' }).click();
    await expect(page.locator(`tr[data-key="${first}"]`)).toHaveCount(1);
    expect(total).toBeGreaterThan(0);
  });

  test('keeps a filter as a view: save, open, delete, undo', async ({ page, api }) => {
    const word = uniqueWord();
    await (await api()).newItem({ title: `Saab ${word}` });
    await open(page, `/workflows/UC/list?q=${word}`);
    await page.getByRole('button', { name: 'Save view' }).first().click();
    await page.locator('#save-view').getByLabel('Name').fill(`View ${word}`);
    await page.locator('#save-view').getByRole('button', { name: 'Save view' }).click();
    await expect(page.locator('.toast', { hasText: `View ${word} saved` })).toBeVisible();

    await open(page, '/workflows/UC/list');
    const views = page.locator('#views');
    const entry = views.getByRole('link', { name: `View ${word}` });
    await page.getByRole('button', { name: 'Views' }).click();
    await entry.click();
    await expect(page).toHaveURL(new RegExp(`q=${word}`));
    await expect(page.locator('tbody tr')).toHaveCount(1);

    await page.getByRole('button', { name: 'Views' }).click();
    await views.getByRole('button', { name: `Delete view View ${word}` }).click();
    await expect(entry).toHaveCount(0);
    await page.locator('.toast', { hasText: `View ${word} deleted` }).getByRole('button', { name: 'Undo' }).click();
    await page.reload();
    await expect(views.getByRole('link', { name: `View ${word}` })).toHaveCount(1);
  });

  test('offers its filter on every screen', async ({ page }) => {
    for (const path of ['/workflows/UC', '/workflows/UC/list']) {
      await open(page, path);
      const box = await page.getByRole('button', { name: 'Filter' }).boundingBox();
      expect(box?.width ?? 0, `${path}: the button is as wide as its words`).toBeGreaterThan(40);
      const bar = await page.locator('.toolbar .filter-bar, .toolbar [class*=filter]').first().boundingBox();
      expect(bar.width, `${path}: nothing cuts it off`).toBeGreaterThanOrEqual(box.width - 1);
    }
  });

  test('an open filter survives what others do meanwhile', async ({ page, api }) => {
    const word = uniqueWord();
    const maker = await api('marek');
    const key = await maker.newItem({ title: `Saab ${word}` });
    await open(page, `/workflows/UC/list?q=${word}`);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByLabel('Words, plate or number').fill('half typed');
    await maker.move(key, 'Test and inspect');
    await expect(page.locator('tbody tr')).toContainText('Test and inspect');
    await expect(page.getByLabel('Words, plate or number')).toBeVisible();
    await expect(page.getByLabel('Words, plate or number')).toHaveValue('half typed');
  });
});

test.describe('An item', () => {
  let word, key, maker;

  test.beforeEach(async ({ page, api }) => {
    word = uniqueWord();
    maker = await api();
    key = await maker.newItem({ title: `Volvo ${word}` });
    await open(page, `/items/${key}`);
  });

  const saved = (page) => page.locator('.panel-card [role=status]');

  test('saves a field by itself and writes it into the history', async ({ page }) => {
    await page.getByLabel('Mileage').fill('51 200');
    await page.getByLabel('Mileage').blur();
    await expect(page.locator('.event').first()).toContainText('Mileage');
    await expect(page.locator('.event').first()).toContainText('51,200 km');
    await page.reload();
    await expect(page.getByLabel('Mileage')).toHaveValue(/51.?200/);
  });

  test('saves one field after the other, each when the one before is saved', async ({ page }) => {
    for (const [label, text, shown] of [['Mileage', '1000', '1,000 km'], ['Registration', 'one 001', 'ONE 001'], ['Mileage', '2000', '2,000 km']]) {
      await page.getByLabel(label).fill(text);
      await page.getByLabel(label).blur();
      await expect(page.locator('.event').first()).toContainText(shown);
    }
  });

  test('saves a field after news of somebody else’s change', async ({ page, api }) => {
    await (await api('marek')).move(key, 'Test and inspect');
    await expect(page.locator('[aria-current=step]')).toContainText('Test and inspect');
    await page.getByLabel('Title').fill(`After ${word}`);
    await page.getByLabel('Title').blur();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`After ${word}`);
  });

  test('saves two fields that are filled one right after the other', async ({ page }) => {
    await page.getByLabel('Title').fill(`Saab ${word}`);
    await page.keyboard.press('Tab');
    await page.getByLabel('Mileage').fill('777');
    await page.getByLabel('Registration').fill('two 002');
    await page.getByLabel('Registration').blur();
    await expect(async () => {
      const { item } = await maker.item(key);
      expect([item.card.title, item.card.tag, item.data.mileage]).toEqual([`Saab ${word}`, 'TWO 002', 777]);
    }).toPass({ timeout: 4_000 });
  });

  test('keeps the focus and what is being typed while an earlier field is saved', async ({ page, context }) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await context.route('**/save_item*', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByLabel('Title').fill(`Saab ${word}`);
    await page.getByLabel('Mileage').click();
    await page.getByLabel('Mileage').fill('');
    await page.keyboard.type('98');
    release();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Saab ${word}`);
    await page.keyboard.type('765');
    await expect(page.getByLabel('Mileage')).toHaveValue('98765');
  });

  test('a wrong value shows its error at the field and keeps the text', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const field = page.getByLabel('Mileage');
    await field.fill('a lot');
    await field.blur();
    await expect(page.locator('.field', { has: field })).toContainText('Mileage is a whole number');
    await expect(field).toHaveValue('a lot');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(saved(page)).toContainText('Not saved');
    await field.fill('900');
    await field.blur();
    await expect(page.locator('.event').first()).toContainText('900 km');
    await expect(page.locator('.field', { has: page.getByLabel('Mileage') })).not.toContainText('whole number');
  });

  test('a comment is added, deleted and brought back', async ({ page }) => {
    const box = page.getByRole('textbox', { name: 'Comment' });
    await box.fill(`Second key is missing ${word}`);
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    const comment = page.locator('.comment', { hasText: word });
    await expect(comment).toBeVisible();
    await expect(box).toHaveValue('');
    await comment.getByRole('button', { name: 'Delete comment' }).click();
    await expect(comment).toHaveCount(0);
    await page.locator('.toast', { hasText: 'Comment deleted' }).getByRole('button', { name: 'Undo' }).click();
    await expect(comment).toBeVisible();
  });

  test('an empty comment is not sent', async ({ page }) => {
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await expect(page.locator('.comment')).toHaveCount(0);
  });

  test('a half-written comment survives a change by somebody else', async ({ page, api }) => {
    const box = page.getByRole('textbox', { name: 'Comment' });
    await box.fill('Half a sentence');
    await (await api('marek')).move(key, 'Test and inspect');
    await expect(page.locator('[aria-current=step]')).toContainText('Test and inspect');
    await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveValue('Half a sentence');
  });

  test('a field that is being typed into survives a change by somebody else', async ({ page, api }) => {
    await page.getByLabel('Registration').click();
    await page.getByLabel('Registration').fill('');
    await page.keyboard.type('HAL');
    await (await api('marek')).call('workflows/api/comment/add_comment', {
      item_id: (await maker.item(key)).item.card.id,
      body: 'From elsewhere',
    });
    await expect(page.locator('.comment', { hasText: 'From elsewhere' })).toBeVisible();
    await page.keyboard.type(' 111');
    await expect(page.getByLabel('Registration')).toHaveValue('HAL 111');
  });

  test('moves from its page, with the way back in the message', async ({ page }) => {
    await page.getByRole('button', { name: /^Test and inspect/ }).click();
    await expect(page.locator('[aria-current=step]')).toContainText('Test and inspect');
    await page.locator('.toast', { hasText: `${key} moved to Test and inspect` }).getByRole('button', { name: 'Undo' }).click();
    await expect(page.locator('[aria-current=step]')).toContainText('Request test');
    expect(await maker.stepOf(key)).toBe('Request test');
    await page.getByRole('link', { name: /^History/ }).click();
    await expect(page.locator('.event').first()).toContainText('took back the move');
  });

  test('is deleted from its menu and brought back by the message', async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete vehicle' }).click();
    await expect(page).toHaveURL(/\/workflows\/UC$/);
    expect((await maker.ask('workflows/api/item/load_item', { key })).status()).toBe(404);
    await page.locator('.toast', { hasText: `${key} deleted` }).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await maker.ask('workflows/api/item/load_item', { key })).status()).toBe(200);
  });

  test('tells who was faster when two people edit it', async ({ page, api, complaints, context }) => {
    complaints.allow(/status of 409/);
    await context.route(/\/live\?/, () => {});
    await open(page, `/items/${key}`);
    const { item } = await maker.item(key);
    await (await api('marek')).call('workflows/api/item/save_item', {
      item_id: item.card.id,
      version: String(item.card.version),
      title: `Marek’s ${word}`,
      priority: '2',
    });
    await page.getByLabel('Title').fill(`Mine ${word}`);
    await page.getByLabel('Title').blur();
    await expect(page.getByText(`Marek Havel changed ${key} meanwhile`)).toBeVisible();
    await expect(page.getByLabel('Title')).toHaveValue(`Mine ${word}`);
    expect((await maker.item(key)).item.card.title).toBe(`Marek’s ${word}`);
  });

  test('a new one needs a title and keeps what was typed', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, '/workflows/UC/new');
    await page.getByLabel('Title').fill('   ');
    await page.getByLabel('Registration').fill(`NEW 1`);
    await page.getByLabel('Mileage').fill('not a number');
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    await expect(page.getByText('Give it a title.')).toBeVisible();
    await expect(page.getByText('Mileage is a whole number')).toBeVisible();
    await expect(page.getByLabel('Registration')).toHaveValue('NEW 1');
    await page.getByLabel('Title').fill(`Polestar ${word}`);
    await page.getByLabel('Mileage').fill('88 000');
    await page.getByRole('button', { name: 'Add vehicle' }).click();
    await expect(page).toHaveURL(/\/items\/UC-\d+$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Polestar ${word}`);
  });
});

test.describe('Walls', () => {
  test('another organisation’s item, board and records do not exist', async ({ page, api, anotherPerson, complaints }) => {
    complaints.allow(/status of 404/);
    const theirs = await api('maja');
    const { item } = await theirs.item('HS-1');
    for (const path of ['/items/HS-1', '/workflows/HS', '/workflows/HS/list', '/workflows/HS/new', '/items/UC-999999']) {
      const answer = await open(page, path);
      expect(answer.status(), path).toBe(404);
      await expect(page.locator('body'), path).not.toContainText(item.card.title);
    }
    const mine = await api();
    const foreign = item.card.id;
    const calls = [
      ['workflows/api/item/load_item', { key: 'HS-1' }],
      ['workflows/api/item/move_item', { item_id: foreign, to_step_id: item.card.step_id, version: '1' }],
      ['workflows/api/item/delete_item', { item_id: foreign }],
      ['workflows/api/comment/add_comment', { item_id: foreign, body: 'hello' }],
      ['workflows/api/workflow/load_board', { key: 'HS' }],
      ['workflows/api/workflow/load_form', { key: 'HS' }],
    ];
    for (const [name, form] of calls) {
      const answer = await mine.ask(name, form);
      expect([400, 404], `${name} ${answer.status()} ${await answer.text()}`).toContain(answer.status());
      expect(await answer.text()).not.toContain(item.card.title);
    }
    const other = await anotherPerson('maja');
    expect((await other.goto('/workflows/UC')).status()).toBe(404);
    await expect(other.locator('body')).not.toContainText('Used car intake');
  });

  test('script-like text stays text everywhere', async ({ page, api }) => {
    const word = uniqueWord();
    const evil = `<img src=x onerror="window.pwned=1">${word}<script>window.pwned=1</script>'";--`;
    const maker = await api();
    const key = await maker.newItem({ title: evil, 'data[registration]': '<B>"&' });
    const { item } = await maker.item(key);
    await maker.call('workflows/api/comment/add_comment', { item_id: item.card.id, body: evil });
    for (const path of [`/workflows/UC?q=${word}`, `/workflows/UC/list?q=${word}`, `/items/${key}`]) {
      await open(page, path);
      await expect(page.getByText(`onerror="window.pwned=1"`).first(), path).toBeAttached();
      expect(await page.evaluate(() => window.pwned), path).toBeUndefined();
    }
    await expect(page).toHaveTitle(new RegExp(`<img src=x`));
    await expect(page.locator('.comment-text')).toHaveText(evil);
    await open(page, `/workflows/UC?q=${encodeURIComponent('"><script>window.pwned=1</script>')}`);
    expect(await page.evaluate(() => window.pwned)).toBeUndefined();
    // Drawn by the browser this time.
    await open(page, '/workflows');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search' }).fill(word);
    await expect(page.locator('dialog.palette').getByRole('option').first()).toContainText('onerror');
    expect(await page.evaluate(() => window.pwned)).toBeUndefined();
  });
});
