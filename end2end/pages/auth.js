// The pages before the log-in.
import { expect } from '@playwright/test';
import { open } from '../fixtures.js';
import { linkInMail } from './mailbox.js';

/** A password that is strong enough and nobody's. */
export const STRONG = 'grey otters swim upstream 77';

/** Signing up, confirming, logging in. */
export class Auth {
  /** @param {import('@playwright/test').Page} page */
  constructor(page) {
    this.page = page;
    this.password = page.locator('input[name=password]');
  }

  /** Fills in the sign-up form and sends it. */
  async signUp({ name, email, password = STRONG, organisation = '' }) {
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel('Email').fill(email);
    await this.password.fill(password);
    if (organisation) await this.page.getByLabel('Organisation').fill(organisation);
    await this.page.getByRole('button', { name: 'Create account' }).click();
  }

  /** Opens the link of the mail and presses the button. */
  async confirm(email) {
    await this.page.goto(await linkInMail(this.page.request, email, 'Confirm your address'));
    await this.page.getByRole('button', { name: 'Confirm' }).click();
    await expect(this.page).toHaveURL(/\/login\?/);
    await expect(this.page.getByText('Your address is confirmed')).toBeVisible();
  }

  /** Fills in the log-in form and sends it. */
  async logIn(email, password = STRONG) {
    await this.page.getByLabel('Email').fill(email);
    await this.password.fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  /** A person of their own organisation, logged in. */
  async arrive({ name, email, organisation }) {
    await open(this.page, '/signup');
    await this.signUp({ name, email, organisation });
    await expect(this.page).toHaveURL(/\/confirm/);
    await this.confirm(email);
    await this.logIn(email);
    await this.page.waitForURL((url) => url.pathname === '/');
  }
}
