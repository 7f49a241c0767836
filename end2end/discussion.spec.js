// What members say of a client: read at once by who sees it, and told to who is named.
import { axe, expect, open, test, uniqueWord } from './fixtures.js';

test.use({ as: 'elsa' });

/** The page of the demo's first client. */
async function openClient(page) {
  await open(page, '/clients');
  await page.getByRole('link', { name: 'Fjord Taxi' }).click();
  await expect(page.getByRole('heading', { name: 'Comments' })).toBeVisible();
}

const said = (page, word) => page.locator('.comment', { hasText: word });

test('a client is talked about, and who is named is told', async ({ page, anotherPerson, api }) => {
  const word = uniqueWord();
  const nils = await anotherPerson('nils');
  await openClient(nils);
  await openClient(page);
  const field = page.getByRole('textbox', { name: 'Comment' });
  await field.pressSequentially('Ask @Nils');
  await expect(page.locator('.mention')).toBeVisible();
  await page.keyboard.press('Enter');
  await field.pressSequentially(`about ${word}`);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(said(page, word)).toContainText('Elsa Lindqvist');
  await expect(field).toHaveValue('');
  // He only reads along.
  await expect(said(nils, word)).toBeVisible();
  await expect(said(nils, word).getByRole('button', { name: 'Delete comment' })).toHaveCount(0);
  await expect(nils.getByRole('textbox', { name: 'Comment' })).toHaveCount(0);
  await axe(page);

  // What is being written stays while others are heard.
  await field.fill('Not yet sent');
  const petra = await api('petra');
  const record = new URL(page.url()).pathname.split('/').pop();
  await petra.call('comments/api/say', { kind: 'client', record, body: `I know of ${word}` });
  await expect(said(page, `I know of ${word}`)).toBeVisible();
  await expect(field).toHaveValue('Not yet sent');
  await expect(field).toBeFocused();
  await field.fill('');

  await said(page, `about ${word}`).getByRole('button', { name: 'Delete comment' }).click();
  await expect(said(nils, `about ${word}`)).toHaveCount(0);
  await page.locator('.toasts').getByRole('button', { name: /Undo/ }).last().click();
  await expect(said(page, `about ${word}`)).toBeVisible();

  // Who looks at it has seen it, in any window, so the inbox of the other size may have nothing that is unread.
  await open(nils, '/inbox?show=all');
  const again = `And again: @Nils Fjord ${word}`;
  await field.fill(again);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  const row = nils.locator('.inbox-row', { hasText: 'Fjord Taxi' }).first();
  await expect(row).toContainText('commented on');
  await expect(row).toContainText('Because you were named');
  await row.getByRole('link').click();
  await expect(nils).toHaveURL(/\/clients\/[0-9a-f-]{36}$/);
  await expect(said(nils, again)).toBeVisible();
});
