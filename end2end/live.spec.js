// Open pages follow the database: several windows of one browser, a lost connection, and who else is there.
import { expect, hydrated, open, openLive, test, uniqueWord } from './fixtures.js';
import { Board } from './pages/board.js';

test.use({ as: 'elsa' });

/** Counts how often the windows of a browser connect for news. */
function connections(context) {
  const asked = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/live') asked.push(request.url());
  });
  return asked;
}

test.describe('The windows of one browser', () => {
  test('share one connection, which another takes over when its window is closed', async ({ page, context, complaints, api }) => {
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Shared ${word}` });
    const asked = connections(context);
    const first = new Board(page);
    await first.open(word);
    await expect.poll(() => asked.length).toBe(1);
    const second = new Board(await complaints.watch(await context.newPage()));
    await second.open(word);
    await second.expectIn(key, 'Request test');

    const others = await api('marek');
    await others.move(key, 'Test and inspect');
    await first.expectIn(key, 'Test and inspect');
    await second.expectIn(key, 'Test and inspect');
    expect(asked.length, 'one window listens for both').toBe(1);

    await page.close();
    await others.move(key, 'Publish');
    await second.expectIn(key, 'Publish');
    await expect.poll(() => asked.length).toBe(2);
  });

  test('hear what happened while none of them was connected', async ({ page, context, complaints, api }) => {
    complaints.allow(/ERR_FAILED|ERR_CONNECTION/);
    const word = uniqueWord();
    const key = await (await api()).newItem({ title: `Away ${word}` });
    await context.route(/\/live\?/, (route) => route.abort());
    const board = new Board(page);
    await board.open(word);
    await board.expectIn(key, 'Request test');
    await (await api('marek')).move(key, 'Test and inspect');
    await board.expectIn(key, 'Request test');
    await context.unroute(/\/live\?/);
    await board.expectIn(key, 'Test and inspect', 15_000);
  });
});

test.describe('At an item', () => {
  test('one sees who else is there and who is writing', async ({ page, anotherPerson, api }) => {
    const key = await (await api()).newItem({ title: `Company ${uniqueWord()}` });
    await openLive(page, `/items/${key}`);
    const here = page.getByRole('group', { name: 'Also here: Marek Havel' });
    await expect(here).toHaveCount(0);

    const other = await anotherPerson('marek');
    await open(other, `/items/${key}`);
    await expect(here).toBeVisible();
    await expect(other.getByRole('group', { name: 'Also here: Elsa Lindqvist' })).toBeVisible();

    await other.locator('textarea[name=body]').pressSequentially('I think');
    await expect(page.getByText('Marek Havel is writing …')).toBeVisible();
    await expect(other.getByText('is writing …')).toHaveCount(0);

    await other.goto('/workflows');
    await hydrated(other);
    await expect(here).toHaveCount(0);
    await expect(page.getByText('is writing …')).toHaveCount(0);
  });

  test('a comment of somebody else appears by itself', async ({ page, api }) => {
    const maker = await api();
    const key = await maker.newItem({ title: `Comments ${uniqueWord()}` });
    await open(page, `/items/${key}`);
    const { item } = await maker.item(key);
    await (await api('marek')).call('workflows/api/comment/add_comment', { item_id: item.card.id, body: 'The keys are here.' });
    await expect(page.getByText('The keys are here.')).toBeVisible();
  });
});
