// The mailbox that development has instead of a mail server.
import { expect } from '@playwright/test';

/**
 * Waits for the newest mail to somebody and hands back the first link in it, without the server's address.
 * @param {import('@playwright/test').APIRequestContext} request
 */
export async function linkInMail(request, to, subject) {
  let link;
  await expect(async () => {
    const list = await (await request.get('/dev/mail')).text();
    // What the outbox holds back stands below the list.
    const rows = list.split('</ol>')[0].split('<li>').filter((row) => row.includes(`>${to}<`) && row.includes(subject));
    const [, address] = rows[0]?.match(/href="(\/dev\/mail\/[^"]+)"/) ?? [];
    expect(address, `a mail to ${to} about "${subject}"`).toBeTruthy();
    const mail = await (await request.get(address)).text();
    const [, found] = mail.match(/<a href="(https?:\/\/[^"]+)"/) ?? [];
    expect(found, 'a link in the mail').toBeTruthy();
    const url = new URL(found.replaceAll('&amp;', '&'));
    link = url.pathname + url.search;
  }).toPass({ timeout: 15_000, intervals: [100, 200, 400] });
  return link;
}
