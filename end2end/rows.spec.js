// Tables in forms: designed, filled in by keys and by finger, refused with the row named, and asked in a public form. Fields that
// are carried to another place, and fields that are signed.
import { axe, expect, made, middle, open, test, touch, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(04|22)/] });

/** Publishes a form in the first step, without clicking, and hands back the letters of the workflow. */
async function published(api, fields) {
  const elsa = await api();
  const { key } = await made(api);
  const { live, definition } = await elsa.call('workflows/api/design/load_design', { key });
  const [{ id: step_id }] = definition.steps;
  definition.fields = fields.map((field) => ({
    id: crypto.randomUUID(), step_id, unit: '', required: false, choices: [], ...field,
  }));
  await elsa.publish(live.head.id, definition);
  return key;
}

const LINES = {
  key: 'lines',
  label: 'Lines',
  kind: 'table',
  terms: {
    columns: [
      { key: 'part', label: 'Part', kind: 'text', required: true },
      { key: 'quantity', label: 'Quantity', kind: 'number', unit: 'pcs' },
      { key: 'price', label: 'Price', kind: 'money' },
      { key: 'colour', label: 'Colour', kind: 'choice', choices: ['Red', 'Blue'] },
      { key: 'fitted', label: 'Fitted', kind: 'flag' },
    ],
  },
};
const TOTAL = { key: 'total', label: 'Total', kind: 'computed', terms: { formula: 'sum(lines.price)', money: true } };

const cell = (page, column, row) => page.getByLabel(`${column}, row ${row}`, { exact: true });

/** Presses as people do here: with a finger, or with the keyboard. */
async function press(control, isMobile) {
  if (isMobile) return control.tap();
  await control.focus();
  await control.press('Enter');
}

test('a table is designed with its columns', async ({ page, api, isMobile }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await press(page.locator('.outline-step').first(), isMobile);
  const form = page.locator('.inspector').getByRole('region', { name: 'Form' });
  await press(form.getByRole('button', { name: 'Add a field' }), isMobile);
  await expect(form.getByLabel('Name of the field')).toBeFocused();
  await page.keyboard.type('Lines');
  await form.getByLabel('It holds').selectOption('table');
  const columns = form.getByRole('group', { name: 'Columns' });
  await columns.getByLabel('Name of the column').fill('Part');
  await press(columns.getByRole('button', { name: 'Add a column' }), isMobile);
  await expect(columns.getByLabel('Name of the column')).toBeFocused();
  await page.keyboard.type('Price');
  await columns.getByLabel('It holds').selectOption('money');
  await expect(columns).toContainText('Added up by sum(lines.price).');
  await press(columns.getByRole('button', { name: 'Column Price comes earlier' }), isMobile);
  await expect(columns.getByRole('listitem').first()).toContainText('Price');
  await axe(page);
  await form.locator('summary', { hasText: 'How it looks' }).click();
  await expect(form.locator('.inspector-preview').getByLabel('Price, row 1')).toBeVisible();
});

