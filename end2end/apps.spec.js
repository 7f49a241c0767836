// Apps of other makers: registered, connected by a member, used, withdrawn.
import { createHash, randomBytes } from 'node:crypto';
import { axe, expect, hydrated, open, test, uniqueWord } from './fixtures.js';

const BACK = 'https://app.example.com/back';

/** What only the app knows, and what it shows of it. */
function proof() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The address to which an app sends a person. */
const asking = (client, challenge) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: client,
    redirect_uri: BACK,
    response_type: 'code',
    state: 'here',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })}`;

const row = (page, name) => page.locator('.settings-row', { hasText: name });

/** Where the browser arrives at the app, which is no site of ours. */
async function app(page) {
  await page.route(`${BACK}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>App</title>' }));
}

test.describe('The owner', () => {
  test.use({ as: 'elsa' });

  test('registers an app, connects it, and withdraws it', async ({ page, isMobile }) => {
    const name = `Telephone ${uniqueWord()}`;
    await open(page, '/settings/apps');
    await page.getByRole('link', { name: 'Register an app' }).click();
    await expect(page).toHaveURL('/settings/apps/new');
    await page.getByLabel('What it is called').fill(name);
    await page.getByLabel('Where it is gone back to').fill(BACK);
    if (!isMobile) await axe(page);
    await page.getByRole('button', { name: 'Register' }).click();
    await expect(page.getByText(`${name} is registered.`)).toBeVisible();
    const client = await page.getByLabel('Client id').inputValue();
    expect(client).toMatch(/^mdapp_[\w-]{43}$/);

    await app(page);
    const { verifier, challenge } = proof();
    await open(page, asking(client, challenge));
    await expect(page.getByText(`${name} wants to do this as you`)).toBeVisible();
    await expect(page.getByText('app.example.com')).toBeVisible();
    await axe(page);
    await page.getByRole('button', { name: `Connect ${name}` }).click();
    await page.waitForURL(`${BACK}**`);
    const back = new URL(page.url()).searchParams;
    expect(back.get('state')).toBe('here');

    const change = (form) => page.request.post('/oauth/token', { form: { client_id: client, ...form } });
    const code = { grant_type: 'authorization_code', code: back.get('code'), redirect_uri: BACK };
    expect((await change({ ...code, code_verifier: proof().verifier })).status()).toBe(400);
    const given = await change({ ...code, code_verifier: verifier });
    expect(given.status()).toBe(200);
    const tokens = await given.json();
    const ask = () =>
      page.request.get('/api/v1/me', { headers: { authorization: `Bearer ${tokens.access_token}`, cookie: '' } });
    expect((await ask()).status()).toBe(200);

    await open(page, '/settings/apps');
    const mine = page.locator('section', { has: page.getByRole('heading', { name: 'Connected by you' }) });
    await expect(mine.locator('.settings-row', { hasText: name })).toContainText('connected');
    await mine.getByRole('button', { name: `Withdraw ${name}` }).click();
    await expect(mine.locator('.settings-row', { hasText: name })).toHaveCount(0);
    expect((await ask()).status()).toBe(401);
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect(row(page, name)).toHaveCount(0);
  });

  test('does not connect, and the app is told so', async ({ page }) => {
    await open(page, '/settings/apps/new');
    const name = `Other ${uniqueWord()}`;
    await page.getByLabel('What it is called').fill(name);
    await page.getByLabel('Where it is gone back to').fill(BACK);
    await page.getByRole('button', { name: 'Register' }).click();
    const client = await page.getByLabel('Client id').inputValue();
    await app(page);
    await open(page, asking(client, proof().challenge));
    await page.getByRole('button', { name: 'Do not connect' }).click();
    await page.waitForURL(`${BACK}**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  });

  test('says what is missing', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    await open(page, '/settings/apps/new');
    await page.getByLabel('What it is called').fill('App');
    await page.getByLabel('Where it is gone back to').fill('http://app.example.com/back');
    await page.getByRole('button', { name: 'Register' }).click();
    await expect(page.getByText('only 127.0.0.1 and [::1] are reached without HTTPS')).toBeVisible();
    await expect(page.getByLabel('What it is called')).toHaveValue('App');
  });
});

test.describe('A member', () => {
  test.use({ as: 'marek' });

  test('sees only what they connected, and an app that nobody registered gets nothing', async ({ page, complaints }) => {
    complaints.allow(/status of 409/);
    await open(page, '/settings/apps');
    await expect(page.getByRole('heading', { name: 'Connected by you' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Registered by the organisation' })).toHaveCount(0);
    await page.goto(asking('mdapp_unknown', proof().challenge));
    await hydrated(page);
    await expect(page.getByText('This app is not known here')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Connect' })).toHaveCount(0);
  });
});
