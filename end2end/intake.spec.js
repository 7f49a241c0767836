// The public form of a workflow: turned on, filled in by somebody who is not logged in, and turned off.
import { axe, expect, made, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa', allowed: [/status of 4(04|22)/] });

/** A workflow whose first step asks for something, and the link of its form once that is open. */
async function prepared(api) {
  const { key, name } = await made(api);
  const elsa = await api();
  const design = await elsa.call('workflows/api/design/load_design', { key });
  const { definition } = design;
  const [{ id: step_id }] = definition.steps;
  const field = (label, kind, more) => ({
    id: crypto.randomUUID(), step_id, key: label.toLowerCase(), label, kind, unit: '', required: false, choices: [], ...more,
  });
  definition.fields = [
    field('Colour', 'choice', { choices: ['Red', 'Blue'], required: true }),
    field('Shade', 'text', { terms: { show_when: { tests: [{ field: 'colour', is: 'same', value: 'Red' }] } } }),
    field('Mileage', 'number', { unit: 'km' }),
    field('Keeper', 'person'),
  ];
  await elsa.publish(design.live.head.id, definition);
  return { key, name };
}

/** The same with its form open, and the path of the link. */
async function opened(api) {
  const { key } = await prepared(api);
  const elsa = await api();
  const { intake } = await elsa.call('workflows/api/intake/load_intake', { key });
  const { fields, ...says } = intake;
  const chosen = Object.fromEntries(fields.map((id) => [`fields[id_${id}]`, 'true']));
  const form = { ...says, heading: 'Tell us about your car', afterwards: 'We call you back.' };
  await elsa.call('workflows/api/intake/save_intake', { key, version: 0, open: 'true', ...form, ...chosen });
  const { link } = await elsa.call('workflows/api/intake/load_intake', { key });
  return { key, path: new URL(link).pathname };
}

test('somebody who is not logged in fills in a form', async ({ page, api, anotherPerson }) => {
  const { key, path } = await opened(api);
  const other = await anotherPerson(null, { viewport: { width: 360, height: 740 } });
  await open(other, path);
  await expect(other.getByRole('heading', { name: 'Tell us about your car' })).toBeVisible();
  await expect(other.getByLabel('Keeper')).toHaveCount(0);
  const title = `Squeaks ${uniqueWord()}`;
  await other.getByLabel('What is it about?').fill(title);
  await other.getByLabel('Mileage').fill('many');
  await other.getByLabel('Your e-mail').fill('jane');
  await other.getByRole('button', { name: 'Send' }).click();
  // Each mistake stands at its field, and what was typed is still there.
  await expect(other.getByText('Colour is needed.')).toBeVisible();
  await expect(other.getByText('Mileage is a whole number, such as 142300.')).toBeVisible();
  await expect(other.getByText('Write an address such as name@example.org.')).toBeVisible();
  await expect(other.getByLabel('What is it about?')).toHaveValue(title);
  await expect(other.getByLabel('Colour')).toBeFocused();
  expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await axe(other);
  await other.getByLabel('Colour').selectOption('Red');
  await other.getByLabel('Shade').fill('dark');
  await other.getByLabel('Mileage').fill('142 300');
  await other.getByLabel('Your e-mail').fill('jane@example.org');
  await other.getByRole('button', { name: 'Send' }).click();
  await expect(other.getByRole('heading', { name: 'It has arrived' })).toBeFocused();
  await expect(other.getByText(`${key}-1`)).toBeVisible();
  await expect(other.getByText('We call you back.')).toBeVisible();

  await open(page, `/workflows/${key}`);
  await page.getByRole('link', { name: title }).click();
  await expect(page.locator('.event')).toContainText('Public form: somebody who was not logged in sent it to');
  await expect(page.locator('.comment')).toContainText('Sent by jane@example.org');
  expect((await (await api()).item(`${key}-1`)).item.data).toEqual({ colour: 'Red', shade: 'dark', mileage: 142300 });
});

test('a form is turned on and off', async ({ page, api, request }) => {
  const { key } = await prepared(api);
  await open(page, `/workflows/${key}/form`);
  await expect(page.getByRole('checkbox', { name: /^Colour/ })).toBeDisabled();
  await expect(page.getByText('names of members and teams stay inside: Keeper.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'The form is open' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  const link = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
  expect((await request.get(link)).status()).toBe(200);
  await axe(page);
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByRole('textbox', { name: 'Link', exact: true })).not.toHaveValue(link);
  expect((await request.get(link)).status()).toBe(404);
  const fresh = await page.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
  await page.getByRole('checkbox', { name: 'The form is open' }).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('It is closed: the link leads nowhere')).toBeVisible();
  expect((await request.get(fresh)).status()).toBe(404);
});

test('without scripts nothing that was typed is lost', async ({ api, anotherPerson, complaints }) => {
  complaints.allow(/was preloaded using link preload but not used/);
  const { key, path } = await opened(api);
  const other = await anotherPerson(null, { javaScriptEnabled: false });
  await other.goto(path);
  await other.getByLabel('What is it about?').fill('It squeaks');
  await other.getByLabel('Mileage').fill('many');
  await other.getByLabel('Colour').selectOption('Red');
  await other.getByRole('button', { name: 'Send' }).click();
  await expect(other.getByText('Mileage is a whole number, such as 142300.')).toBeVisible();
  await expect(other.getByLabel('What is it about?')).toHaveValue('It squeaks');
  await expect(other.getByLabel('Mileage')).toHaveValue('many');
  await expect(other.getByLabel('Colour')).toHaveValue('Red');
  // What the answers ask for besides is shown by now.
  await expect(other.getByText('With these answers Shade is asked, too.')).toBeVisible();
  await other.getByLabel('Shade').fill('dark');
  await other.getByLabel('Mileage').fill('12');
  await other.getByRole('button', { name: 'Send' }).click();
  await expect(other.getByRole('heading', { name: 'It has arrived' })).toBeVisible();
  expect((await (await api()).item(`${key}-1`)).item.data).toEqual({ colour: 'Red', shade: 'dark', mileage: 12 });
});
