// Webhooks: a receiver on this machine is told, checks the signature, and gets what it missed; another program tells us.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { axe, expect, open, test, uniqueWord } from './fixtures.js';

// News of a deletion may ask for the log of what is gone, before the page is left.
test.use({ as: 'elsa', allowed: [/status of 404/] });

/** A receiver that answers as it is told, and keeps what it heard. */
async function receiver() {
  const heard = [];
  const state = { status: 200 };
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const { status } = state;
      heard.push({ headers: request.headers, body: Buffer.concat(parts).toString(), status });
      response.writeHead(status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  return { url, heard, answer: (status) => (state.status = status), stop: () => server.close() };
}

/** The signature of Standard Webhooks, as any receiver or sender makes it. */
function sign(secret, id, timestamp, body) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

const isSigned = ({ headers, body }, secret) =>
  headers['webhook-signature'].split(' ').includes(sign(secret, headers['webhook-id'], headers['webhook-timestamp'], body));

/** Makes a webhook for one kind of event by its form, and gives its secret. It ends on the webhook's page. */
async function make(page, name, url, event) {
  await open(page, '/settings/webhooks');
  await page.getByRole('link', { name: 'New webhook' }).click();
  await expect(page).toHaveURL('/settings/webhooks/new');
  await page.getByLabel('What it is for').fill(name);
  await page.getByLabel(/^Address/).fill(url);
  await page.locator(`input[type=checkbox][value="${event}"]`).check();
  await page.getByRole('button', { name: 'Make webhook' }).click();
  const secret = await page.getByLabel('The receiver checks signatures with it').inputValue();
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole('link', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name, level: 1 }).last()).toBeVisible();
  return secret;
}

/** The receiver hears before its answer is written down, so what came of it is asked for until it is there. */
const refreshed = (page, seen) =>
  expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await seen();
  }).toPass({ timeout: 15_000 });

test('a receiver is told what happens, signed, and gets again what it missed', async ({ page, api, isMobile }) => {
  const there = await receiver();
  const name = `Accounting ${uniqueWord()}`;
  const secret = await make(page, name, there.url, 'item.created');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect.poll(() => there.heard.some(({ body }) => JSON.parse(body).type === 'webhook.test')).toBe(true);

  // What happens is told, and nothing else.
  there.answer(500);
  await (await api()).newItem({ title: `Volvo ${uniqueWord()}`, at: 'Test and inspect' });
  // Other tests add items, too, and may have done so before.
  const created = () => there.heard.filter(({ body, status }) => status === 500 && JSON.parse(body).type === 'item.created');
  await expect.poll(() => created().length).toBeGreaterThanOrEqual(1);
  const [missed] = created();
  expect(isSigned(missed, secret)).toBe(true);
  expect(Math.abs(Date.now() / 1000 - Number(missed.headers['webhook-timestamp']))).toBeLessThan(60);
  await refreshed(page, () => expect(page.getByText('It answered 500.').first()).toBeVisible({ timeout: 1_000 }));

  // It is tried again after five seconds, with the same id.
  there.answer(200);
  const id = missed.headers['webhook-id'];
  const again = () => there.heard.filter(({ headers }) => headers['webhook-id'] === id).length;
  await expect.poll(again, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  // Other tests add items, too, so this may be one of theirs.
  const delivery = page.locator('.settings-row', { hasText: 'item.created' }).last();
  await refreshed(page, () => expect(delivery).toContainText('Delivered', { timeout: 1_000 }));
  const before = there.heard.length;
  const known = new Set(there.heard.map(({ headers }) => headers['webhook-id']));
  const repeated = () => there.heard.slice(before).filter(({ headers }) => known.has(headers['webhook-id'])).length;
  await delivery.getByRole('button', { name: /^Send again/ }).click();
  await expect.poll(repeated).toBeGreaterThanOrEqual(1);
  if (!isMobile) await axe(page);

  // Both secrets sign for a day.
  await page.getByRole('button', { name: 'New secret' }).click();
  const rotated = await page.getByLabel('The receiver checks signatures with it').inputValue();
  expect(rotated).not.toBe(secret);
  const count = there.heard.length;
  await page.getByRole('button', { name: 'Send a test' }).click();
  const tests = () => there.heard.slice(count).filter(({ body }) => JSON.parse(body).type === 'webhook.test');
  await expect.poll(() => tests().length).toBe(1);
  const [last] = tests();
  expect([isSigned(last, secret), isSigned(last, rotated)]).toEqual([true, true]);

  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('This webhook is deleted')).toBeVisible();
  there.stop();
});

test('an address inside the network is refused, and the form stays as it was filled in', async ({ page, complaints }) => {
  complaints.allow(/status of 422/);
  await open(page, '/settings/webhooks/new');
  await page.getByLabel('What it is for').fill('Inside');
  await page.getByLabel(/^Address/).fill('https://192.168.1.1/hook');
  await page.locator('input[type=checkbox][value="team.*"]').check();
  await page.getByRole('button', { name: 'Make webhook' }).click();
  await expect(page.getByText('This address leads into a private network')).toBeVisible();
  await expect(page.getByLabel('What it is for')).toHaveValue('Inside');
  await expect(page.locator('input[type=checkbox][value="team.*"]')).toBeChecked();
  await axe(page);
});

test('another program tells us something, once', async ({ page, request }) => {
  const name = `Shop ${uniqueWord()}`;
  await open(page, '/settings/webhooks/incoming/new');
  await page.getByLabel('What it is for').fill(name);
  await page.getByRole('button', { name: 'Make hook' }).click();
  const url = await page.getByLabel('The sender sends to').inputValue();
  const secret = await page.getByLabel('It signs with').inputValue();
  const body = JSON.stringify({ order: 7 });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const send = (signature) =>
    request.post(url, {
      data: body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': `msg_${name}`.replace(/\W/g, '_'),
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
      },
    });
  const id = `msg_${name}`.replace(/\W/g, '_');
  const first = await send(sign(secret, id, timestamp, body));
  expect(first.status()).toBe(202);
  const second = await send(sign(secret, id, timestamp, body));
  expect(await second.text()).toBe(await first.text());
  expect((await send(sign(secret, id, timestamp, '{}'))).status()).toBe(403);
  await page.getByRole('link', { name: 'Done' }).click();
  await expect(page.locator('.settings-row', { hasText: name })).toContainText('last one');
});

test.describe('A member', () => {
  test.use({ as: 'marek' });

  test('neither sees nor makes webhooks', async ({ page }) => {
    await open(page, '/settings/profile');
    await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0);
  });
});
