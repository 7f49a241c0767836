// The insights of a workflow: what people do there is counted, drawn and can be taken away.
import { readFile } from 'node:fs/promises';
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa' });

const step = (page, name) => page.locator(`tr[data-step="${name}"]`);
const heat = (page) => page.locator('svg.heat');
const cells = (page, name) => step(page, name).locator('td');

/** Adds an item to a workflow and brings it to each of the steps in turn; hands back its key. */
async function lived(maker, flow, title, ...steps) {
  const [workflow] = await maker.call('workflows/api/workflow/load_form', { key: flow.key });
  const form = { workflow_id: workflow.head.id, title, priority: '2' };
  const key = await maker.call('workflows/api/item/create_item', form);
  for (const name of steps) await maker.move(key, name);
  return key;
}

/** A workflow in which one thing was finished after it had been put back, and another one is open. */
async function busy(api) {
  const [flow, maker] = [await made(api), await api()];
  const title = `=1+1 ${uniqueWord()}`;
  const done = await lived(maker, flow, title, 'In progress', 'To do', 'In progress', 'Done');
  const waiting = await lived(maker, flow, `Waiting ${uniqueWord()}`);
  return { ...flow, title, done, waiting };
}

test.describe('Insights', () => {
  test('count what people did, step by step', async ({ page, api }) => {
    const flow = await busy(api);
    await open(page, `/workflows/${flow.key}`);
    await page.getByRole('group', { name: 'Layout' }).getByRole('link', { name: 'Insights' }).click();
    await expect(page).toHaveURL(`/workflows/${flow.key}/insights`);
    await expect(page.getByText(/^2 things were open or finished from/)).toBeVisible();
    // Here now, visits, sent back.
    await expect(cells(page, 'To do').nth(0)).toHaveText('1');
    await expect(cells(page, 'To do').nth(1)).toHaveText('3');
    await expect(cells(page, 'To do').nth(2)).toHaveText('1');
    await expect(cells(page, 'In progress').nth(0)).toHaveText('0');
    await expect(cells(page, 'In progress').nth(1)).toHaveText('2');
    await expect(cells(page, 'Done').nth(1)).toHaveText('1');
    await expect(page.getByRole('heading', { name: 'Finished by day' })).toBeVisible();
    await expect(page.getByText(/^1 thing finished from .+, at most 1 in a day\.$/)).toBeVisible();
    await expect(page.getByText(/^1 thing is open\./)).toBeVisible();
    await page.getByText('Ways as a table').click();
    const ways = page.getByRole('table', { name: 'How often each way was taken' });
    await expect(ways.getByRole('row', { name: 'In progress To do 1 1' })).toBeVisible();
    await expect(ways.getByRole('row', { name: 'To do In progress 2 0' })).toBeVisible();
  });

  test('what is taken back is no visit', async ({ page, api }) => {
    const [flow, maker] = [await made(api), await api()];
    const key = await lived(maker, flow, `Thing ${uniqueWord()}`, 'In progress');
    const { item } = await maker.item(key);
    const undo = { item_id: item.card.id, version: String(item.card.version) };
    await maker.call('workflows/api/item/undo_move', undo);
    await open(page, `/workflows/${flow.key}/insights`);
    await expect(cells(page, 'To do').nth(1)).toHaveText('1');
    await expect(cells(page, 'In progress').nth(1)).toHaveText('0');
    await expect(page.getByText('Nothing was finished in these days')).toBeVisible();
  });

  test('the drawing is coloured by what one chooses, and keeps that in another period', async ({ page, api }) => {
    const flow = await busy(api);
    await open(page, `/workflows/${flow.key}/insights`);
    const measures = page.getByRole('group', { name: 'Measure' });
    await measures.getByRole('link', { name: 'Visits' }).click();
    await expect(page).toHaveURL(/show=visits/);
    await expect(heat(page)).toContainText('3 visits');
    await expect(heat(page)).toContainText('1 visit');
    await measures.getByRole('link', { name: 'Rework' }).click();
    await expect(heat(page)).toContainText('1 sent back');
    await page.getByRole('group', { name: 'Period' }).getByRole('link', { name: '90 days' }).click();
    await expect(page).toHaveURL(/days=90/);
    await expect(page).toHaveURL(/show=rework/);
    await expect(page.getByRole('heading', { name: 'Finished by week' })).toBeVisible();
    await expect(heat(page)).toContainText('1 sent back');
    await expect(cells(page, 'To do').nth(1)).toHaveText('3');
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'Finished by day' })).toBeVisible();
  });

  test('the table of steps goes by a column', async ({ page, api }) => {
    const flow = await busy(api);
    await open(page, `/workflows/${flow.key}/insights`);
    const table = page.getByRole('table', { name: 'Figures of each step' });
    await expect(table.locator('tbody tr').first()).toHaveAttribute('data-step', 'To do');
    const head = table.getByRole('columnheader', { name: 'Here now' });
    await head.getByRole('link').click();
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    await expect(page).toHaveURL(/sort=here/);
    await expect(table.locator('tbody tr').last()).toHaveAttribute('data-step', 'In progress');
  });

  test('are taken away as CSV and as a workbook, without formulas', async ({ page, api }) => {
    const flow = await busy(api);
    await open(page, `/workflows/${flow.key}/insights`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Items as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${flow.key}-items.csv`);
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toBe('\ufeffKey,Title,Created,Finished,Cycle time (h),Step,Age in step (h),Sent back');
    const line = (key) => lines.find((text) => text.startsWith(`${key},`)).split(',');
    expect(lines.filter((text) => text)).toHaveLength(3);
    expect(line(flow.done)[1]).toBe(`'${flow.title}`);
    // On a busy machine some minutes may pass.
    const short = expect.stringMatching(/^0\.\d$/);
    expect(line(flow.done).slice(4)).toEqual([short, 'Done', '', '1']);
    expect(line(flow.waiting).slice(3)).toEqual(['', '', 'To do', short, '0']);
    const steps = await page.request.get(`/workflows/${flow.key}/insights/steps.csv?days=7`);
    expect(await steps.text()).toContain('\r\nTo do,1,3,1,2,');
    const book = await page.request.get(`/workflows/${flow.key}/insights/insights.xlsx`);
    expect(book.headers()['content-type']).toContain('spreadsheetml.sheet');
    expect((await book.body()).subarray(0, 2).toString()).toBe('PK');
  });

  test('who may not download items sees the figures only', async ({ api, anotherPerson, complaints }) => {
    complaints.allow(/status of 403/);
    const flow = await busy(api);
    const marek = await anotherPerson('marek');
    await open(marek, `/workflows/${flow.key}/insights`);
    await expect(cells(marek, 'To do').nth(1)).toHaveText('3');
    await expect(marek.getByRole('link', { name: 'Items as CSV' })).toHaveCount(0);
    const refused = await marek.request.get(`/workflows/${flow.key}/insights/items.csv`);
    expect(refused.status()).toBe(403);
  });

  test('a workflow without items says how figures come', async ({ page, api }) => {
    const flow = await made(api);
    await open(page, `/workflows/${flow.key}/insights`);
    await expect(page.getByText('Nothing to count yet')).toBeVisible();
    await expect(heat(page)).toHaveCount(0);
  });

  test('the figures of the demo fit the screen', async ({ page }) => {
    await open(page, '/workflows/UC/insights?days=90&show=total');
    await expect(heat(page)).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Cycle time' })).toBeVisible();
    await expect(page.getByText(/^Of [\d,]+ vehicles, half took/)).toBeVisible();
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    await expect.poll(wide).toBe(false);
  });
});

test.describe('Insights for everybody', () => {
  // axe brings its own script, which the content security policy would refuse.
  test.use({ bypassCSP: true });

  test('have no barrier, in light and in dark', async ({ page, isMobile }) => {
    await open(page, '/workflows/UC/insights?days=90&show=visits');
    // `all` does not wait for any.
    await expect(page.getByRole('heading', { name: 'Cycle time' })).toBeVisible();
    await expect(page.locator('.insights-numbers')).not.toHaveCount(0);
    for (const summary of await page.locator('.insights-numbers > summary').all()) await summary.click();
    await expect(page.locator('.insights-numbers:not([open])')).toHaveCount(0);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await axe(page);
    if (isMobile) return;
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await axe(page, { rules: ['color-contrast'] });
  });
});
