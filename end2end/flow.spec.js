// The drawing of a workflow: made from nothing by mouse, by keys alone and by touch, moved, copied, arranged and taken back.
import { axe, expect, longPress, made, middle, open, test, touch, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa' });

const frame = (page) => page.locator('.flow-frame');
const step = (page, name) => page.locator('.flow-step', { hasText: name });
const label = (page, name) => page.locator('.flow-label', { hasText: name });
const way = (page, from, to) => page.getByRole('button', { name: `Way from ${from} to ${to}` });
const finder = (page) => page.locator('.flow-finder input');
const checks = (page) => page.getByRole('region', { name: 'Checks' });
const undo = (page) => page.getByRole('button', { name: 'Undo' });

/** Opens the drawing of a new workflow. */
async function draw(page, api, isMobile, template) {
  const workflow = await made(api, template);
  await open(page, `/workflows/${workflow.key}/design`);
  if (isMobile) await page.getByRole('button', { name: 'Drawing', exact: true }).click();
  await expect(page.locator('.flow-step').first()).toBeVisible();
  return workflow;
}

/** Drags by mouse, with a stop on the way as a hand makes it. */
async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
}

/** Draws a way out of a step to a point, or to the middle of another step. */
async function lead(page, from, to) {
  await step(page, from).hover();
  const port = await middle(page.locator('.flow-port').nth(2));
  await drag(page, port, typeof to === 'string' ? await middle(step(page, to)) : to);
}

/** Where a step stands. */
const stands = (page, name) => step(page, name).evaluate((it) => it.style.transform);

/** The dealership, and which way each step begins with: the last ones are ends. */
const DEALERSHIP = ['Request test', 'Test and inspect', 'Repair', 'Photo and listing', 'Sold'];

async function publishes(page, key) {
  await expect(checks(page)).toContainText('Every step can come to an end');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);
  for (const name of DEALERSHIP) await expect(page.getByText(name).first()).toBeAttached();
}

