// Fields that hold files: designed, filled in from the device, by dropping and from the list, emptied, needed before an item goes
// on, seen by others at once, and what becomes of them when a file is deleted.
import { axe, expect, hydrated, made, open, test } from './fixtures.js';

test.use({ as: 'elsa' });

/** Presses as people do here: with a finger, or with the keyboard. */
async function press(control, isMobile) {
  if (isMobile) return control.tap();
  await control.focus();
  await control.press('Enter');
}

const text = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`This is ${name}.\n`) });

/** The field of files with this label. */
function field(page, label) {
  const group = page.getByRole('group', { name: new RegExp(`^${label}`) });
  return {
    group,
    add: (...files) => group.getByLabel(`Files for ${label}`).setInputFiles(files),
    tile: (name) => group.getByRole('listitem').filter({ hasText: name }),
    link: (name) => group.getByRole('link', { name, exact: true }),
    remove: (name) => group.getByRole('button', { name: `Take ${name} out of ${label}` }),
  };
}

/** Publishes a form in the first step, without clicking, and adds an item. */
async function begun(api, fields) {
  const elsa = await api();
  const { key } = await made(api);
  const { live, definition } = await elsa.call('workflows/api/design/load_design', { key });
  const [{ id: step_id }] = definition.steps;
  definition.fields = fields.map((field) => ({
    id: crypto.randomUUID(), step_id, unit: '', required: false, choices: [], ...field,
  }));
  const workflow_id = live.head.id;
  await elsa.publish(workflow_id, definition);
  await elsa.call('workflows/api/item/create_item', { workflow_id, title: 'A sale', priority: '0' });
  return { elsa, key, item: `${key}-1` };
}

const CONTRACT = { key: 'contract', label: 'Contract', kind: 'file' };

test('a field of files is designed', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await press(page.locator('.outline-step').first(), isMobile);
  const form = page.locator('.inspector').getByRole('region', { name: 'Form' });
  await press(form.getByRole('button', { name: 'Add a field' }), isMobile);
  await expect(form.getByLabel('Name of the field')).toBeFocused();
  await page.keyboard.type('Contract');
  await form.getByLabel('It holds').selectOption('file');
  await expect(form).toContainText('neither the form for a new one nor a public form asks for them');
  await form.locator('summary', { hasText: 'How it looks' }).click();
  const preview = form.locator('.inspector-preview').getByRole('group', { name: 'Contract' });
  await expect(preview.getByRole('button', { name: 'Add files' })).toBeDisabled();
  await axe(page);
});

test('files are put in, taken out and put back', async ({ page, api, isMobile }) => {
  const { elsa, item } = await begun(api, [{ ...CONTRACT, required: true }]);
  await open(page, `/items/${item}`);
  const { group, add, tile, link, remove } = field(page, 'Contract');
  const way = page.locator('#moves').getByRole('button', { name: /In progress/ });
  await expect(way).toBeDisabled();
  await expect(page.locator('#moves')).toContainText('Fill in Contract before');
  const held = async () => (await elsa.item(item)).item.data.contract?.length ?? 0;

  await add(text('offer.txt'), text('contract.txt'));
  await expect(link('offer.txt')).toBeVisible();
  await expect(link('contract.txt')).toBeVisible();
  await expect.poll(held).toBe(2);
  await expect(way).toBeEnabled();
  await expect(page.locator('.feed')).toContainText('offer.txt, contract.txt');
  await axe(page, { include: ['.filed-field'] });
  // They are files of the item.
  await expect(page.getByRole('region', { name: 'Files' }).getByRole('link', { name: 'offer.txt', exact: true })).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(link('contract.txt')).toBeVisible();
  await press(remove('offer.txt'), isMobile);
  await expect(tile('offer.txt')).toHaveCount(0);
  await expect(group.getByRole('button', { name: 'Add files' })).toBeFocused();
  await expect.poll(held).toBe(1);
  await press(page.getByRole('button', { name: 'Undo' }), isMobile);
  await expect(link('offer.txt')).toBeVisible();
  await expect.poll(held).toBe(2);

  // What is out is chosen from the list.
  await press(remove('contract.txt'), isMobile);
  await expect.poll(held).toBe(1);
  await press(group.getByRole('button', { name: 'Choose from the list' }), isMobile);
  await press(page.getByRole('menuitem', { name: 'contract.txt' }), isMobile);
  await expect(link('contract.txt')).toBeVisible();
  await expect.poll(held).toBe(2);
  await expect(page.locator('.panel-card [role=status]').first()).not.toHaveText('Not saved');
});

