// Starts a server with demo data for the time of a test run: the release build, or what MEDIAP_TEST_PROGRAM names.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts the server of the whole run and returns what stops it. */
export default async function setup() {
  if (process.env.MEDIAP_TEST_URL) return;
  const { url, stop } = await startServer();
  process.env.MEDIAP_TEST_URL = url;
  return stop;
}

/**
 * Starts a server with a database and demo data of its own, for a run or for a spec that needs other settings.
 * @param {{ host?: string, settings?: (url: string) => Record<string, string>, seeded?: boolean }} options the name it is
 *   reached by, further settings as variables, and whether the database is there already
 */
export async function startServer({ host = '127.0.0.1', settings = () => ({}), seeded = false } = {}) {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const target = process.env.CARGO_TARGET_DIR ?? join(cache, 'mediap/target');
  const program = process.env.MEDIAP_TEST_PROGRAM ?? join(target, 'release/mediap');
  const folder = mkdtempSync(join(tmpdir(), 'mediap-end2end-'));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const environment = {
    ...process.env,
    MEDIAP_DATABASE_URL: `sqlite://${join(folder, 'mediap.db')}`,
    MEDIAP_DATA_DIR: folder,
    MEDIAP_LISTEN: `127.0.0.1:${port}`,
    MEDIAP_BASE_URL: url,
    MEDIAP_SITE_ROOT: process.env.MEDIAP_SITE_ROOT ?? join(target, 'site'),
    // The mailbox and the gallery of components exist in development only.
    MEDIAP_DEVELOPMENT: 'true',
    ...settings(url),
  };
  const log = join(folder, 'log');
  const output = openSync(log, 'a');
  const run = (...verb) =>
    execFileSync(program, verb, { cwd: folder, env: environment, stdio: ['ignore', output, output] });
  /** What a command prints. */
  const say = (...verb) =>
    execFileSync(program, verb, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', output], encoding: 'utf8' });

  let server;
  const stop = () => {
    server?.kill();
    tellFaults(log);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    if (!seeded) {
      run('migrate');
      run('seed-demo');
    }
    server = spawn(program, ['serve'], { cwd: folder, env: environment, stdio: ['ignore', output, output] });
    await ready(url, server);
  } catch (error) {
    const said = readFileSync(log, 'utf8');
    stop();
    throw new Error(`the server does not start: ${error.message}\n${said}`);
  }
  // A run that is interrupted must not leave a server behind.
  process.once('exit', stop);
  return { url, stop, say };
}

/** Says what the server should never have written down: its log goes with its folder. */
function tellFaults(log) {
  if (!existsSync(log)) return;
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    if (/Panic: |Database call failed/.test(line)) console.error(`the server: ${line}`);
  }
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function ready(url, server) {
  const limit = Date.now() + 20_000;
  while (Date.now() < limit) {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no answer on /readyz within 20 s');
}