test('rows are filled in, saved by themselves and added up', async ({ page, api, isMobile }) => {
  const key = await published(api, [LINES, TOTAL]);
  await open(page, `/workflows/${key}/new`);
  await page.getByLabel('Title').fill('An order');
  await cell(page, 'Part', 1).fill('Tyres');
  await cell(page, 'Quantity', 1).fill('many');
  await cell(page, 'Price', 1).fill('800');
  await press(page.getByRole('button', { name: 'Add thing' }), isMobile);
  await expect(page.getByText('Row 1, Quantity is a whole number').first()).toBeVisible();
  await expect(cell(page, 'Quantity', 1)).toHaveAttribute('aria-invalid', 'true');
  await expect(cell(page, 'Part', 1)).toHaveValue('Tyres');
  await cell(page, 'Quantity', 1).fill('4');
  await press(page.getByRole('button', { name: 'Add thing' }), isMobile);
  await expect(page).toHaveURL(/\/items\//);
  await expect(cell(page, 'Part', 1)).toHaveValue('Tyres');
  await expect(page.locator('.field', { hasText: 'Total' }).last()).toContainText('800');

  // Enter adds a row, Tab goes through its cells; each change saves itself, and what is being written stays.
  await cell(page, 'Price', 1).press('Enter');
  await expect(cell(page, 'Part', 2)).toBeFocused();
  await page.keyboard.type('Bolts');
  const loaded = page.waitForResponse((answer) => answer.url().includes('load_item'));
  await page.keyboard.press('Tab');
  await expect(cell(page, 'Quantity', 2)).toBeFocused();
  await loaded;
  await page.keyboard.type('20');
  await page.keyboard.press('Tab');
  await page.keyboard.type('12.50');
  await page.keyboard.press('Tab');
  await expect(page.locator('.field', { hasText: 'Total' }).last()).toContainText('812.50');
  await expect(cell(page, 'Colour', 2)).toBeFocused();
  await axe(page);
  await press(page.getByRole('button', { name: 'Remove row 1' }), isMobile);
  await expect(cell(page, 'Part', 1)).toHaveValue('Bolts');
  await expect(cell(page, 'Part', 2)).toBeHidden();
  await expect(page.locator('.feed')).toContainText('Lines, row 1');
  const elsa = await api();
  const { item } = await elsa.item(page.url().split('/').pop());
  expect(item.data.lines).toEqual([{ part: 'Bolts', quantity: 20, price: 1250 }]);
});

test('a public form asks for rows, without scripts, too', async ({ api, anotherPerson, complaints }) => {
  complaints.allow(/was preloaded using link preload but not used/);
  const key = await published(api, [LINES]);
  const elsa = await api();
  const { intake } = await elsa.call('workflows/api/intake/load_intake', { key });
  const { fields, ...says } = intake;
  const chosen = Object.fromEntries(fields.map((id) => [`fields[id_${id}]`, 'true']));
  await elsa.call('workflows/api/intake/save_intake', { key, version: 0, open: 'true', ...says, ...chosen });
  const { link } = await elsa.call('workflows/api/intake/load_intake', { key });
  const other = await anotherPerson(null, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await other.goto(new URL(link).pathname);
  const title = `Parts ${uniqueWord()}`;
  await other.getByLabel('What is it about?').fill(title);
  await cell(other, 'Quantity', 1).fill('2');
  await cell(other, 'Part', 3).fill('Bolts');
  const send = other.getByRole('button', { name: 'Send' });
  await send.click();
  await expect(other.getByText('Row 1, Part is needed.').first()).toBeVisible();
  await cell(other, 'Part', 1).fill('Tyres');
  await send.click();
  await expect(other.getByRole('heading', { name: 'It has arrived' })).toBeVisible();
  const { item } = await elsa.item(`${key}-1`);
  expect(item.data.lines).toEqual([{ part: 'Tyres', quantity: 2 }, { part: 'Bolts' }]);
});

test('fields are carried to another place and to another step', async ({ page, api, isMobile }) => {
  const text = (key) => ({ key, label: key.toUpperCase(), kind: 'text' });
  const key = await published(api, [text('one'), text('two'), text('three')]);
  await open(page, `/workflows/${key}/design`);
  await press(page.locator('.outline-step').first(), isMobile);
  const rows = page.locator('.inspector').getByRole('region', { name: 'Form' }).locator('.inspector-field');
  await expect(rows).toHaveText([/ONE/, /TWO/, /THREE/]);
  await rows.nth(2).scrollIntoViewIfNeeded();
  const from = await middle(rows.nth(2).locator('.field-grip'));
  const to = await middle(rows.nth(0).locator('.field-grip'));
  const above = { x: to.x, y: to.y - 8 };
  if (isMobile) {
    await touch(page, 'touchStart', [from]);
    await touch(page, 'touchMove', [{ x: from.x, y: from.y - 20 }]);
    await touch(page, 'touchMove', [above]);
  } else {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(above.x, above.y, { steps: 4 });
  }
  await expect(page.locator('#field-drag-tip')).toHaveText('THREE comes before ONE');
  await expect(rows.nth(0)).toHaveClass(/is-before/);
  if (isMobile) await touch(page, 'touchEnd', []);
  else await page.mouse.up();
  await expect(rows).toHaveText([/THREE/, /ONE/, /TWO/]);
  if (isMobile) return;

  const step = await middle(page.locator('.outline-step').nth(1));
  const start = await middle(rows.nth(1).locator('.field-grip'));
  const carry = async () => {
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(step.x, step.y, { steps: 4 });
    await expect(page.locator('#field-drag-tip')).toHaveText('ONE is filled in in In progress');
  };
  await carry();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(rows).toHaveCount(3);
  await carry();
  await page.mouse.up();
  await expect(rows).toHaveText([/THREE/, /TWO/]);
  await page.locator('.outline-step').nth(1).click();
  await expect(rows).toHaveText([/ONE/]);
});

test('a form is signed by drawing and by name', async ({ page, api, isMobile }) => {
  const key = await published(api, [{ key: 'seal', label: 'Approval', kind: 'signature', required: true }]);
  await open(page, `/workflows/${key}/new`);
  await page.getByLabel('Title').fill('A contract');
  await press(page.getByRole('button', { name: 'Add thing' }), isMobile);
  await expect(page).toHaveURL(/\/items\//);
  await expect(page.locator('#moves')).toContainText('Approval');
  const pad = page.getByRole('img', { name: 'Approval: nothing is drawn yet' });
  await pad.scrollIntoViewIfNeeded();
  const at = await middle(pad);
  const points = [0, 1, 2, 3].map((step) => ({ x: at.x - 60 + step * 40, y: at.y + (step % 2) * 15 }));
  if (isMobile) {
    await touch(page, 'touchStart', [points[0]]);
    for (const point of points.slice(1)) await touch(page, 'touchMove', [point]);
    await touch(page, 'touchEnd', []);
  } else {
    await page.mouse.move(points[0].x, points[0].y);
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(point.x, point.y);
    await page.mouse.up();
  }
  await expect(page.getByRole('img', { name: 'Approval: drawn' })).toBeVisible();
  await axe(page);
  await press(page.getByRole('button', { name: 'Sign', exact: true }), isMobile);
  await expect(page.getByText(/Signed by Elsa Lindqvist, \d{4}-\d\d-\d\d/)).toBeVisible();
  await expect(page.locator('#moves').getByRole('button', { name: /In progress/ })).toBeEnabled();
  await axe(page);
  await press(page.getByRole('button', { name: 'Take the signature away' }), isMobile);
  await expect(page.locator('.feed')).toContainText('removed the signature of Approval');
  await page.getByLabel('Or type your name').fill('E. Lindqvist');
  await page.getByLabel('Or type your name').press('Tab');
  await expect(page.getByText(/Signed as E. Lindqvist by Elsa Lindqvist/)).toBeVisible();
});