test('a file that is dropped on the field is put in, and one that does not arrive is tried again', async ({ page, api, complaints }) => {
  complaints.allow(/Failed to load resource/);
  const { elsa, item } = await begun(api, [CONTRACT]);
  await open(page, `/items/${item}`);
  const { group, add, link } = field(page, 'Contract');
  const area = group.locator('.filed');
  const transfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
    return transfer;
  });
  await area.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(area).toHaveClass(/is-over/);
  await area.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(link('dropped.txt')).toBeVisible();

  await add({ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) });
  await expect(group.getByRole('alert')).toContainText('empty.txt: The file is empty.');
  await group.getByRole('button', { name: 'Dismiss' }).click();
  await expect(group.getByRole('alert')).toHaveCount(0);

  await page.route('**/begin_upload', (route) => route.abort());
  await add(text('later.txt'));
  await expect(group.getByRole('alert')).toContainText('later.txt');
  await page.unroute('**/begin_upload');
  await group.getByRole('button', { name: 'Try again' }).click();
  await expect(link('later.txt')).toBeVisible();
  await expect.poll(async () => (await elsa.item(item)).item.data.contract.length).toBe(2);
});

test('others see files at once, and what is deleted counts as not there', async ({ page, api, anotherPerson, isMobile }) => {
  const { elsa, item } = await begun(api, [
    { ...CONTRACT, required: true },
    { key: 'why', label: 'Why there is none', kind: 'text', terms: { show_when: { any: false, tests: [{ field: 'contract', is: 'empty', value: '' }] } } },
  ]);
  const other = await anotherPerson('petra');
  await open(other, `/items/${item}`);
  await open(page, `/items/${item}`);
  const mine = field(page, 'Contract');
  const theirs = field(other, 'Contract');
  await expect(page.getByLabel('Why there is none')).toBeVisible();
  await mine.add(text('contract.txt'));
  await expect(theirs.link('contract.txt')).toBeVisible();
  await expect(page.getByLabel('Why there is none')).toBeHidden();

  // Both put one in at once; nobody's is lost.
  await Promise.all([mine.add(text('mine.txt')), theirs.add(text('theirs.txt'))]);
  for (const { link } of [mine, theirs]) {
    await expect(link('mine.txt')).toBeVisible();
    await expect(link('theirs.txt')).toBeVisible();
  }
  await expect.poll(async () => (await elsa.item(item)).item.data.contract.length).toBe(3);

  for (const name of ['mine.txt', 'theirs.txt']) {
    await press(mine.remove(name), isMobile);
    await expect(mine.tile(name)).toHaveCount(0);
  }
  await expect.poll(async () => (await elsa.item(item)).item.data.contract.length).toBe(1);
  const list = page.getByRole('region', { name: 'Files' });
  await press(list.getByRole('button', { name: 'More for contract.txt' }), isMobile);
  await press(page.getByRole('menuitem', { name: 'Delete' }), isMobile);
  for (const { tile } of [mine, theirs]) await expect(tile('contract.txt')).toContainText('Deleted: it counts as not there.');
  await expect(page.locator('#moves')).toContainText('Fill in Contract before');
  await expect(page.getByLabel('Why there is none')).toBeVisible();
  await axe(page, { include: ['.filed-field'] });
  await press(page.getByRole('button', { name: 'Undo' }).last(), isMobile);
  await expect(mine.link('contract.txt')).toBeVisible();
  await expect(theirs.link('contract.txt')).toBeVisible();
  await expect(page.locator('#moves').getByRole('button', { name: /In progress/ })).toBeEnabled();
});

test('the form for a new item says when files can be added', async ({ page, api }) => {
  const { key } = await begun(api, [{ ...CONTRACT, required: true }]);
  await open(page, `/workflows/${key}/new`);
  const { group } = field(page, 'Contract');
  await expect(group).toContainText('Files can be added once it is there.');
  await expect(group.getByRole('button', { name: 'Add files' })).toBeDisabled();
  await open(page, `/workflows/${key}/form`);
  await expect(page.getByText('Never asked, since files are put in on the page of the item: Contract.')).toBeVisible();
});
