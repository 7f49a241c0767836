// Running items stay on the version that they are on when another is published, and are taken along later.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';
import { showOutline } from './pages/design.js';

test.use({ as: 'elsa', allowed: [/status of 4(09|22)/] });

const dialog = (page) => page.getByRole('dialog');

async function removeStep(page, name) {
  await showOutline(page);
  await page.locator('.outline-step', { hasText: name }).click();
  await page.locator('.inspector').getByRole('button', { name: 'Remove step' }).click();
  await showOutline(page);
}

test('items stay on their version while a new one runs, and are taken along', async ({ page, api }) => {
  const { key } = await made(api, 'service');
  const me = await api();
  const [workflow] = await me.call('workflows/api/workflow/load_form', { key });
  const form = { workflow_id: workflow.head.id, title: `Printer ${uniqueWord()}`, priority: '0' };
  const item = await me.call('workflows/api/item/create_item', form);
  const first = workflow.steps[0].name;

  await open(page, `/workflows/${key}/design`);
  await removeStep(page, first);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(dialog(page).getByLabel(`The item of ${first} goes to`)).toHaveValue(/./);
  await dialog(page).getByRole('radio', { name: /They stay on version 1/ }).check();
  // Then nobody has to say where it goes.
  await expect(dialog(page).getByLabel(`The item of ${first} goes to`)).toHaveCount(0);
  await expect(dialog(page).getByRole('listitem').filter({ hasText: first }).last()).toContainText('version 1');
  await page.screenshot({ path: test.info().outputPath('publish.png') });
  await axe(page);
  await dialog(page).getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);

  // The board shows what runs, and leads to the rest.
  await expect(page.locator('.card', { hasText: item })).toHaveCount(0);
  await page.getByRole('link', { name: 'Version 1: 1' }).click();
  await expect(page).toHaveURL(/version=1/);
  await expect(page.locator('[data-item] .card-title').first()).toContainText(form.title);
  await page.screenshot({ path: test.info().outputPath('board.png') });
  await axe(page);
  await open(page, `/items/${item}`);
  await expect(page.locator('.item-meta')).toContainText('Version 1');
  await expect(page.locator('.step-strip')).toContainText(first);
  await page.screenshot({ path: test.info().outputPath('item.png') });

  await open(page, `/workflows/${key}/design`);
  await page.getByRole('button', { name: 'Versions' }).click();
  await expect(dialog(page)).toContainText('1 item stays on it');
  await page.screenshot({ path: test.info().outputPath('versions.png') });
  await axe(page);
  await dialog(page).getByRole('button', { name: 'Take along …' }).click();
  await dialog(page).getByLabel(`The item of ${first} goes to`).selectOption({ index: 1 });
  await page.screenshot({ path: test.info().outputPath('take.png') });
  await axe(page);
  await dialog(page).getByRole('button', { name: 'Take along', exact: true }).click();
  await expect(page.locator('.toast', { hasText: '1 item goes on with the version that runs' })).toBeVisible();
  const { item: after } = await me.item(item);
  const [now] = await me.call('workflows/api/workflow/load_form', { key });
  expect(after.card.step_id).toBe(now.steps[1].id);
  await open(page, `/items/${item}`);
  await expect(page.locator('.item-meta')).not.toContainText('Version 1');
});
