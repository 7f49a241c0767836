// Messages between two people in two browsers: what arrives, what is new, what is changed, and what gets lost on the way.
import { axe, expect, hydrated, open, openLive, test, uniqueWord } from './fixtures.js';

// Nobody else's spec counts what Elsa, Marek and Petra are told.
test.use({ as: 'elsa' });

/** Everybody in the organisation, by name. */
async function people(api) {
  const { directory } = await api.call('identity/session/api/viewer');
  return new Map(directory.people.map(({ id, name }) => [name, id]));
}

/** A group of Elsa's with these people; each test has its own. */
async function group(api, ...names) {
  const title = `Group ${uniqueWord()}`;
  const elsa = await api('elsa');
  const known = await people(elsa);
  const form = { title };
  for (const [index, name] of names.entries()) form[`members[${index}]`] = known.get(name);
  const id = await elsa.call('messages/api/conversation/start_group', form);
  return { id, title, path: `/messages/${id}` };
}

/** Sends a message without a page. */
async function say(api, person, id, body) {
  const form = { conversation_id: id, key: crypto.randomUUID(), body };
  return (await api(person)).call('messages/api/message/send_message', form);
}

const field = (page) => page.locator('#composer');
const said = (page, text) => page.locator('.said', { hasText: text });
const line = (page, title) => page.locator('.talk-line', { hasText: title });

