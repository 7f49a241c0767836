// What people do in the designer, beside the drawing itself.
import { expect } from '../fixtures.js';

/** The details of what is chosen. */
export const details = (page) => page.locator('.inspector');
/** What the checks found. */
export const checks = (page) => page.getByRole('region', { name: 'Checks' });

/** On a phone outline, drawing and details take turns. */
export async function showOutline(page) {
  const close = page.getByRole('button', { name: 'Close the details' });
  if (await close.isVisible()) await close.click();
  const outline = page.locator('.design-switch').getByRole('button', { name: 'Outline' });
  if (await outline.isVisible()) await outline.click();
}

/** Chooses a step in the outline. */
export async function choose(page, name) {
  await showOutline(page);
  await page.locator('.outline-step', { hasText: name }).click();
}

/** Puts a step behind the one that is chosen. */
export async function addAfter(page, name, kind) {
  await details(page).getByRole('button', { name: 'Add a step after it' }).click();
  await details(page).getByLabel('Name', { exact: true }).fill(name);
  if (kind) await details(page).getByLabel('What happens here').selectOption(kind);
}

/** Publishes the draft of the workflow with these letters. */
export async function publish(page, key) {
  await showOutline(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(page).toHaveURL(`/workflows/${key}`);
}
