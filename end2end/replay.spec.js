// Before a draft is published, what was finished is replayed through it.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';
import { addAfter, choose, details, showOutline } from './pages/design.js';

test.use({ as: 'elsa' });

const dialog = (page) => page.getByRole('dialog');

/** A workflow in which two items were finished. */
async function finished(api) {
  const { key } = await made(api, 'plain');
  const me = await api();
  const [{ head }] = await me.call('workflows/api/workflow/load_form', { key });
  for (const _ of [1, 2]) {
    const form = { workflow_id: head.id, title: `Task ${uniqueWord()}`, priority: '0' };
    const item = await me.call('workflows/api/item/create_item', form);
    for (const step of ['In progress', 'Done']) await me.move(item, step);
  }
  return { key, id: head.id, me };
}

async function replay(page) {
  await showOutline(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await dialog(page).getByLabel('Of the last').selectOption('7 days');
  await dialog(page).getByRole('button', { name: 'Replay' }).click();
}

test('a draft is tried on what was finished', async ({ page, api }) => {
  const { key } = await finished(api);
  await open(page, `/workflows/${key}/design`);
  await choose(page, 'In progress');
  await addAfter(page, 'Check');
  await details(page).getByLabel('Team').selectOption('Testers');
  await replay(page);
  await expect(dialog(page)).toContainText('2 items were finished in the last 7 days. 2 items go another way than they went.');
  await expect(dialog(page)).toContainText('How long Check takes is not known yet');
  await dialog(page).getByText('Step by step').click();
  const row = dialog(page).getByRole('row', { name: /^Check/ });
  await expect(row.getByRole('cell')).toHaveText(['0', '2', '\u2014']);
  await page.screenshot({ path: test.info().outputPath('replay.png') });
  await axe(page);
});

test('where nobody would get through, it says so before anybody is stuck', async ({ page, api }) => {
  const { key, id, me } = await finished(api);
  const { definition } = await me.call('workflows/api/design/load_design', { key });
  const [, work] = definition.steps;
  definition.transitions.find(({ from, rework }) => from === work.id && !rework).guard = 'title == "nobody"';
  await me.keepDraft(id, definition);
  await open(page, `/workflows/${key}/design`);
  await replay(page);
  await expect(dialog(page)).toContainText('2 items stay in In progress: no way on is open to them');
  await page.screenshot({ path: test.info().outputPath('stuck.png') });
});