/** Writes as a person does. */
async function write(page, text) {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** An act of the menu of one's own message. */
async function act(page, text, name) {
  const message = said(page, text);
  await message.hover();
  await message.getByRole('button', { name: 'More about this message' }).click();
  await message.getByRole('menuitem', { name }).click();
}

test.describe('A conversation', () => {
  test('shows what the other one writes within a second, and that they write', async ({ page, anotherPerson, api }) => {
    const { path } = await group(api, 'Marek Havel');
    await openLive(page, path);
    const marek = await anotherPerson('marek');
    await open(marek, path);
    await field(marek).pressSequentially('I thi');
    await expect(page.getByText('Marek Havel is writing …')).toBeVisible();
    await expect(marek.getByText('is writing …')).toHaveCount(0);
    let word;
    // A busy machine may be late once, but not each time.
    await expect(async () => {
      await write(marek, `Hello ${(word = uniqueWord())}`);
      await expect(said(page, word)).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(page.getByText('is writing …')).toHaveCount(0);
    await expect(said(marek, word)).toHaveCount(1);
    await expect(marek.getByText('Sending …')).toHaveCount(0);
    await expect(field(marek)).toHaveValue('');
    await expect(said(page, word).locator('.said-head')).toContainText('Marek Havel');
  });

  test('keeps the line break of Shift and Enter, and shows addresses as links', async ({ page, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    await open(page, path);
    await field(page).pressSequentially(`First ${word}`);
    await field(page).press('Shift+Enter');
    await field(page).pressSequentially('see https://mediap.example/a.');
    await field(page).press('Enter');
    const link = said(page, word).getByRole('link');
    await expect(link).toHaveAttribute('href', 'https://mediap.example/a');
    await expect(said(page, word)).toContainText(/First .*\n?see/);
    await page.reload();
    await hydrated(page);
    await expect(said(page, word)).toHaveCount(1);
  });

  test('follows what is changed and deleted', async ({ page, anotherPerson, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const [first, second] = [uniqueWord(), uniqueWord()];
    const marek = await anotherPerson('marek');
    await open(marek, path);
    await open(page, path);
    await write(page, first);
    await expect(said(marek, first)).toBeVisible();
    await expect(said(marek, first).getByRole('button', { name: 'More about this message' })).toHaveCount(0);
    await act(page, first, 'Edit');
    const edit = page.getByLabel('Change the message');
    await expect(edit).toBeFocused();
    await edit.fill(second);
    await edit.press('Enter');
    await expect(said(marek, second)).toContainText('(edited)');
    await expect(field(page)).toBeFocused();
    await act(page, second, 'Delete');
    await expect(said(marek, second)).toHaveCount(0);
    await expect(marek.getByText('This message was deleted.')).toBeVisible();
    await expect(page.getByText('This message was deleted.')).toBeVisible();
  });

  test('loads what was written before while one scrolls up', async ({ page, api }) => {
    const { id, path } = await group(api, 'Marek Havel');
    for (let number = 1; number <= 70; number += 1) await say(api, number % 2 ? 'elsa' : 'marek', id, `Number ${number}.`);
    await open(page, path);
    await expect(said(page, 'Number 70.')).toBeInViewport();
    await expect(said(page, 'Number 1.')).toHaveCount(0);
    await page.locator('.talk-pane').evaluate((pane) => pane.scrollTo(0, -pane.scrollHeight));
    await expect(said(page, 'Number 1.')).toHaveCount(1);
    await expect(said(page, 'Number 21.')).toHaveCount(1);
    await expect(page.getByRole('button', { name: 'Older messages' })).toHaveCount(0);
  });

  test('is nothing to somebody who is not in it', async ({ anotherPerson, complaints, api }) => {
    complaints.allow(/404/);
    const { path, title } = await group(api, 'Marek Havel');
    const petra = await anotherPerson('petra');
    const answer = await open(petra, path);
    expect(answer.status()).toBe(404);
    await expect(petra.getByText('This conversation does not exist')).toBeVisible();
    await expect(petra.getByText(title)).toHaveCount(0);
  });

  test('works without a script', async ({ browser, baseURL, sessions, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: await sessions('elsa') });
    const plain = await context.newPage();
    await plain.goto(path);
    await field(plain).fill(word);
    const sent = plain.waitForResponse((answer) => answer.request().method() === 'POST');
    await Promise.all([sent, plain.getByRole('button', { name: 'Send' }).click()]);
    await plain.goto(path);
    await expect(said(plain, word)).toBeVisible();
    await context.close();
  });
});

test.describe('Files of a message', () => {
  const tray = (page) => page.getByRole('region', { name: 'Files to send' });
  const choose = (page, ...files) => page.getByLabel('Files for the message').setInputFiles(files);
  const text = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`What ${name} says`) });
  const send = (page) => page.getByRole('button', { name: 'Send', exact: true });

  test('are sent with a text, by themselves, and go with the message', async ({ page, anotherPerson, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    const [first, second, alone] = ['a', 'b', 'c'].map((letter) => `${word}-${letter}.txt`);
    const marek = await anotherPerson('marek');
    await open(marek, path);
    await open(page, path);

    const [dialog] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach files' }).click(),
    ]);
    await dialog.setFiles([text(first), text(second)]);
    await expect(tray(page).getByText(first)).toBeVisible();
    await expect(tray(page).getByText(second)).toBeVisible();
    await expect(send(page)).toBeEnabled({ timeout: 15_000 });
    await axe(page, { include: ['.talk-foot'] });
    await expect(said(marek, first)).toHaveCount(0);
    // Nobody else sees what is not sent, in the list of files either.
    const listed = marek.getByRole('button', { name: 'Files', exact: true });
    await marek.reload();
    await hydrated(marek);
    await listed.click();
    await expect(marek.getByRole('region', { name: 'Files' }).getByText('Up to')).toBeVisible();
    await expect(marek.getByText(first)).toHaveCount(0);
    await listed.click();
    await write(page, `Look ${word}`);
    await expect(tray(page).getByText(first)).toHaveCount(0);
    for (const window of [page, marek]) {
      const message = said(window, `Look ${word}`);
      await expect(message).toHaveCount(1);
      await expect(message.getByRole('link', { name: first })).toBeVisible({ timeout: 15_000 });
      await expect(message.getByRole('link', { name: second })).toBeVisible({ timeout: 15_000 });
    }
    const link = said(marek, `Look ${word}`).getByRole('link', { name: first });
    const [download] = await Promise.all([marek.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe(first);

    await choose(page, text(alone));
    await expect(send(page)).toBeEnabled({ timeout: 15_000 });
    await expect(tray(page).getByText(alone)).toBeVisible();
    await field(page).press('Enter');
    await expect(said(marek, alone).getByRole('link', { name: alone })).toBeVisible({ timeout: 15_000 });
    await page.reload();
    await hydrated(page);
    await expect(said(page, alone).getByRole('link', { name: alone })).toBeVisible();

    await act(page, `Look ${word}`, 'Delete');
    for (const window of [page, marek]) {
      await expect(window.getByText('This message was deleted.')).toBeVisible();
      await expect(window.locator('.said-files').getByText(first)).toHaveCount(0);
    }
    await marek.getByRole('button', { name: 'Files', exact: true }).click();
    const all = marek.getByRole('region', { name: 'Files', exact: true });
    await expect(all.getByRole('link', { name: alone, exact: true })).toBeVisible();
    await expect(all.getByRole('link', { name: first, exact: true })).toHaveCount(0);
  });

  test('are dropped, pasted, and taken out again before they are sent', async ({ page, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const [dropped, pasted] = [`${uniqueWord()}.txt`, `${uniqueWord()}.txt`];
    await open(page, path);
    const transfer = await page.evaluateHandle((name) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], name, { type: 'text/plain' }));
      return transfer;
    }, dropped);
    await page.locator('.talk-pane').dispatchEvent('dragover', { dataTransfer: transfer });
    await expect(page.locator('.talk-room')).toHaveClass(/is-over/);
    await page.locator('.talk-pane').dispatchEvent('drop', { dataTransfer: transfer });
    await expect(page.locator('.talk-room')).not.toHaveClass(/is-over/);
    await expect(tray(page).getByText(dropped)).toBeVisible();
    await page.evaluate((name) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['pasted'], name, { type: 'image/png' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, pasted);
    await expect(tray(page).getByText(pasted)).toBeVisible();
    await tray(page).getByRole('button', { name: `Remove ${dropped}` }).click();
    await expect(tray(page).getByText(dropped)).toHaveCount(0);
    // What waits to be sent waits after a reload, too.
    await expect(send(page)).toBeEnabled({ timeout: 15_000 });
    await page.reload();
    await hydrated(page);
    await expect(tray(page).getByText(pasted)).toBeVisible();
    await expect(tray(page).getByText(dropped)).toHaveCount(0);
    await expect(send(page)).toBeInViewport();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(page.viewportSize().width);
  });

  test('are waited for, and it is said why', async ({ page, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const [word, name] = [uniqueWord(), `${uniqueWord()}.txt`];
    let go;
    const held = new Promise((resolve) => (go = resolve));
    await page.route('**/api/files/uploads/**', async (route) => {
      await held;
      await route.continue();
    });
    await open(page, path);
    await choose(page, text(name));
    await expect(page.getByText('Wait until the files are uploaded.')).toBeVisible();
    await expect(send(page)).toBeDisabled();
    await write(page, word);
    await expect(field(page)).toHaveValue(word);
    await expect(said(page, word)).toHaveCount(0);
    go();
    await expect(page.getByText('Wait until the files are uploaded.')).toHaveCount(0, { timeout: 15_000 });
    await field(page).press('Enter');
    await expect(said(page, word).getByRole('link', { name })).toBeVisible({ timeout: 15_000 });
  });
});

test.describe('What is new', () => {
  test('is counted in the list and in every window until it is read', async ({ anotherPerson, complaints, api, isMobile }) => {
    test.skip(isMobile, 'on a phone there is a dot');
    const { id, title, path } = await group(api, 'Petra Ek');
    const petra = await anotherPerson('petra');
    await open(petra, '/messages');
    const second = await complaints.watch(await petra.context().newPage());
    await open(second, '/settings/profile');
    const badge = (window) => window.locator('.sidebar-link[href="/messages"] .count');
    await say(api, 'elsa', id, 'One');
    await say(api, 'elsa', id, 'Two');
    await expect(line(petra, title).locator('.count')).toContainText('2');
    await expect(line(petra, title)).toContainText('Elsa: Two');
    await expect(badge(petra)).toHaveText('2');
    await expect(badge(second)).toHaveText('2');
    await line(petra, title).click();
    await expect(petra).toHaveURL(path);
    await expect(petra.locator('.talk-new')).toBeVisible();
    await expect(line(petra, title).locator('.count')).toHaveCount(0);
    await expect(badge(petra)).toHaveCount(0);
    await expect(badge(second)).toHaveCount(0);
  });

  test('waits in the inbox, once for a conversation, unless it is muted', async ({ page, anotherPerson, api }) => {
    const { id, title, path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    for (const text of ['One', 'Two', word]) await say(api, 'elsa', id, text);
    const marek = await anotherPerson('marek');
    await open(marek, '/inbox');
    const row = marek.locator('.inbox-row', { hasText: title });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText(word);
    await expect(row).toContainText('Because it was sent to you');
    await row.getByRole('link').click();
    await expect(marek).toHaveURL(path);
    await marek.getByRole('button', { name: 'More', exact: true }).click();
    await marek.getByRole('menuitemcheckbox', { name: 'Mute' }).click();
    await expect(marek.locator('.topbar .talk-muted')).toBeVisible();
    await marek.goto('/inbox');
    await hydrated(marek);
    await open(page, path);
    await write(page, 'Quietly');
    await expect(page.locator('.said:not(.is-waiting)', { hasText: 'Quietly' })).toHaveCount(1);
    await expect(row.filter({ hasText: 'Quietly' })).toHaveCount(0);
    await field(page).pressSequentially('@mare');
    await page.getByRole('option', { name: 'Marek Havel' }).waitFor();
    await field(page).press('Enter');
    await expect(field(page)).toHaveValue('@Marek Havel ');
    await field(page).pressSequentially('look');
    await field(page).press('Enter');
    await expect(row).toContainText('Because you were named');
  });
});

test.describe('A message on its way', () => {
  test('stays with its text when it is not sent, and arrives once', async ({ page, complaints, api }) => {
    complaints.allow(/ERR_FAILED/);
    const { id, path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    await open(page, path);
    const send = '**/api/messages/api/message/send_message';
    await page.route(send, (route) => route.abort());
    await write(page, word);
    await expect(said(page, word)).toContainText('Not sent.');
    await expect(field(page)).toHaveValue('');
    await page.unroute(send);
    await said(page, word).getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText(/Not sent|Sending/)).toHaveCount(0);
    await expect(said(page, word)).toHaveCount(1);
    const { messages } = await (await api('marek')).call('messages/api/conversation/load_conversation', { conversation_id: id });
    expect(messages.filter(({ body }) => body === word)).toHaveLength(1);
  });

  test('goes on after a reload, and the draft is still there', async ({ page, complaints, api }) => {
    complaints.allow(/ERR_FAILED/);
    const { path } = await group(api, 'Marek Havel');
    const [word, draft] = [uniqueWord(), uniqueWord()];
    await open(page, path);
    const send = '**/api/messages/api/message/send_message';
    await page.route(send, (route) => route.abort());
    await write(page, word);
    await expect(said(page, word)).toContainText('Not sent.');
    await field(page).pressSequentially(draft);
    await page.unroute(send);
    await page.reload();
    await hydrated(page);
    await expect(said(page, word)).toHaveCount(1);
    await expect(page.getByText(/Not sent|Sending/)).toHaveCount(0);
    await expect(field(page)).toHaveValue(draft);
  });

  test('goes back into the field to be changed', async ({ page, complaints, api }) => {
    complaints.allow(/ERR_FAILED/);
    const { path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    await open(page, path);
    await page.route('**/api/messages/api/message/send_message', (route) => route.abort());
    await write(page, word);
    await said(page, word).getByRole('button', { name: 'Change it' }).click();
    await expect(field(page)).toHaveValue(word);
    await expect(said(page, word)).toHaveCount(0);
  });
});

test.describe('Conversations', () => {
  test('of two are begun by keyboard alone, and are there once', async ({ page, isMobile }) => {
    test.skip(isMobile, 'a phone has no keyboard');
    const word = uniqueWord();
    await open(page, '/');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    // The page is code of its own: its keys count once it is there.
    await expect(page.getByRole('button', { name: 'New message' }).first()).toBeVisible();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'New message' });
    await dialog.getByLabel('People').focus();
    await page.keyboard.type('mare');
    await page.keyboard.press('Enter');
    await expect(dialog.getByText('To Marek Havel')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/messages\/[0-9a-f-]{36}/);
    const address = page.url();
    await expect(field(page)).toBeVisible();
    await field(page).focus();
    await page.keyboard.type(word);
    await page.keyboard.press('Enter');
    await expect(said(page, word)).toHaveCount(1);
    await expect(page.getByText('Sending …')).toHaveCount(0);
    await page.keyboard.press('ArrowUp');
    await expect(page.getByLabel('Change the message')).toHaveValue(word);
    await page.keyboard.press('Escape');
    await expect(field(page)).toBeFocused();
    await open(page, '/messages');
    await page.getByRole('button', { name: 'New message' }).first().click();
    await dialog.getByRole('checkbox', { name: 'Marek Havel' }).check();
    await dialog.getByRole('button', { name: 'Write' }).click();
    await expect(page).toHaveURL(address);
  });

  test('of several have a name and members who come and go', async ({ page, anotherPerson, api, complaints }) => {
    // The page of who is taken out asks once more, and is told that there is nothing.
    complaints.allow(/status of 404 .*\/(load_since|be_at_conversation)$/);
    const title = `Three ${uniqueWord()}`;
    const marek = await anotherPerson('marek');
    await open(marek, '/messages');
    await open(page, '/messages');
    await page.getByRole('button', { name: 'New message' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New message' });
    await dialog.getByRole('checkbox', { name: 'Marek Havel' }).check();
    await dialog.getByRole('checkbox', { name: 'Oskar Berg' }).check();
    await dialog.getByLabel('Name of the group').fill(title);
    await dialog.getByRole('button', { name: 'Start the group' }).click();
    await expect(page).toHaveURL(/\/messages\/[0-9a-f-]{36}/);
    await write(page, 'Welcome');
    await expect(line(marek, title)).toContainText('Elsa: Welcome');
    await line(marek, title).click();
    await expect(said(marek, 'Welcome')).toBeVisible();

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByLabel('Name of the group').fill(`${title} more`);
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await expect(marek.locator('.topbar', { hasText: `${title} more` }).first()).toBeAttached();

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Members' }).click();
    await page.getByRole('button', { name: 'Take Marek Havel out of the group' }).click();
    await expect(marek).toHaveURL('/messages');
    await expect(line(marek, title)).toHaveCount(0);
    const shown = (await people(await api('elsa'))).size;
    expect(shown).toBeGreaterThan(3);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Leave' }).click();
    await page.getByRole('dialog', { name: 'Leave the group' }).getByRole('button', { name: 'Leave' }).click();
    await expect(page).toHaveURL('/messages');
    await expect(line(page, title)).toHaveCount(0);
  });

  test('are searched, and the message that was found is shown', async ({ page, api, isMobile }) => {
    const { id, path } = await group(api, 'Marek Havel');
    const word = uniqueWord();
    const { number } = await say(api, 'marek', id, `The ${word} is ready`);
    await open(page, '/messages');
    await page.getByLabel('Search messages').fill(word.toUpperCase());
    const hit = page.locator('.talk-line.is-hit');
    await expect(hit).toHaveCount(1);
    await expect(hit).toContainText('Marek Havel');
    await hit.click();
    await expect(page).toHaveURL(`${path}?at=${number}`);
    await expect(page.locator('.said.is-found')).toContainText(word);
    if (!isMobile) await expect(page.locator('.said.is-found')).toBeInViewport();
  });

  test('have files', async ({ page, anotherPerson, api }) => {
    const { path } = await group(api, 'Marek Havel');
    const name = `${uniqueWord()}.txt`;
    const marek = await anotherPerson('marek');
    await open(marek, path);
    await open(page, path);
    for (const window of [marek, page]) await window.getByRole('button', { name: 'Files', exact: true }).click();
    await page.getByLabel('Choose files').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('keys') });
    await expect(page.getByText(name).first()).toBeVisible();
    await expect(marek.getByText(name).first()).toBeVisible({ timeout: 15_000 });
  });

  test('are pages of their own on a phone', async ({ page, api, isMobile }) => {
    test.skip(!isMobile, 'for a phone');
    const { title, path } = await group(api, 'Marek Havel');
    await open(page, '/inbox');
    await page.getByRole('link', { name: 'Messages', exact: true }).click();
    await expect(page).toHaveURL('/messages');
    await expect(page.locator('.talk-open')).toBeHidden();
    await line(page, title).click();
    await expect(page).toHaveURL(path);
    await expect(page.locator('.talk-list')).toBeHidden();
    await expect(field(page)).toBeInViewport();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
    await page.getByRole('link', { name: 'Back' }).click();
    await expect(page).toHaveURL('/messages');
  });

  test('have no barrier', async ({ page, api }) => {
    const { id, path } = await group(api, 'Marek Havel');
    for (const person of ['marek', 'elsa', 'marek']) await say(api, person, id, `From ${person}, see https://a.example`);
    await open(page, '/messages');
    await axe(page);
    await open(page, path);
    await axe(page);
    await open(page, '/messages');
    await page.getByRole('button', { name: 'New message' }).first().click();
    await expect(page.getByRole('dialog', { name: 'New message' })).toBeVisible();
    await axe(page);
  });
});
