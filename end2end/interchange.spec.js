// Taking a design away as a file, and bringing one: from this program, and from others. What every kind of file becomes is
// tested in `workflows/src/tests/bpmn`.
import { readFile } from 'node:fs/promises';
import { axe, expect, made, open, test } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 422/] });

const row = (page, place) => page.locator('.outline-step').nth(place);
const dialog = (page) => page.getByRole('dialog');
const field = (page) => dialog(page).getByLabel('File', { exact: true });
const put = (page) => dialog(page).getByRole('button', { name: 'Put it into the draft' });

/** Opens the dialog that reads a file. */
async function importing(page) {
  await page.getByRole('button', { name: 'Versions' }).click();
  await dialog(page).getByRole('button', { name: 'Import …' }).click();
  await expect(dialog(page).getByRole('heading', { name: 'Import a design' })).toBeVisible();
}

/** A file as the browser is given it. */
const file = (name, text) => ({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });

/** What is done is kept by now. */
async function kept(page, isMobile) {
  if (!isMobile) return expect(page.locator('.design-state')).toHaveText('Draft kept');
  return expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeEnabled();
}

const FOREIGN = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:x">
  <bpmn:process id="p" name="Orders">
    <bpmn:startEvent id="s" name="Ordered" />
    <bpmn:userTask id="a" name="Check the order" />
    <bpmn:eventBasedGateway id="g" name="Either" />
    <bpmn:userTask id="b" name="Pack" />
    <bpmn:endEvent id="e" name="Sent" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="a" />
    <bpmn:sequenceFlow id="f2" sourceRef="a" targetRef="g" />
    <bpmn:sequenceFlow id="f3" sourceRef="g" targetRef="b" />
    <bpmn:sequenceFlow id="f4" sourceRef="b" targetRef="e" />
  </bpmn:process>
</bpmn:definitions>`;

test('a design is exported as BPMN and imported into another workflow', async ({ page, api, isMobile }) => {
  const [from, to] = [await made(api, 'service'), await made(api)];
  await open(page, `/workflows/${from.key}/design`);
  await page.getByRole('button', { name: 'Versions' }).click();
  await expect(dialog(page).getByRole('link', { name: 'Export as JSON' })).toBeVisible();
  await axe(page);
  const coming = page.waitForEvent('download');
  await dialog(page).getByRole('link', { name: 'Export as BPMN' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(`${from.key}.bpmn`);
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toContain('name="Triage"');

  await open(page, `/workflows/${to.key}/design`);
  await importing(page);
  await expect(put(page)).toBeDisabled();
  await field(page).setInputFiles(file(`${from.key}.bpmn`, text));
  await expect(dialog(page)).toContainText('6 steps');
  await expect(dialog(page)).toContainText('All of it was understood.');
  await put(page).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, 1)).toContainText('Triage');
  await kept(page, isMobile);
  // The workflow keeps its own name.
  await open(page, `/workflows/${to.key}/design`);
  await expect(row(page, 1)).toContainText('Triage');
  await expect(page.getByRole('heading', { name: `Design of ${to.name}` })).toBeAttached();
});

test('what a file of another program has that is not here is said, and undoing brings the draft back', async ({
  page,
  api,
  isMobile,
}) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await expect(row(page, 0)).toContainText('To do');
  await importing(page);
  await field(page).setInputFiles(file('orders.bpmn', FOREIGN));
  await expect(dialog(page)).toContainText('4 steps and 3 ways of Orders were read.');
  await expect(dialog(page)).toContainText('At the gateway Either the first event decides');
  await axe(page);
  // The file that was read is named.
  await expect(dialog(page)).toContainText('orders.bpmn: 4 steps');
  await put(page).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, 0)).toContainText('Check the order');
  await expect(row(page, 3)).toContainText('Sent');
  await kept(page, isMobile);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 0)).toContainText('To do');
  await expect(page.locator('.outline-step')).toHaveCount(3);
  // There is nothing to publish again.
  await expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();
});

test('a file that holds no design changes nothing', async ({ page, api }) => {
  const { key } = await made(api);
  await open(page, `/workflows/${key}/design`);
  await importing(page);
  await field(page).setInputFiles(file('picture.xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await expect(dialog(page).getByRole('alert')).toContainText('not BPMN 2.0');
  const bomb = '<!DOCTYPE d [<!ENTITY a "ha">]><d>&a;</d>';
  await field(page).setInputFiles(file('bomb.bpmn', bomb));
  await expect(dialog(page).getByRole('alert')).toContainText('declares a document type or entities');
  // What no text is would lose its letters without a word.
  const latin = { name: 'latin.bpmn', mimeType: 'application/xml', buffer: Buffer.from('<a n="\xe9"/>', 'latin1') };
  await field(page).setInputFiles(latin);
  await expect(dialog(page).getByRole('alert')).toContainText('no text in UTF-8');
  await expect(put(page)).toBeDisabled();
  await axe(page);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 0)).toContainText('To do');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
});
