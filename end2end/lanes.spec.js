// The board in lanes: by assignee or by team, and cards that go from one lane to another.
import { expect, open, test, uniqueWord } from './fixtures.js';
import { Board, middle } from './pages/board.js';

const NARROW = (isMobile) => Boolean(isMobile);

test.use({ as: 'elsa' });

/** A lane by what its head says. */
const lane = (page, name) => page.locator('.lane', { has: page.locator('.lane-name', { hasText: name }) });
/** The part of a lane that lies in a step. */
const cell = (page, name, step) => lane(page, name).getByRole('region', { name: step, exact: true });

test.describe('Lanes', () => {
  let maker, word, key, marek, board;

  test.beforeEach(async ({ page, api }) => {
    word = uniqueWord();
    maker = await api();
    const { members } = await maker.call('identity/member/api/list_members', { search: 'Marek Havel' });
    marek = members[0].id;
    key = await maker.newItem({ title: `Volvo ${word}`, at: 'Test and inspect' });
    await maker.newItem({ title: `Kia ${word}`, at: 'Test and inspect', assignee_id: marek });
    board = new Board(page);
  });

  const holder = async () => (await maker.item(key)).item.card.assignee_id;

  test('are switched on in the toolbar, keep the filter, and collapse', async ({ page, isMobile }) => {
    await board.open(word);
    await page.getByRole('button', { name: 'Lanes' }).click();
    await page.getByRole('link', { name: 'By assignee' }).click();
    await expect(page).toHaveURL(new RegExp(`/workflows/UC/lanes\\?by=assignee&q=${word}`));
    if (NARROW(isMobile)) await board.tab('Test and inspect').tap();
    await expect(page.locator('.lane').last()).toContainText('Unassigned');
    await expect(cell(page, 'Marek Havel', 'Test and inspect').locator('.card')).toHaveCount(1);
    await expect(cell(page, 'Unassigned', 'Test and inspect').locator('.card')).toHaveCount(1);
    await expect(lane(page, 'Marek Havel').locator('.count')).toContainText('1');

    const card = lane(page, 'Marek Havel').locator('.card');
    await lane(page, 'Marek Havel').locator('summary').click();
    await expect(card).toBeHidden();
    await lane(page, 'Marek Havel').locator('summary').click();
    await expect(card).toBeVisible();

  });

  test('by team, with the board as it was in every lane, are kept as a view', async ({ page }) => {
    await open(page, `/workflows/UC/lanes?by=team&q=${word}`);
    // Marek tests.
    await expect(lane(page, 'Testers').locator('.count')).toContainText('1');
    await page.getByRole('button', { name: 'Save view' }).first().click();
    await page.locator('#save-view').getByLabel('Name').fill(`Lanes ${word}`);
    await page.locator('#save-view').getByRole('button', { name: 'Save view' }).click();
    await expect(page.locator('.toast', { hasText: `View Lanes ${word} saved` })).toBeVisible();
    await page.getByRole('button', { name: 'Views' }).click();
    await expect(page.locator('#views').getByRole('link', { name: `Lanes ${word}` })).toHaveAttribute(
      'href',
      `/workflows/UC/lanes?by=team&q=${word}`,
    );
  });

  test('a card that is dragged into another lane and step is given and moved, with one way back', async ({ page, isMobile }) => {
    test.skip(NARROW(isMobile), 'phones have no mouse');
    await open(page, `/workflows/UC/lanes?by=assignee&q=${word}`);
    await board.pick(key);
    const to = cell(page, 'Marek Havel', 'Publish');
    const at = middle(await to.boundingBox());
    await page.mouse.move(at.x, at.y, { steps: 8 });
    await expect(board.tip).toContainText('Move to Publish. Give to Marek Havel');
    await board.drop();
    await expect(to.locator(`[data-key="${key}"]`)).toBeAttached();
    await expect(board.card(key)).toHaveCount(1);
    await expect(board.toast(`${key} moved to Publish and given to Marek Havel`)).toBeVisible();
    expect(await maker.stepOf(key)).toBe('Publish');
    expect(await holder()).toBe(marek);
    await expect(lane(page, 'Marek Havel').locator('.count')).toContainText('2');

    await page.keyboard.press('z');
    await expect(cell(page, 'Unassigned', 'Test and inspect').locator(`[data-key="${key}"]`)).toBeAttached();
    await expect.poll(() => maker.stepOf(key)).toBe('Test and inspect');
    await expect.poll(holder).toBeFalsy();
  });

  test('by keys: Shift with up and down gives a card to the next lane', async ({ page, isMobile }) => {
    await open(page, `/workflows/UC/lanes?by=assignee&q=${word}`);
    if (NARROW(isMobile)) await board.tab('Test and inspect').tap();
    await board.link(key).focus();
    await page.keyboard.press('ArrowUp');
    await expect(board.link(key)).not.toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(board.link(key)).toBeFocused();
    await page.keyboard.press('Shift+ArrowUp');
    await expect(cell(page, 'Marek Havel', 'Test and inspect').locator(`[data-key="${key}"]`)).toBeAttached();
    await expect(board.link(key)).toBeFocused();
    await expect.poll(holder).toBe(marek);
  });
});