test.describe('by mouse', () => {
  test.skip(({ isMobile }) => isMobile, 'a mouse stands on a desk');

  test('the dealership is drawn from nothing, and runs', async ({ page, api }) => {
    const { key } = await draw(page, api, false);
    await frame(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await expect(page.locator('.flow-step')).toHaveCount(0);
    await expect(checks(page)).toContainText('There is no step yet');

    const box = await frame(page).boundingBox();
    const at = (x, y) => ({ x: box.x + box.width * x, y: box.y + box.height * y });
    const first = at(0.4, 0.12);
    await page.mouse.dblclick(first.x, first.y);
    await finder(page).fill('Request test');
    await page.keyboard.press('Enter');
    await expect(step(page, 'Request test')).toBeVisible();
    // A way that ends nowhere asks for the step that it leads to.
    await lead(page, 'Request test', at(0.4, 0.28));
    await finder(page).fill('Test and inspect');
    await page.keyboard.press('Enter');
    await lead(page, 'Test and inspect', at(0.7, 0.45));
    await finder(page).fill('Repair');
    await page.keyboard.press('Enter');
    await lead(page, 'Repair', at(0.4, 0.62));
    await finder(page).fill('Photo and listing');
    await page.keyboard.press('Enter');
    await lead(page, 'Photo and listing', at(0.4, 0.8));
    await finder(page).fill('Sold');
    await page.getByRole('option', { name: 'New end' }).click();
    // A way to a step that is there, and one back.
    await lead(page, 'Test and inspect', 'Photo and listing');
    await expect(label(page, 'To Photo and listing')).toHaveCount(2);
    await lead(page, 'Repair', 'Test and inspect');
    await expect(page.locator('.flow-way.is-back')).toHaveCount(1);
    // Its name is written where it stands.
    await way(page, 'Repair', 'Test and inspect').dblclick();
    await page.getByLabel('Name of the way in the drawing').fill('Test again');
    await page.keyboard.press('Enter');
    await expect(label(page, 'Test again')).toBeFocused();
    await axe(page);
    await publishes(page, key);
  });

  test('steps are moved, in line with others, and taken back at once', async ({ page, api }) => {
    await draw(page, api, false);
    const before = await stands(page, 'Done');
    const from = await middle(step(page, 'Done'));
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 3, from.y);
    expect(await stands(page, 'Done')).toBe(before);
    // Beside the step above it, almost.
    await page.mouse.move(from.x + 150, from.y - 60);
    await page.mouse.move(from.x + 260, from.y - 106);
    await expect(page.locator('.flow-guide').first()).toBeAttached();
    await expect.poll(() => stands(page, 'Done')).not.toBe(before);
    // Escape puts it back.
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect.poll(() => stands(page, 'Done')).toBe(before);
    await drag(page, from, { x: from.x + 200, y: from.y });
    await expect.poll(() => stands(page, 'Done')).not.toBe(before);
    await undo(page).click();
    await expect.poll(() => stands(page, 'Done')).toBe(before);
    await expect(undo(page)).toBeDisabled();
  });

  test('several are chosen, brought in line, copied into another workflow', async ({ page, api, context, complaints }) => {
    await draw(page, api, false);
    const box = await frame(page).boundingBox();
    await drag(page, { x: box.x + 20, y: box.y + 20 }, { x: box.x + box.width - 200, y: box.y + box.height - 140 });
    await expect(page.locator('.flow-step.is-chosen')).toHaveCount(3);
    const lefts = () => page.locator('.flow-step').evaluateAll((all) => new Set(all.map((it) => it.style.transform.split(',')[0])).size);
    await page.getByRole('button', { name: 'Bring left sides in line' }).click();
    await expect.poll(lefts).toBe(1);
    // Shift takes one out again.
    await step(page, 'Done').click({ modifiers: ['Shift'] });
    await expect(page.locator('.flow-step.is-chosen')).toHaveCount(2);
    await page.keyboard.press('ControlOrMeta+c');

    const other = await complaints.watch(await context.newPage());
    await draw(other, api, false, 'service');
    await frame(other).focus();
    await other.keyboard.press('ControlOrMeta+v');
    await expect(step(other, 'To do')).toHaveClass(/is-chosen/);
    // There was such a step already.
    await expect(step(other, 'In progress 2')).toHaveClass(/is-chosen/);
    await expect(other.locator('.flow-step')).toHaveCount(8);
    await undo(other).click();
    await expect(other.locator('.flow-step')).toHaveCount(6);
    await page.keyboard.press('ControlOrMeta+d');
    await expect(page.locator('.flow-step')).toHaveCount(5);
  });

  test('space is made, everything is arranged, and the view is moved', async ({ page, api }) => {
    await draw(page, api, false, 'dealership');
    const before = await stands(page, 'Published');
    const top = await stands(page, 'Request test');
    await page.getByRole('button', { name: 'Make space' }).click();
    const at = await middle(step(page, 'Photo and listing'));
    const start = { x: at.x + 130, y: at.y + 40 };
    await drag(page, start, { x: start.x, y: start.y + 60 });
    await expect.poll(() => stands(page, 'Published')).not.toBe(before);
    expect(await stands(page, 'Request test')).toBe(top);
    await page.getByRole('button', { name: 'Arrange' }).click();
    await expect.poll(() => stands(page, 'Published')).toBe(before);
    await undo(page).click();
    await expect.poll(() => stands(page, 'Published')).not.toBe(before);

    const world = page.locator('.flow-world');
    const seen = () => world.evaluate((it) => it.style.transform);
    const view = await seen();
    await page.mouse.move(start.x, start.y);
    await page.mouse.wheel(0, 100);
    await expect.poll(seen).not.toBe(view);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect(page.getByRole('button', { name: 'Show in its own size' })).not.toHaveText('100%');
    await page.locator('.flow-minimap').focus();
    const enlarged = await seen();
    await page.keyboard.press('ArrowRight');
    await expect.poll(seen).not.toBe(enlarged);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect(step(page, 'Sold to trade')).toBeInViewport();
    const percent = page.getByRole('button', { name: 'Show in its own size' });
    for (let press = 0; press < 6; press++) await page.getByRole('button', { name: 'Smaller' }).click();
    await expect(percent).not.toHaveText('100%');
    await percent.click();
    await expect(percent).toHaveText('100%');
  });
});

