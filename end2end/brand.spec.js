// Brands that theme the pages, profiles with pictures, pages of people, hours of teams.
import { deflateSync } from 'node:zlib';
import { expect, hydrated, open, test, uniqueWord } from './fixtures.js';
import { Auth } from './pages/auth.js';
import { Shell } from './pages/shell.js';

// Each of these begins with a sign-up and opens many pages.
test.describe.configure({ timeout: 90_000 });

const address = (word) => `${word}@people.example`;

/** A new person with an organisation of their own, so that nobody else's pages change their colours. */
async function arrive(page, word) {
  await new Auth(page).arrive({ name: 'Ida Holm', email: address(word), organisation: `Holm ${word}` });
}

/** The present colour of buttons, as the browser has worked it out; none while one page gives way to another. */
const solid = (page) =>
  page
    .evaluate(() => {
      const probe = document.createElement('i');
      probe.style.setProperty('background-color', 'var(--accent-solid)');
      document.body.append(probe);
      const colour = getComputedStyle(probe).backgroundColor;
      probe.remove();
      return colour;
    })
    .catch(() => null);

/** Adds a brand and ends on its page. */
async function addBrand(page, name, accent) {
  await open(page, '/settings/brands');
  await page.getByRole('link', { name: 'Add brand' }).click();
  await page.getByLabel('Name', { exact: false }).fill(name);
  await page.locator('#field-accent').fill(accent);
  await page.getByRole('button', { name: 'Add brand' }).click();
  await expect(page).toHaveURL(/\/settings\/brands\/[0-9a-f-]{36}\?done=created/);
  await hydrated(page);
}

/** Chooses a brand in the menu of the sidebar, or in the palette where there is none. */
async function switchTo(page, name, isMobile) {
  const shell = new Shell(page);
  if (isMobile) {
    await shell.bottomBar.getByRole('button', { name: 'Search' }).tap();
    await shell.search.fill('brand');
    await shell.entry(`Brand: ${name}`).tap();
  } else {
    await page.locator('.organisation-switcher').first().click();
    await page.getByRole('menuitemradio', { name }).click();
  }
}

/** The row of a brand in the list. */
const row = (page, name) => page.locator('.brand-row', { hasText: name });

/** Chooses an act in the menu of a brand. */
async function act(page, brand, name) {
  await row(page, brand).getByRole('button', { name: `Acts for ${brand}` }).click();
  await page.getByRole('menuitem', { name }).click();
}

