// The frame around every page.
import { expect, hydrated, open, test, uniqueWord } from './fixtures.js';
import { PAGES, PUBLIC_PAGES, Shell } from './pages/shell.js';

test.use({ as: 'elsa' });

test.describe('The command palette', () => {
  test('finds an item by its plate and opens it with Enter', async ({ page, api }) => {
    const plate = `Q${Date.now().toString(36).slice(-3)} 7${Math.floor(Math.random() * 90 + 10)}`.toUpperCase();
    const key = await (await api()).newItem({ title: `Volvo ${uniqueWord()}`, 'data[registration]': plate });
    await open(page, '/');
    const shell = new Shell(page);
    await page.keyboard.press('Control+k');
    await expect(shell.search).toBeFocused();
    await shell.search.fill(plate.toLowerCase());
    await expect(shell.entry(plate)).toBeVisible();
    await expect(shell.entry(plate)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`/items/${key}`);
    await expect(shell.palette).toBeHidden();
  });

  test('finds an item by its key, words of its title and a plate without its space', async ({ page, api }) => {
    const word = uniqueWord();
    const maker = await api();
    const key = await maker.newItem({ title: `Volvo ${word}` });
    const shell = new Shell(page);
    await open(page, '/');
    await page.keyboard.press('Control+k');
    for (const text of [key, key.toLowerCase(), `volvo ${word.slice(0, 8)}`]) {
      await shell.search.fill(text);
      await expect(shell.entry(key), text).toBeVisible();
    }
    const plate = (await maker.item('UC-290')).item.card.tag;
    await shell.search.fill(plate.replace(' ', ''));
    await expect(shell.entry('UC-290'), `${plate} without its space`).toBeVisible();
  });

  test('finds pages and people, walks with arrows, says when nothing fits', async ({ page }) => {
    const shell = new Shell(page);
    await open(page, '/');
    await page.keyboard.press('Control+k');
    await shell.search.fill('petra');
    await expect(shell.entry('Petra Ek')).toBeVisible();
    await shell.search.fill('zzzzqqq');
    await expect(shell.palette.getByText('No match')).toBeVisible();
    await shell.search.fill('intake list');
    await expect(shell.palette.getByRole('option').first()).toContainText('Used car intake');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/workflows/UC/list');
    await page.keyboard.press('Control+k');
    await shell.search.fill('petra');
    await shell.entry('Petra Ek').click();
    await expect(page).toHaveURL(/\/people\//);
    await expect(page.getByRole('heading', { level: 1, name: 'Petra Ek' })).toBeVisible();
  });

  test('Esc closes it, empties it and gives the focus back', async ({ page }) => {
    const shell = new Shell(page);
    await open(page, '/workflows');
    const link = page.getByRole('link', { name: 'Used car intake' }).last();
    await link.focus();
    await page.keyboard.press('Control+k');
    await shell.search.fill('half');
    await page.keyboard.press('Escape');
    await expect(shell.palette).toBeHidden();
    await expect(link).toBeFocused();
    await page.keyboard.press('/');
    await expect(shell.search).toHaveValue('');
  });

  test('changes the theme', async ({ page }) => {
    const shell = new Shell(page);
    await open(page, '/');
    await page.keyboard.press('Control+k');
    await shell.search.fill('theme dark');
    await expect(shell.entry('Theme: dark')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });
});

test.describe('Keys', () => {
  test('? lists them, Esc closes the list, and single keys rest while one types', async ({ page }) => {
    const shell = new Shell(page);
    await open(page, '/workflows/UC/new');
    await page.getByLabel('Title').fill('');
    await page.keyboard.type('g b ? [');
    await expect(page.getByLabel('Title')).toHaveValue('g b ? [');
    await expect(page).toHaveURL('/workflows/UC/new');
    await page.getByLabel('Title').blur();
    await page.keyboard.press('?');
    await expect(shell.keys).toBeVisible();
    await expect(shell.keys).toContainText('Search or jump');
    await page.keyboard.press('Escape');
    await expect(shell.keys).toBeHidden();
  });

  test('? on the board lists the keys of the board too', async ({ page }) => {
    const shell = new Shell(page);
    await open(page, '/workflows/UC');
    await page.keyboard.press('?');
    await expect(shell.keys).toContainText(/move/i);
  });

  test('G B, G M and G S go to places, and the focus goes to the content', async ({ page }) => {
    await open(page, '/');
    for (const [keys, path] of [['gb', '/workflows'], ['gs', '/settings/profile'], ['gm', '/']]) {
      for (const key of keys) await page.keyboard.press(key);
      await expect(page).toHaveURL(path);
      await expect(page.locator('#content')).toBeFocused();
    }
  });
});

test('going on before a page has loaded leaves nothing of it behind', async ({ page }) => {
  await open(page, '/');
  for (const keys of ['gb', 'gs', 'gm', 'gb', 'gm', 'gs', 'gb', 'gs', 'gm']) {
    for (const key of keys) await page.keyboard.press(key);
  }
  await expect(page).toHaveURL('/');
  await expect(page).toHaveTitle(/^My work/);
  await expect(page.locator('.topbar')).toHaveText(/^My work/);
});

test.describe('The frame', () => {
  test('a chosen theme stays after a reload, without a flash of the other', async ({ page, isMobile }) => {
    const shell = new Shell(page);
    await open(page, '/');
    if (isMobile) {
      await page.keyboard.press('Control+k');
      await shell.search.fill('theme: dark');
      await shell.entry('Theme: dark').tap();
    } else {
      const menu = await shell.personMenu();
      await menu.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
    }
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    const html = await (await page.request.get('/')).text();
    expect(html).toContain('data-theme="dark"');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe('rgb(255, 255, 255)');
  });

  test('the sidebar folds with its key and stays so', async ({ page, isMobile }) => {
    test.skip(Boolean(isMobile), 'phones have no sidebar');
    const shell = new Shell(page);
    await open(page, '/');
    const width = async () => (await shell.sidebar.boundingBox()).width;
    expect(await width()).toBeGreaterThan(200);
    await page.keyboard.press('[');
    await expect.poll(width).toBeLessThan(60);
    await page.reload();
    await hydrated(page);
    expect(await width()).toBeLessThan(60);
    await page.keyboard.press('[');
    await expect.poll(width).toBeGreaterThan(200);
  });

  test('a phone has a bar at the bottom instead, over its whole width', async ({ page, isMobile }) => {
    test.skip(!isMobile, 'desktops have a sidebar');
    const shell = new Shell(page);
    await open(page, '/');
    await expect(shell.sidebar).toBeHidden();
    await expect(shell.bottomBar).toBeVisible();
    const entries = await shell.bottomBar.locator('.bottom-link').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    expect(entries[0].left, 'the first begins at the left edge').toBeLessThan(16);
    expect(entries.at(-1).right, 'the last ends at the right edge').toBeGreaterThan(344);
    await shell.bottomBar.getByRole('link', { name: 'Boards' }).tap();
    await expect(page).toHaveURL('/workflows');
    await expect(shell.bottomBar.getByRole('link', { name: 'Boards' })).toHaveAttribute('aria-current', 'page');
    await shell.bottomBar.getByRole('button', { name: 'Search' }).tap();
    await expect(shell.search).toBeFocused();
  });

  test('a phone reaches log-out, theme and other organisations', async ({ page, isMobile }) => {
    test.skip(!isMobile, 'desktops have menus for it');
    const shell = new Shell(page);
    await open(page, '/');
    await shell.bottomBar.getByRole('button', { name: 'Search' }).tap();
    for (const text of ['Log out', 'Theme: dark', 'New organisation']) {
      await shell.search.fill(text);
      await expect(shell.entry(text)).toBeVisible();
    }
  });

  test('the first Tab offers to skip the navigation', async ({ page, isMobile }) => {
    test.skip(Boolean(isMobile), 'phones have no Tab');
    await open(page, '/workflows');
    await page.keyboard.press('Tab');
    const link = page.getByRole('link', { name: 'Skip to content' });
    await expect(link).toBeFocused();
    await expect(link).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.locator('#content')).toBeFocused();
  });

  test('breadcrumbs lead back up', async ({ page, isMobile }) => {
    test.skip(Boolean(isMobile), 'a phone shows the way back as an arrow');
    await open(page, '/items/UC-120');
    const path = page.getByRole('navigation', { name: 'Breadcrumb' });
    await expect(path).toContainText('UC-120');
    await path.getByRole('link', { name: 'Used car intake' }).click();
    await expect(page).toHaveURL('/workflows/UC');
    await path.getByRole('link', { name: 'Workflows' }).click();
    await expect(page).toHaveURL('/workflows');
  });

  test('a phone has an arrow back', async ({ page, isMobile }) => {
    test.skip(!isMobile, 'desktops have breadcrumbs');
    await open(page, '/items/UC-120');
    await page.getByRole('link', { name: 'Back' }).tap();
    await expect(page).toHaveURL('/workflows/UC');
  });

  test('an address that leads nowhere says so, with a reference and a way on', async ({ page, complaints }) => {
    complaints.allow(/status of 404/);
    const answer = await open(page, '/nowhere/at/all');
    expect(answer.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Nothing is here' })).toBeVisible();
    await expect(page.locator('.error-page code')).not.toBeEmpty();
    await page.getByRole('link', { name: 'Go to my work' }).click();
    await expect(page).toHaveURL('/');
  });

  test('going offline is said and taken back', async ({ page, context, complaints }) => {
    complaints.allow(/ERR_INTERNET_DISCONNECTED/);
    const shell = new Shell(page);
    await open(page, '/settings/profile');
    await context.setOffline(true);
    await expect(shell.toast('Offline')).toBeVisible();
    await context.setOffline(false);
    await expect(shell.toast('Offline')).toHaveCount(0);
    await expect(shell.toast('Back online')).toBeVisible();
  });

  test('a change that cannot wait says so for lack of a connection and keeps what was typed', async ({ page, context, complaints, api }) => {
    complaints.allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
    const key = await (await api()).newItem({ title: `Volvo ${uniqueWord()}` });
    await open(page, `/items/${key}`);
    await context.setOffline(true);
    const title = page.locator('input[name=title]');
    await title.fill('Typed in a tunnel');
    await title.blur();
    await expect(page.getByText('could not be reached').first()).toBeVisible();
    await expect(title).toHaveValue('Typed in a tunnel');
    await context.setOffline(false);
    await title.fill('Typed in the light');
    await title.blur();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Typed in the light');
  });
});

test.describe('On a phone', () => {
  test.skip(({ isMobile }) => !isMobile, 'measured at 360 px');

  for (const path of [...PAGES, '/design']) {
    test(`${path} is not wider than the screen`, async ({ page }) => {
      await open(page, path);
      expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBeLessThanOrEqual(360);
      // Text that is squeezed into a column of single letters is no layout either.
      const squeezed = await page.locator('main a, main h1, main h2, main label').evaluateAll((all) =>
        all
          .filter((one) => one.checkVisibility() && 12 < one.textContent.trim().length)
          .map((one) => ({ text: one.textContent.trim(), box: one.getBoundingClientRect() }))
          .filter(({ box }) => 0 < box.width && box.width < 60 && 60 < box.height)
          .map(({ text, box }) => `${text}: ${Math.round(box.width)} x ${Math.round(box.height)}`),
      );
      expect(squeezed).toEqual([]);
    });
  }

  test('pages before the log-in are not wider than the screen', async ({ anotherPerson }) => {
    const page = await anotherPerson();
    for (const path of PUBLIC_PAGES) {
      await page.goto(path);
      expect(await page.evaluate(() => document.scrollingElement.scrollWidth), path).toBeLessThanOrEqual(360);
    }
  });

  test('what a thumb has to hit is at least 44 px', async ({ page }) => {
    const places = {
      '/': '.bottom-link, .list-row a, .topbar a, .topbar button',
      '/workflows/UC': '.bottom-link, .step-tab, .card-move, .topbar a, .topbar button, .toolbar a, .toolbar button',
      '/workflows/UC/list': '.bottom-link, .topbar a, .toolbar a, .toolbar button, .pager a',
      '/items/UC-290': '.bottom-link, .topbar a, .topbar button, button.move, .tab, .panel-card button, .panel-card input:not([type=hidden], .visually-hidden), .panel-card select',
      '/calendar': '.bottom-link, .topbar a, .topbar button, .agenda-strip a, .agenda-row',
      '/settings/teams': '.bottom-link, .settings-nav a, summary, .settings-page button',
      '/settings/members': '.bottom-link, .settings-nav a, .settings-page button, .settings-page input',
    };
    const small = [];
    for (const [path, selector] of Object.entries(places)) {
      await open(page, path);
      const found = await page.locator(selector).evaluateAll((all) =>
        all
          .filter((one) => one.checkVisibility({ visibilityProperty: true }))
          .map((one) => ({ name: (one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 30), what: one.className, box: one.getBoundingClientRect(), hit: hitArea(one) }))
          .filter(({ box, hit }) => 0 < box.width && (hit.height < 43.5 || hit.width < 43.5))
          .map(({ name, what, hit }) => `${what} "${name}" ${Math.round(hit.width)} x ${Math.round(hit.height)}`),
      );
      small.push(...[...new Set(found)].slice(0, 6).map((one) => `${path}: ${one}`));
    }
    expect(small).toEqual([]);
  });
});

test.beforeEach(async ({ page }) => {
  // The area that reacts to a finger: a link may be larger than its words by a pseudo-element.
  await page.addInitScript(() => {
    window.hitArea = (element) => {
      const box = element.getBoundingClientRect();
      const after = getComputedStyle(element, '::after');
      const grown = after.content !== 'none' && after.position === 'absolute';
      const size = (own, pseudo) => Math.max(own, grown ? parseFloat(pseudo) || 0 : 0);
      return { width: size(box.width, after.width), height: size(box.height, after.height) };
    };
  });
});