test.describe('by keys alone', () => {
  test.skip(({ isMobile }) => isMobile, 'a phone has no keys');

  test('the dealership is drawn from nothing, and runs', async ({ page, api }) => {
    const { key } = await draw(page, api, false);
    await frame(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await expect(page.locator('.flow-step')).toHaveCount(0);
    for (const name of DEALERSHIP) {
      await page.keyboard.press('n');
      await expect(finder(page)).toBeFocused();
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await expect(step(page, name)).toBeFocused();
    }
    // The last one ends it; what it is says the screen reader, too.
    await expect(step(page, 'Sold')).toHaveAccessibleName(/Sold, step 5 of 5. From Photo and listing/);
    await page.keyboard.press('ArrowUp');
    await expect(step(page, 'Photo and listing')).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(step(page, 'Test and inspect')).toBeFocused();
    // Connect by the beginning of a name.
    await page.keyboard.press('c');
    await expect(finder(page)).toBeFocused();
    await page.keyboard.type('pho');
    await page.keyboard.press('Enter');
    await expect(way(page, 'Test and inspect', 'Photo and listing')).toBeFocused();
    await page.keyboard.press('Enter');
    await page.getByLabel('Name of the way in the drawing').fill('Passed');
    await page.keyboard.press('Enter');
    await expect(label(page, 'Passed')).toBeFocused();
    // Along the way, and from way to way.
    await page.keyboard.press('ArrowUp');
    await expect(step(page, 'Test and inspect')).toBeFocused();
    await page.keyboard.press('w');
    await expect(label(page, 'To Repair')).toBeFocused();
    await page.keyboard.press('w');
    await expect(label(page, 'Passed')).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(step(page, 'Photo and listing')).toBeFocused();
    const before = await stands(page, 'Photo and listing');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => stands(page, 'Photo and listing')).not.toBe(before);
    await page.keyboard.press('F2');
    await page.getByLabel('Name of the step in the drawing').fill('Photos');
    await page.keyboard.press('Escape');
    await expect(step(page, 'Photo and listing')).toBeFocused();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => stands(page, 'Photo and listing')).toBe(before);

    // The outline does the same.
    await page.locator('.outline-step', { hasText: 'Sold' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('What happens here').focus();
    // The last of the kinds: items end here.
    await page.keyboard.press('End');
    await expect(page.locator('.flow-step.is-end')).toHaveCount(1);
    await page.locator('.outline-step', { hasText: 'Sold' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(page.locator('.outline-step').nth(3)).toHaveText(/Sold/);
    await expect(page.locator('.outline-step').nth(3)).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(page.locator('.outline-step').nth(2)).toBeFocused();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.locator('.outline-step').nth(4)).toHaveText(/Sold/);
    await publishes(page, key);
  });
});

test.describe('by touch', () => {
  test.skip(({ isMobile }) => !isMobile, 'fingers are for phones');

  test('the dealership is drawn from nothing, and runs', async ({ page, api }) => {
    const { key } = await draw(page, api, true);
    const tool = (name) => page.getByRole('button', { name, exact: true });
    // What is there goes, step by step.
    for (const name of ['To do', 'In progress', 'Done']) {
      await longPress(page, step(page, name));
      await page.getByRole('menuitem', { name: 'Remove' }).tap();
      await expect(step(page, name)).toHaveCount(0);
    }
    await tool('Add a step').tap();
    await finder(page).fill('Request test');
    await page.getByRole('option', { name: 'New step' }).tap();
    for (const [before, name, kind] of [
      ['Request test', 'Test and inspect', 'New step'],
      ['Test and inspect', 'Repair', 'New step'],
      ['Repair', 'Photo and listing', 'New step'],
      ['Photo and listing', 'Sold', 'New end'],
    ]) {
      await longPress(page, step(page, before));
      await page.getByRole('menuitem', { name: 'Add a step after it' }).tap();
      await finder(page).fill(name);
      await page.getByRole('option', { name: kind }).tap();
      await expect(step(page, name)).toBeVisible();
    }
    await tool('Show everything').tap();
    // Two taps connect; the last way leads back.
    for (const [from, to] of [['Test and inspect', 'Photo and listing'], ['Repair', 'Test and inspect']]) {
      await tool('Connect').tap();
      await step(page, from).tap();
      await step(page, to).tap();
      await expect(way(page, from, to)).toBeVisible();
    }
    await expect(page.locator('.flow-way.is-back')).toHaveCount(1);
    await longPress(page, way(page, 'Repair', 'Test and inspect'));
    await page.getByRole('menuitem', { name: 'Rename' }).tap();
    await page.getByLabel('Name of the way in the drawing').fill('Test again');
    await page.keyboard.press('Enter');
    await expect(label(page, 'Test again')).toBeVisible();
    await tool('Outline').tap();
    await publishes(page, key);
  });

  test('steps are connected by two taps, moved, added and taken away', async ({ page, api }) => {
    await draw(page, api, true);
    await page.getByRole('button', { name: 'Connect', exact: true }).tap();
    await step(page, 'To do').tap();
    await step(page, 'Done').tap();
    await expect(page.locator('.flow-label')).toHaveCount(4);
    await expect(label(page, 'To Done')).toHaveClass(/is-chosen/);

    const before = await stands(page, 'Done');
    const from = await middle(step(page, 'Done'));
    await touch(page, 'touchStart', [from]);
    await touch(page, 'touchMove', [{ x: from.x + 20, y: from.y }]);
    await touch(page, 'touchMove', [{ x: from.x + 60, y: from.y }]);
    await touch(page, 'touchEnd', []);
    await expect.poll(() => stands(page, 'Done')).not.toBe(before);

    // A long press offers what can be done.
    await longPress(page, step(page, 'In progress'));
    await axe(page);
    await page.getByRole('menuitem', { name: 'Add a step after it' }).tap();
    const word = uniqueWord();
    await finder(page).fill(word);
    await page.getByRole('option', { name: 'New step' }).tap();
    await expect(step(page, word)).toBeVisible();
    await undo(page).tap();
    await expect(step(page, word)).toHaveCount(0);
  });

  test('two fingers move the view and change its size', async ({ page, api }) => {
    await draw(page, api, true);
    const world = page.locator('.flow-world');
    const seen = () => world.evaluate((it) => it.style.transform);
    const view = await seen();
    const { x, y } = await middle(frame(page));
    await touch(page, 'touchStart', [{ x: x - 80, y }, { x: x + 80, y }]);
    await touch(page, 'touchMove', [{ x: x - 60, y }, { x: x + 60, y }]);
    await touch(page, 'touchMove', [{ x: x - 40, y }, { x: x + 40, y }]);
    await touch(page, 'touchEnd', []);
    await expect(page.getByRole('button', { name: 'Show in its own size' })).toHaveText('50%');
    expect(await seen()).not.toBe(view);
    // One finger on the ground moves the view.
    const box = await frame(page).boundingBox();
    const ground = { x: box.x + 12, y: box.y + box.height / 2 };
    const enlarged = await seen();
    await touch(page, 'touchStart', [ground]);
    await touch(page, 'touchMove', [{ x: ground.x + 30, y: ground.y }]);
    await touch(page, 'touchMove', [{ x: ground.x + 60, y: ground.y }]);
    await touch(page, 'touchEnd', []);
    await expect.poll(seen).not.toBe(enlarged);
  });
});
