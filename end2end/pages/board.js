// The board of a workflow.
import { expect } from '@playwright/test';
import { open } from '../fixtures.js';

/** One open board. */
export class Board {
  /** @param {import('@playwright/test').Page} page */
  constructor(page) {
    this.page = page;
    this.dialog = page.locator('#move-item');
    this.tip = page.locator('#drag-tip');
  }

  /** Opens the board; with a word it shows only the items that have it. */
  async open(word) {
    await open(this.page, word ? `/workflows/UC?q=${word}` : '/workflows/UC');
  }

  /** A column by the name of its step. */
  column(step) {
    return this.page.getByRole('region', { name: step, exact: true });
  }

  /** The tab of a step on a phone. */
  tab(step) {
    return this.page.locator('.step-tab', { hasText: step });
  }

  /** A card by its key; not its picture that follows the pointer. */
  card(key) {
    return this.page.locator(`[data-item][data-key="${key}"]`);
  }

  /** The link on a card, which takes its focus. */
  link(key) {
    return this.card(key).locator('.card-title a');
  }

  /** A message at the bottom of the page. */
  toast(text) {
    return this.page.locator('.toast', { hasText: text });
  }

  /** Waits until a card stands in a column and in no other. */
  async expectIn(key, step, timeout) {
    await expect(this.column(step).locator(`[data-item][data-key="${key}"]`)).toBeAttached({ timeout });
    await expect(this.card(key)).toHaveCount(1);
  }

  /** Takes a card with the mouse; `where` is a part of it. */
  async pick(key, where = '.card-key') {
    const part = this.card(key).locator(where);
    await part.scrollIntoViewIfNeeded();
    const at = middle(await part.boundingBox());
    await this.page.mouse.move(at.x, at.y);
    await this.page.mouse.down();
    await this.page.mouse.move(at.x + 4, at.y + 8, { steps: 4 });
    await expect(this.card(key)).toHaveClass(/is-dragged/);
  }

  /** Carries the picked card to a column. */
  async carryTo(step) {
    const box = await this.column(step).boundingBox();
    await this.page.mouse.move(box.x + Math.min(box.width, 200) / 2, box.y + 120, { steps: 8 });
  }

  /** Lets the card go. */
  async drop() {
    await this.page.mouse.up();
  }
}

/** The middle of a box. */
export function middle(box) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A finger, which Playwright itself can only tap with. */
export class Finger {
  constructor(client) {
    this.client = client;
  }

  /** @param {import('@playwright/test').Page} page */
  static async of(page) {
    return new Finger(await page.context().newCDPSession(page));
  }

  /** Puts the finger down. */
  press(at) {
    return this.#send('touchStart', [at]);
  }

  /** Slides to a place in small steps. */
  async slide(from, to, steps = 8) {
    for (let step = 1; step <= steps; step += 1) {
      const part = step / steps;
      await this.#send('touchMove', [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }]);
    }
  }

  /** Lifts the finger. */
  lift() {
    return this.#send('touchEnd', []);
  }

  #send(type, touchPoints) {
    return this.client.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}
