// Browser tests: every spec at desktop and at phone size, against one server with demo data.
//
// `server.js` starts that server on a free port with a data folder of its own; set MEDIAP_TEST_URL to test
// one that runs already.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  globalSetup: './server.js',
  outputDir: 'test-results',
  // Specs share the demo data: each works on records of its own, or makes them.
  fullyParallel: false,
  workers: 2,
  // What passes only the second time is named at the end of `script/test`: a fault to be found, which need not hold up the rest.
  retries: 1,
  forbidOnly: !!process.env.CI,
  // Bounds for what is broken, not for what is slow: two cores are shared by two browsers and a server with its checks on.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/Stockholm',
    // Specs answer requests in the server's place; only those about the worker want one in between.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    // Recording costs an eighth of the time; where nobody looks at it, what failed and a picture must do.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      // Without it a browser has no letters beyond ASCII for the names of files.
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      executablePath: process.env.MEDIAP_TEST_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } } },
    { name: 'phone', use: { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true } },
  ],
});
