// What the server answers to those who are not a page of it.
import { expect, test } from './fixtures.js';

test.skip(({ isMobile }) => Boolean(isMobile), 'no screen is involved');

const VIEWER = '/api/identity/session/api/viewer';

test('every page has the security headers', async ({ request }) => {
  for (const path of ['/login', '/nowhere', '/healthz']) {
    const headers = (await request.get(path)).headers();
    const policy = headers['content-security-policy'];
    expect(policy, path).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toMatch(/'unsafe-eval'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['x-request-id'], path).toBeTruthy();
  }
});

test('a nonce is never used twice', async ({ request }) => {
  const nonce = async () => (await request.get('/login')).headers()['content-security-policy'].match(/nonce-(\w+)/)[1];
  expect(await nonce()).not.toBe(await nonce());
});

test('the session cookie is out of reach of scripts and other sites', async ({ request }) => {
  const form = { email: 'sara@nordvik.example', password: 'demo-drive-2026' };
  const answer = await request.post('/api/identity/session/api/log_in', { form, headers: { Accept: 'application/json' } });
  const cookie = answer.headers()['set-cookie'];
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=(Lax|Strict)/i);
  expect(cookie).toMatch(/Path=\//i);
});

test('a body over the limit is refused with words, for data and for pages', async ({ request }) => {
  const data = 'a'.repeat(3 * 1024 * 1024);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const asData = await request.post(VIEWER, { data, headers: { ...headers, Accept: 'application/json' } });
  expect(asData.status()).toBe(413);
  expect(await asData.text()).toContain('larger than 2 MB');
  const asPage = await request.post(VIEWER, { data, headers: { ...headers, Accept: 'text/html' } });
  expect(asPage.status()).toBe(413);
  expect(await asPage.text()).toContain('<h1>That is too large</h1>');
});

test('another website cannot act in a visitor’s name', async ({ api }) => {
  const { request } = await api('elsa');
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }]) {
    const answer = await request.post('/api/workflows/api/item/load_item', { form: { key: 'UC-120' }, headers });
    expect(answer.status()).toBe(403);
    expect(await answer.text()).toContain('another website');
  }
});

test('pages and functions need a session; live news too', async ({ request }) => {
  const page = await request.get('/workflows/UC', { maxRedirects: 0 });
  expect(page.status()).toBe(303);
  expect(page.headers().location).toBe('/login?next=/workflows/UC');
  expect((await request.post(VIEWER, { headers: { Accept: 'application/json' } })).status()).toBe(401);
  expect((await request.get('/live?as=00000000-0000-0000-0000-000000000000&after=0')).status()).toBe(401);
});

test('a wrong address is a 404 for everybody', async ({ request, api }) => {
  expect((await request.get('/nowhere.html', { maxRedirects: 0 })).status()).toBe(404);
  const mine = await api('elsa');
  for (const path of ['/nowhere', '/items/UC-x', '/items/UC-0', '/workflows/XX', '/pkg/nothing.js', '/api/nothing', '/organisation/x/logo']) {
    const answer = await mine.request.get(path, { maxRedirects: 0 });
    expect([400, 404], `${path} ${answer.status()}`).toContain(answer.status());
  }
});

test('files are compressed and kept for a year', async ({ request }) => {
  const html = await (await request.get('/login')).text();
  const [script] = html.match(/\/pkg\/[\w.]+\.js/);
  const answer = await request.get(script, { headers: { 'Accept-Encoding': 'br, gzip' } });
  expect(answer.status()).toBe(200);
  expect(answer.headers()['cache-control']).toContain('immutable');
  expect((await request.get('/login')).headers()['cache-control']).toMatch(/no-cache|no-store/);
});

test('it says that it is well', async ({ request }) => {
  expect((await request.get('/healthz')).status()).toBe(200);
  expect((await request.get('/readyz')).status()).toBe(200);
  expect(await (await request.get('/metrics')).text()).toContain('# TYPE');
});
