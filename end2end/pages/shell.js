// The frame around every page: navigation, palette, messages.

/** What stands on every page behind the log-in. */
export class Shell {
  /** @param {import('@playwright/test').Page} page */
  constructor(page) {
    this.page = page;
    this.sidebar = page.locator('nav.sidebar');
    this.bottomBar = page.locator('nav.bottom-bar');
    this.palette = page.locator('dialog.palette');
    this.search = page.getByRole('combobox', { name: 'Search' });
    this.keys = page.locator('#keyboard-help');
    this.ended = page.locator('#session-ended');
  }

  /** A message at the bottom of the page. */
  toast(text) {
    return this.page.locator('.toast', { hasText: text });
  }

  /** An entry that the palette found. */
  entry(text) {
    return this.palette.getByRole('option').filter({ hasText: text });
  }

  /** The menu of the person, at the bottom of the sidebar. */
  async personMenu() {
    await this.page.getByRole('button', { name: 'You and Mediap' }).click();
    return this.page.getByRole('menu', { name: 'You and Mediap' });
  }
}

/** The pages behind the log-in, for tests that walk through all of them. */
export const PAGES = [
  '/',
  '/workflows',
  '/workflows/UC',
  '/workflows/UC/calendar',
  '/workflows/UC/form',
  '/workflows/UC/insights',
  '/workflows/UC/lanes?by=team',
  '/workflows/UC/list',
  '/workflows/UC/new',
  '/calendar',
  '/calendar?view=day',
  '/calendar?view=agenda',
  '/calendar/job-types',
  '/items/UC-120',
  '/items/UC-290',
  '/settings/profile',
  '/settings/security',
  '/settings/keys',
  '/settings/keys/new',
  '/settings/webhooks',
  '/settings/webhooks/new',
  '/settings/webhooks/incoming/new',
  '/settings/organisation',
  '/settings/brands',
  '/settings/brands/new',
  '/settings/members',
  '/settings/members/invite',
  '/settings/roles',
  '/settings/roles/new?from=team_leader',
  '/settings/roles/workflow_manager',
  '/settings/teams',
  '/settings/hours',
  '/settings/audit',
  '/settings/jobs',
  '/settings/mail',
  '/settings/licence',
  '/organisations/new',
  '/prove',
  '/account/second-factor',
  '/account/authenticator',
  '/account/recovery-codes',
];

/** The pages before the log-in. */
export const PUBLIC_PAGES = [
  '/login',
  '/login/code',
  '/login/link',
  '/login/link?token=none',
  '/signup',
  '/reset',
  '/confirm',
  '/invitation?token=none',
  '/oidc/link',
  '/oidc/failed?why=late',
];
