// An item on its own page, and what two people or two organisations may not do to each other.
import { expect, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa' });

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
    // In one go: `fill` selects first and types then, and the page may be drawn anew between the two.
    const write = (label, text) =>
      page.getByLabel(label).evaluate((field, value) => {
        field.value = value;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }, text);
    await write('Mileage', '777');
    await write('Registration', 'two 002');
    await expect(async () => {
      const { item } = await maker.item(key);
      expect([item.card.title, item.card.tag, item.data.mileage]).toEqual([`Saab ${word}`, 'TWO 002', 777]);
    }).toPass({ timeout: 10_000 });
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

  test('two people write at once: other fields are kept, and the same one says what the other wrote', async ({ page, api, complaints, context }) => {
    complaints.allow(/status of 422/);
    await context.route(/\/live\?/, () => {});
    await open(page, `/items/${key}`);
    const { item } = await maker.item(key);
    const save = async (more) =>
      (await api('marek')).call('workflows/api/item/save_item', {
        item_id: item.card.id,
        version: String((await maker.item(key)).item.card.version),
        title: item.card.title,
        priority: '2',
        ...more,
      });
    await save({ 'data[mileage]': '4100' });
    await page.getByLabel('Title').fill(`Mine ${word}`);
    await page.getByLabel('Title').blur();
    await expect(page.getByLabel('Mileage')).toHaveValue(/^4.?100$/);
    const both = (await maker.item(key)).item;
    expect([both.card.title, both.data.mileage]).toEqual([`Mine ${word}`, 4100]);

    await save({ title: `Marek’s ${word}` });
    const title = page.getByLabel('Title');
    await title.fill(`Still mine ${word}`);
    await title.blur();
    await expect(page.locator('.field', { has: title })).toContainText(`Marek Havel wrote “Marek’s ${word}” meanwhile`);
    await expect(title).toHaveValue(`Still mine ${word}`);
    expect((await maker.item(key)).item.card.title).toBe(`Marek’s ${word}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Marek’s ${word}`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`Still mine ${word}`);
    await expect(page.locator('.field', { has: title })).not.toContainText('meanwhile');
  });

  test('what somebody else writes in the field that is being written in is not overwritten unseen', async ({ page, api, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, `/items/${key}`);
    const { item } = await maker.item(key);
    const mileage = page.getByLabel('Mileage');
    await mileage.fill('77');
    const form = { item_id: item.card.id, version: String(item.card.version), title: item.card.title, priority: '2', 'data[mileage]': '4300' };
    await (await api('marek')).call('workflows/api/item/save_item', form);
    await expect(page.locator('.event').first()).toContainText('4,300');
    await expect(mileage).toHaveValue('77');
    await mileage.blur();
    await expect(page.locator('.field', { has: mileage })).toContainText('Marek Havel wrote');
    await expect(mileage).toHaveValue('77');
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
