// Measures the drawing of large workflows in Chromium: how long it takes until it is seen, and how smoothly it moves.
// `cargo xtask bench --only drawing` runs it on the release build and prints what it says.
import { chromium } from '@playwright/test';
import { startServer } from '../server.js';

/** Steps and ways of the workflows. */
const SIZES = [
  [500, 750],
  [2000, 3000],
];
/** How often opening is measured; the median counts. */
const OPENINGS = 5;
/** How long each movement goes on, in ms. */
const MOVING = 3000;
/** How many steps stand beside each other. */
const COLUMNS = 25;

const id = (number) => `00000000-0000-4000-8000-${String(number + 1).padStart(12, '0')}`;

/** A workflow of layers, where each step leads to the one below it, and every second one to a neighbour of that. */
function definition(name, base, steps, ways) {
  const made = { base, name, item_noun: 'thing', steps: [], transitions: [] };
  for (let number = 0; number < steps; number++) {
    const place = { x: (number % COLUMNS) * 250, y: Math.floor(number / COLUMNS) * 130 };
    made.steps.push({ id: id(number), name: `Step ${number + 1}`, ends: number === steps - 1, team_id: null, wip_limit: null, place });
  }
  const led = new Set();
  const lead = (from, to) => {
    if (made.transitions.length < ways && to < steps && !led.has(`${from} ${to}`)) {
      led.add(`${from} ${to}`);
      made.transitions.push({ from: id(from), to: id(to), name: `To ${to + 1}`, rework: false });
    }
  };
  for (let number = 0; number < steps; number++) lead(number, number + COLUMNS);
  for (let number = 0; made.transitions.length < ways; number++) {
    const round = Math.floor((2 * number) / steps);
    lead((2 * number) % steps, ((2 * number) % steps) + COLUMNS + 1 + (number % 3) + round);
  }
  return made;
}

async function call(page, name, data) {
  const answer = await page.request.post(`/api/workflows/api/${name}`, {
    ...data,
    headers: { Accept: 'application/json' },
  });
  if (!answer.ok()) throw new Error(`${name}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** The times between frames while something goes on, in ms; the 95th of a hundred counts. */
async function frames(page, go) {
  await page.evaluate(() => {
    window.frames = [];
    let before;
    const next = (now) => {
      if (before !== undefined) window.frames.push(now - before);
      before = now;
      if (window.frames) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const end = Date.now() + MOVING;
  for (let turn = 0; Date.now() < end; turn++) await go(turn);
  const all = await page.evaluate(() => {
    const all = window.frames;
    window.frames = null;
    return all;
  });
  all.sort((one, other) => one - other);
  return all[Math.floor(all.length * 0.95)];
}

const median = (all) => all.sort((one, other) => one - other)[Math.floor(all.length / 2)];
const ms = (number) => `${number.toFixed(1)} ms`;

async function measure(page, [steps, ways]) {
  const key = `B${steps}`;
  const name = `Bench ${steps}`;
  await call(page, 'design/create_workflow', { form: { name, key, item_noun: 'thing', template: 'plain' } });
  const { live, number } = await call(page, 'design/load_design', { form: { key } });
  await call(page, 'design/save_draft', {
    data: { workflow_id: live.head.id, version: 0, definition: definition(name, number, steps, ways) },
  });
  const seen = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    await page.goto(`/workflows/${key}`);
    await page.waitForLoadState('networkidle');
    // From the answer with the data to the first frame with the drawing.
    seen.push(
      await page.evaluate(async () => {
        performance.clearResourceTimings();
        document.querySelector('a[href$="/design"]').click();
        while (!document.querySelector('.flow-world path')) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const [answer] = performance.getEntriesByType('resource').filter((it) => it.name.includes('/load_design'));
        return performance.now() - answer.responseEnd;
      }),
    );
  }
  const box = await page.locator('.flow-frame').boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.locator('.flow-percent').click();
  const pan = await frames(page, (turn) => page.mouse.wheel(turn % 60 < 30 ? 24 : -24, turn % 120 < 60 ? 24 : -24));
  const step = await page.locator('.flow-step').evaluateAll((all, middle) => {
    const places = all.map((it) => it.getBoundingClientRect()).map((it) => ({ x: it.x + it.width / 2, y: it.y + it.height / 2 }));
    const far = (it) => Math.hypot(it.x - middle.x, it.y - middle.y);
    return places.sort((one, other) => far(one) - far(other))[0];
  }, middle);
  await page.mouse.move(step.x, step.y);
  await page.mouse.down();
  const drag = await frames(page, (turn) => page.mouse.move(step.x + 150 * Math.sin(turn / 20), step.y + 90 * Math.cos(turn / 20)));
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await page.mouse.move(middle.x, middle.y);
  await page.keyboard.down('Control');
  const zoom = await frames(page, (turn) => page.mouse.wheel(0, turn % 80 < 40 ? 12 : -12));
  await page.keyboard.up('Control');
  return `${steps} steps and ${ways} ways: seen after ${ms(median(seen))}; 95 of 100 frames while panning ${ms(pan)}, dragging ${ms(drag)}, zooming ${ms(zoom)}`;
}

const { url, stop } = await startServer();
const browser = await chromium.launch({
  executablePath: process.env.MEDIAP_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.request.post('/api/identity/session/api/log_in', {
    form: { email: 'elsa@nordvik.example', password: 'demo-drive-2026' },
    headers: { Accept: 'application/json' },
  });
  for (const size of SIZES) console.log(await measure(page, size));
} finally {
  await browser.close();
  stop();
}
process.exit(0);
