// Runs Schemathesis against the interface for other programs, on both databases at once. Started by `script/test api`.
//
// MEDIAP_TEST_API_EXAMPLES: how many calls are made up for each operation and phase; more find more and take longer
// (`script/test --long api`).
// MEDIAP_TEST_API_ONLY: only operations whose path fits this regular expression, while one works on them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const PYTHON = process.env.MEDIAP_TEST_PYTHON ?? join(CACHE, 'mediap/tools/python/bin/python');
const POSTGRES = process.env.MEDIAP_TEST_POSTGRES;
const EXAMPLES = process.env.MEDIAP_TEST_API_EXAMPLES ?? '10';
const ONLY = process.env.MEDIAP_TEST_API_ONLY;

/** The settings that choose the database. */
const ENGINES = {
  SQLite: () => ({}),
  PostgreSQL: () => {
    const name = `api_${process.pid}`;
    execFileSync('psql', [POSTGRES, '-qc', `create database ${name}`]);
    const [, host] = POSTGRES.match(/@(.*)\//);
    const at = (user) => `postgres://${user}@${host}/${name}`;
    return { MEDIAP_DATABASE_URL: at(name), MEDIAP_DATABASE_OWNER_URL: at('postgres') };
  },
};

/** A mail server that takes nothing: mails to made-up addresses stay here, and there are jobs that have failed. */
function refusingMailServer() {
  const server = createServer((socket) => {
    const answers = { EHLO: '250 mail', HELO: '250 mail', QUIT: '221 bye' };
    socket.on('error', () => {});
    socket.write('220 mail\r\n');
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        const verb = line.slice(0, 4).toUpperCase();
        socket.write(`${answers[verb] ?? '550 nobody here'}\r\n`);
        if (verb === 'QUIT') socket.end();
      }
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Runs it on one engine. Returns how many operations passed and failed, and what was printed. */
async function onEngine(engine) {
  const begun = Date.now();
  const database = ENGINES[engine]();
  const mail = await refusingMailServer();
  const settings = () => ({
    ...database,
    MEDIAP_API_CALLS_PER_MINUTE: '1000000',
    MEDIAP_MAIL: 'smtp',
    MEDIAP_SMTP_URL: `smtp://127.0.0.1:${mail.address().port}`,
  });
  const { url, stop, say } = await startServer({ settings });
  const folder = mkdtempSync(join(tmpdir(), 'mediap-api-'));
  try {
    const key = say('create-key', 'elsa@nordvik.example').trim();
    const other = say('create-key', 'maja@halden.example').trim();
    const colleague = say('create-key', 'petra@nordvik.example').trim();
    const users = join(folder, 'users.json');
    const user = (name, token) => ({ name, fixedHeaders: [{ name: 'Authorization', value: `Bearer ${token}` }] });
    writeFileSync(users, JSON.stringify({ auth: [user('nordvik', key), user('halden', other)] }));
    const environment = {
      ...process.env,
      MEDIAP_API_USERS: users,
      MEDIAP_API_URL: url,
      MEDIAP_API_KEY: key,
      MEDIAP_API_COLLEAGUE: colleague,
      MEDIAP_API_HOOKS: join(HERE, 'hooks.py'),
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const output = await schemathesis(`${url}/api/v1/openapi.json`, folder, environment);
    const alive = await fetch(`${url}/api/v1/keys?limit=1`, { headers: { authorization: `Bearer ${key}` } });
    const counts = count(readReport(folder, output));
    if (alive.status !== 200) {
      counts.failed += 1;
      counts.notes.push(`the key of the run answers ${alive.status} at its end: something has ended it`);
    }
    return { engine, output, ...counts, seconds: Math.round((Date.now() - begun) / 1000) };
  } finally {
    stop();
    mail.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(folder, output) {
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  } catch (cause) {
    throw new Error(`it has written no report\n${output}`, { cause });
  }
}

/** What it prints. */
function schemathesis(document, folder, environment) {
  const verb = ['--config-file', join(HERE, 'schemathesis.toml'), 'run', document];
  if (ONLY) verb.push('--include-path-regex', ONLY);
  verb.push('--max-examples', EXAMPLES, '--report-json-path', join(folder, 'report.json'), '--no-color');
  return new Promise((resolve, reject) => {
    const run = spawn(join(dirname(PYTHON), 'st'), verb, { cwd: folder, env: environment });
    let text = '';
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (part) => (text += part));
    run.once('error', reject);
    run.once('close', () => resolve(text));
  });
}

/** Operations that passed, and those with a failure, an error or a warning; of these, a note each that says what was wrong. */
function count(report) {
  const wrong = new Map();
  const note = (operation, what) => wrong.set(operation, [...(wrong.get(operation) ?? []), what]);
  for (const { operations, title } of report.failures) operations.forEach((one) => note(one, title));
  for (const { title } of report.errors) note('the run', title);
  for (const [kind, operations] of Object.entries(report.warnings)) {
    for (const one of operations) note(typeof one === 'string' ? one : 'the run', kind);
  }
  if (wrong.size === 0 && (report.exit_code !== 0 || !report.complete)) note('the run', 'it came to no good end');
  const passed = Math.max(0, report.operations.tested - wrong.size);
  const notes = [...wrong].map(([operation, what]) => `${operation}: ${what.join(', ')}`);
  return { passed, failed: wrong.size, calls: report.test_cases.generated, notes };
}

const engines = POSTGRES ? Object.keys(ENGINES) : ['SQLite'];
if (!POSTGRES) console.log('There is no PostgreSQL here: `script/test api` starts one.');
const runs = await Promise.all(engines.map(onEngine));
for (const { engine, output, passed, failed, calls, notes, seconds } of runs) {
  if (failed) console.log(`\n--- ${engine} ---\n${output}`);
  for (const note of notes) console.log(`${engine}: ${note}`);
  console.log(`Interface on ${engine}: ${passed} passed, ${failed} failed (operations; ${calls} calls in ${seconds} s)`);
}
process.exitCode = runs.some((run) => run.failed) ? 1 : 0;
