// Two servers on one PostgreSQL, as behind a balancer: what happens on one is seen on the other, and a page whose server
// stops goes on with the other one and misses nothing.
import { execFileSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { expect, newSession, open, openLive, test as base, uniqueWord } from './fixtures.js';
import { Api } from './pages/api.js';
import { Board } from './pages/board.js';
import { freePort, startServer } from './server.js';

/** Where the temporary PostgreSQL of the run is; `script/test` says so. */
const POSTGRES = process.env.MEDIAP_TEST_POSTGRES;
/** The same for both, since each must read what the other has sealed. */
const SECRET = `end2end:${Buffer.alloc(32, 7).toString('base64')}`;

/** Passes connections on to one server, or refuses them. */
class Balancer {
  constructor(port) {
    this.url = `http://127.0.0.1:${port}`;
    this.target = null;
    this.open = new Set();
    this.server = createServer((visitor) => {
      if (!this.target) return visitor.destroy();
      const behind = connect(Number(new URL(this.target).port), '127.0.0.1');
      for (const [from, to] of [[visitor, behind], [behind, visitor]]) {
        this.open.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.open.delete(from);
          to.destroy();
        });
      }
    });
    this.server.listen(port, '127.0.0.1');
  }

  /** New connections go there; those to another server are gone, as it is. */
  turnTo(target) {
    this.target = target;
    for (const socket of this.open) socket.destroy();
  }
}

const test = base.extend({
  servers: [
    async ({}, use) => {
      const name = `mediap_servers_${process.pid}`;
      execFileSync('psql', [POSTGRES, '-c', `create database ${name}`]);
      const [, host] = POSTGRES.match(/@(.*)\//);
      const at = (user) => `postgres://${user}@${host}/${name}`;
      const balancer = new Balancer(await freePort());
      const settings = () => ({
        MEDIAP_DATABASE_URL: at(name),
        MEDIAP_DATABASE_OWNER_URL: at('postgres'),
        MEDIAP_BASE_URL: balancer.url,
        MEDIAP_SECRET_KEY: SECRET,
      });
      const one = await startServer({ settings });
      const two = await startServer({ settings, seeded: true });
      balancer.turnTo(one.url);
      await use({ one, two, balancer });
      balancer.turnTo(null);
      balancer.server.close();
      one.stop();
      two.stop();
    },
    { scope: 'worker' },
  ],
  // Visitors come through the balancer, and log in there.
  baseURL: async ({ servers }, use) => use(servers.balancer.url),
  sessions: [
    async ({ servers }, use) => {
      const known = new Map();
      await use(async (person) => {
        if (!known.has(person)) known.set(person, await newSession(person, servers.balancer.url));
        return known.get(person);
      });
    },
    { scope: 'worker' },
  ],
});

test.use({ as: 'elsa' });
test.skip(!POSTGRES, 'there is no PostgreSQL: `script/test browser` starts one');

test('what happens on one server is seen on the other within a second', async ({ page, servers, api, playwright, sessions }) => {
  const word = uniqueWord();
  const maker = await api();
  const board = new Board(page);
  await board.open(word);
  const context = await playwright.request.newContext({ baseURL: servers.two.url, storageState: await sessions('marek') });
  const there = new Api(context);
  // A busy machine may be late once, but not each time.
  await expect(async () => {
    const key = await maker.newItem({ title: `Both ${word}` });
    await board.expectIn(key, 'Request test');
    await there.move(key, 'Test and inspect');
    await board.expectIn(key, 'Test and inspect', 1_000);
    await there.move(key, 'Publish');
    await board.expectIn(key, 'Publish', 1_000);
  }).toPass();
  await context.dispose();
});

test('who is at an item is known on both', async ({ page, servers, api, browser, complaints, sessions }) => {
  const key = await (await api()).newItem({ title: `Company ${uniqueWord()}` });
  await openLive(page, `/items/${key}`);
  const context = await browser.newContext({ baseURL: servers.two.url, storageState: await sessions('marek') });
  const other = await complaints.watch(await context.newPage());
  await open(other, `/items/${key}`);
  await expect(page.getByRole('group', { name: 'Also here: Marek Havel' })).toBeVisible();
  await context.close();
});

test('a page whose server stops goes on with the other and misses nothing', async ({ page, servers, complaints, api, playwright, sessions }) => {
  complaints.allow(/ERR_CONNECTION|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/);
  const word = uniqueWord();
  const key = await (await api()).newItem({ title: `Dies ${word}` });
  const board = new Board(page);
  await board.open(word);
  const context = await playwright.request.newContext({ baseURL: servers.two.url, storageState: await sessions('marek') });
  const there = new Api(context);
  // It listens.
  await there.move(key, 'Test and inspect');
  await board.expectIn(key, 'Test and inspect');

  servers.balancer.turnTo(null);
  servers.one.stop();
  await there.move(key, 'Publish');
  await board.expectIn(key, 'Test and inspect');
  servers.balancer.turnTo(servers.two.url);
  await board.expectIn(key, 'Publish', 15_000);
  await context.dispose();
});