test.describe('A brand', () => {
  test('gives the pages its colour, at once, after a reload, and before anything is drawn', async ({ page, isMobile }) => {
    const word = uniqueWord();
    await arrive(page, word);
    const usual = await solid(page);
    await addBrand(page, `Cars ${word}`, '#00667f');
    await addBrand(page, `Trucks ${word}`, '#a83a00');
    expect(await solid(page), 'a brand alone changes nothing').toBe(usual);

    await open(page, '/');
    await switchTo(page, `Trucks ${word}`, isMobile);
    await expect.poll(() => solid(page)).toBe('rgb(168, 58, 0)');
    if (!isMobile) await expect(page.locator('.organisation-switcher').first()).toContainText(`Trucks ${word}`);

    // The head names the style sheet, so the browser has it before it draws: no script takes part.
    const bare = await page.context().newPage();
    await bare.route('**/*.js', (route) => route.abort());
    await bare.route('**/*.wasm', (route) => route.abort());
    await bare.goto('/settings/members');
    expect(await solid(bare)).toBe('rgb(168, 58, 0)');
    await expect(bare.locator('head link#brand-style')).toHaveCount(1);
    await bare.close();

    await page.reload();
    expect(await solid(page)).toBe('rgb(168, 58, 0)');
    await hydrated(page);
    await switchTo(page, `Cars ${word}`, isMobile);
    await expect.poll(() => solid(page)).toBe('rgb(0, 102, 127)');
  });

  test('has a logo that the navigation shows, and refuses what is no picture', async ({ page, complaints, isMobile }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    await arrive(page, word);
    await addBrand(page, `Trucks ${word}`, '#a83a00');
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.locator('.settings-section .banner')).toContainText('PNG, JPEG or WebP');
    await hydrated(page);
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.alloc(600 * 1024) });
    await expect(page.getByText('larger than 512 KB')).toBeVisible();
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture(40, 40) });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('The logo is set.')).toBeVisible();
    const logo = page.getByRole('img', { name: 'The present logo' });
    await expect.poll(() => logo.evaluate((image) => image.naturalWidth)).toBe(40);

    await open(page, '/settings/brands');
    await act(page, `Trucks ${word}`, 'Make it the default');
    await expect(row(page, word)).toContainText('Default');
    await expect.poll(() => solid(page)).toBe('rgb(168, 58, 0)');
    if (!isMobile) await expect(page.locator('.organisation-switcher img')).toBeVisible();
  });

  test('is removed and brought back by the message, and the colours go and come with it', async ({ page }) => {
    const word = uniqueWord();
    await arrive(page, word);
    const usual = await solid(page);
    await addBrand(page, `Trucks ${word}`, '#a83a00');
    await open(page, '/settings/brands');
    await act(page, `Trucks ${word}`, 'Make it the default');
    await expect.poll(() => solid(page)).toBe('rgb(168, 58, 0)');
    await act(page, `Trucks ${word}`, 'Remove');
    await expect(row(page, word)).toHaveCount(0);
    await expect.poll(() => solid(page)).toBe(usual);
    await new Shell(page).toast('is removed').getByRole('button', { name: 'Undo' }).click();
    await expect(row(page, word)).toContainText('Default');
    await expect.poll(() => solid(page)).toBe('rgb(168, 58, 0)');
  });

  test('is somebody’s home, and changes under another name and colour', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    await arrive(page, word);
    await addBrand(page, `Trucks ${word}`, '#a83a00');
    await page.getByLabel('Make it somebody').selectOption({ label: 'Ida Holm' });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.locator('.team-people')).toContainText('Ida Holm');
    await expect.poll(() => solid(page)).toBe('rgb(168, 58, 0)');

    await page.locator('#field-accent').fill('no colour');
    await page.getByRole('button', { name: 'Save brand' }).click();
    await expect(page.getByText('Choose a colour, or write it with six digits')).toBeVisible();
    await expect(page.locator('#field-accent')).toHaveValue('no colo');
    await page.locator('#field-accent').fill('#00667f');
    await page.locator('#field-brand-name').fill(`Lorries ${word}`);
    await page.getByRole('button', { name: 'Save brand' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Lorries ${word}`);
    await expect.poll(() => solid(page)).toBe('rgb(0, 102, 127)');
  });

  test('of another organisation does not exist', async ({ page, anotherPerson, complaints }) => {
    complaints.allow(/status of 404/);
    const word = uniqueWord();
    await arrive(page, word);
    await addBrand(page, `Trucks ${word}`, '#a83a00');
    const path = new URL(page.url()).pathname;
    const id = path.split('/').pop();
    const stranger = await anotherPerson('maja');
    expect((await stranger.goto(path)).status()).toBe(404);
    expect((await stranger.request.get(`/brand/${id}.css`)).status()).toBe(404);
    const own = await page.request.get(`/brand/${id}.css`);
    expect(own.status()).toBe(200);
    const tag = own.headers().etag;
    const again = await page.request.get(`/brand/${id}.css`, { headers: { 'If-None-Match': tag } });
    expect(again.status()).toBe(304);
  });
});

test.describe('A profile', () => {
  test('has a picture that stands wherever the person does, and lets it go again', async ({ page, complaints, isMobile }) => {
    // The recorder of the test asks for what a page shows under an address of its own; the policy refuses that.
    complaints.allow(/status of 422/, /Connecting to 'blob:/);
    const word = uniqueWord();
    await arrive(page, word);
    await open(page, '/settings/profile');
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.locator('.settings-section .banner')).toContainText('PNG, JPEG or WebP');
    await hydrated(page);
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: picture(90, 60) });
    const portrait = page.getByRole('img', { name: 'Your picture' });
    await expect(portrait, 'it is shown before it is sent').toHaveAttribute('src', /^blob:/);
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('The picture is set.')).toBeVisible();
    await expect.poll(() => portrait.evaluate((image) => image.naturalWidth)).toBe(256);
    if (!isMobile) await expect(page.locator('.sidebar-person .avatar img')).toBeVisible();
    await open(page, '/settings/members');
    await expect(page.getByRole('row', { name: /Ida Holm/ }).locator('.avatar img')).toBeVisible();
    await open(page, '/settings/profile');
    await page.getByRole('button', { name: 'Remove the picture' }).click();
    await expect(page.locator('.portrait img')).toHaveCount(0);
    await expect(page.locator('.portrait')).toHaveText('IH');
  });

  test('tells where one is and what one does; others read it on the page of the person', async ({ page }) => {
    const word = uniqueWord();
    await arrive(page, word);
    await open(page, '/settings/profile');
    await page.getByLabel('Title').fill('Test driver');
    await page.getByLabel('Location').fill('New York');
    await page.getByLabel('Time zone').selectOption('America/New_York');
    await page.getByLabel('Bio').fill(`First line ${word}\nSecond line`);
    await page.getByRole('button', { name: 'Save profile' }).click();
    await expect(new Shell(page).toast('Profile saved')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Bio')).toHaveValue(`First line ${word}\nSecond line`);
    await expect(page.getByLabel('Time zone')).toHaveValue('America/New_York');

    await open(page, '/settings/members');
    await page.getByRole('link', { name: 'Ida Holm' }).filter({ hasText: 'Ida' }).last().click();
    await expect(page).toHaveURL(/\/people\//);
    const card = page.locator('.person-card');
    await expect(card.getByRole('heading', { level: 1 })).toHaveText('Ida Holm');
    await expect(card).toContainText('Test driver');
    await expect(card).toContainText('New York');
    await expect(card).toContainText('America / New York');
    await expect(card.locator('.person-bio')).toHaveText(`First line ${word} Second line`);
  });

  test('says what is wrong at the field and keeps what was typed', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    await arrive(page, word);
    await open(page, '/settings/profile');
    await page.getByLabel('Title').fill('Driver');
    await page.getByLabel('Bio').fill('x'.repeat(501));
    await expect(page.getByText('1 characters too long')).toBeVisible();
    await page.getByRole('button', { name: 'Save profile' }).click();
    await expect(page.getByText('Use at most 500 characters; these are 501.')).toBeVisible();
    await expect(page.getByLabel('Title')).toHaveValue('Driver');
  });
});

test.describe('A person', () => {
  test.use({ as: 'elsa' });

  test('is found with place and time, and a stranger is not found', async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    await open(page, '/settings/members?search=marek');
    await page.getByRole('row', { name: /Marek Havel/ }).getByRole('link', { name: 'Marek Havel' }).click();
    const card = page.locator('.person-card');
    await expect(card).toContainText('Brno');
    await expect(card).toContainText('Europe / Prague');
    await expect(card).toContainText('Testers');
    const answer = await page.goto('/people/01939d2e-8f5a-7c3b-9f00-1f2e3d4c5b6a');
    expect(answer.status()).toBe(404);
  });
});

test.describe('A team', () => {
  test('has hours that can be booked; members may differ; working days make the week', async ({ page, complaints }) => {
    complaints.allow(/status of 422/);
    const word = uniqueWord();
    await arrive(page, word);
    await open(page, '/settings/teams');
    await page.getByLabel('New team').fill(`Workshop ${word}`);
    await page.getByRole('button', { name: 'Add team' }).click();
    const team = page.locator('.team-section', { hasText: word });
    await team.getByLabel('Add to the team').selectOption({ label: 'Ida Holm' });
    await team.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(team.locator('summary')).toContainText('Not bookable');

    await team.getByLabel('Can be booked').check();
    await team.getByLabel('Hours a day per member').fill('25');
    await team.getByRole('button', { name: 'Save hours' }).click();
    await expect(team.locator('.team-capacity')).toContainText('from 0 to 24 in quarters');
    await expect(team.getByLabel('Hours a day per member')).toHaveValue('25');
    await team.getByLabel('Hours a day per member').fill('7.5');
    await team.getByRole('button', { name: 'Save hours' }).click();
    await expect(team.locator('.team-worth')).toHaveText('7.5 h a day, 37.5 h a week');

    await team.getByLabel('Hours a day of Ida Holm').fill('4,25');
    await team.getByRole('button', { name: 'Save the hours' }).click();
    await expect(team.locator('.team-worth')).toHaveText('4.25 h a day, 21.25 h a week');

    await open(page, '/settings/organisation');
    await page.getByRole('checkbox', { name: 'Fri' }).uncheck();
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect(page.getByText('The settings are saved')).toBeVisible();
    await open(page, '/settings/teams');
    await expect(page.locator('.team-worth')).toHaveText('4.25 h a day, 17 h a week');

    await open(page, '/settings/organisation');
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu']) await page.getByRole('checkbox', { name: day }).uncheck();
    await page.getByRole('button', { name: 'Save settings' }).click();
    await expect(page.getByText('Choose at least one day on which people work.')).toBeVisible();
  });
});

/** A PNG of one colour. */
function picture(width, height) {
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x7f)]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(checksum(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
