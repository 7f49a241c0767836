// Second factors, links and devices.
import { createHmac } from 'node:crypto';
import { expect } from '@playwright/test';
import { hydrated, open } from '../fixtures.js';

/** Milliseconds that a code is shown. */
const STEP = 30_000;

/** The code that an authenticator app shows for a secret in base32; `away` steps from now. */
export function codeOf(secret, away = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP) + away));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest.at(-1) & 0xf;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** An authenticator app in the hands of a test. Each code is given out once, as the server takes each once. */
export class Phone {
  #last = -2;

  constructor(secret) {
    this.secret = secret;
  }

  /** A code that was not used: the next one when this one was. Waits when both were. */
  async code() {
    for (;;) {
      const now = Math.floor(Date.now() / STEP);
      const step = Math.max(now, this.#last + 1);
      if (step <= now + 1) {
        this.#last = step;
        return codeOf(this.secret, step - now);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** The page about getting in. */
export class Security {
  /** @param {import('@playwright/test').Page} page */
  constructor(page) {
    this.page = page;
    this.dialog = page.locator('#prove-again');
    this.code = page.locator('input[name=code]');
  }

  /** A part of the page by its heading. */
  section(name) {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** Opens the page. */
  async open() {
    await open(this.page, '/settings/security');
  }

  /** From the page with the picture: reads the secret and types the first code. Ends at the recovery codes. */
  async confirm() {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Scan the code');
    await hydrated(this.page);
    await this.page.getByText('Cannot scan it?').click();
    const phone = new Phone(await this.page.locator('.factor-key').innerText());
    await this.code.fill(await phone.code());
    await this.page.getByRole('button', { name: 'Turn it on' }).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Keep your recovery codes');
    await hydrated(this.page);
    return phone;
  }

  /** Sets an app up from the settings; hands back the phone and the recovery codes. */
  async enrol() {
    await this.open();
    await this.page.getByRole('button', { name: 'Set up' }).click();
    const phone = await this.confirm();
    const codes = await this.page.locator('.recovery-codes li').allInnerTexts();
    await this.page.getByRole('button', { name: 'I have kept them' }).click();
    await expect(this.page).toHaveURL('/settings/security');
    await hydrated(this.page);
    return { phone, codes };
  }

  /** Types a code at the log-in. */
  async enter(code) {
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Go on' }).click();
  }
}
