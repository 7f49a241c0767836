// Types what README.md says to type, from the setup to the last line, into one shell.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures.js';
import { startServer } from './server.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The shell blocks of a section. */
function blocks(section) {
  const [, text] = README.split(`\n## ${section}\n`);
  return [...text.split('\n## ')[0].matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block);
}

/** The commands of a block: a line each, unless it goes on; lines that only set something belong to what follows. */
function commands(block) {
  const lines = block.replaceAll('\\\n', ' ').split('\n');
  const found = [];
  let before = '';
  for (const line of lines.filter((line) => line && !line.startsWith('#'))) {
    if (/^(call|curl) /.test(line)) {
      found.push(before + line);
      before = '';
    } else {
      before += `${line}\n`;
    }
  }
  return found;
}

test('The guide for other programs does what it says', async ({}, { project }) => {
  test.skip(project.name === 'phone', 'it is typed into a shell');
  const { url, stop, say } = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'mediap-guide-'));
  try {
    const [setup, ...jobs] = blocks('Other programs');
    const [, , how] = setup.split('\n');
    expect(how).toMatch(/^call\(\)/);
    const environment = {
      ...process.env,
      MEDIAP_API_KEY: say('create-key', 'elsa@nordvik.example').trim(),
      API: `${url}/api/v1`,
    };
    const known = {};
    const type = (command) => {
      const line = command.replace(/<(\w+)>/g, (_, name) => {
        expect(known, `${name} in ${command}`).toHaveProperty(name);
        return known[name];
      });
      const options = { cwd: folder, env: environment, encoding: 'utf8' };
      const output = execFileSync('bash', ['-ec', `${how}\n${line}`], options);
      const answer = output ? JSON.parse(output) : {};
      for (const [name, value] of Object.entries(answer)) if (typeof value === 'string') known[name] = value;
      if (answer.transitions) known.step = answer.transitions.find(({ from }) => from === known.step).to;
      return answer;
    };
    const typed = jobs.flatMap(commands).map(type);
    expect(typed).toHaveLength(9);
    expect(readFileSync(join(folder, 'items.csv'), 'utf8')).toMatch(/^key,id,workflow,/);
    expect(typed[0].data.length).toBeGreaterThan(0);
    expect(typed.at(-4)).toMatchObject({ key: known.key, priority: 3, step_name: 'Test and inspect' });
    const kept = type(`call "$API/files/${known.file}"`);
    expect(kept).toMatchObject({ name: 'Report.txt', size: 6, record_kind: 'item' });
    const told = blocks('Webhooks').flatMap(commands).map(type);
    expect(told).toHaveLength(7);
    const hook = known.url.split('/').at(-1);
    const came = type(`call "$API/hooks/${hook}/events"`).data;
    expect(came).toHaveLength(1);
    expect(type(`call "$API/events/${came[0].id}"`).body).toBe('{"order": 7}');
  } finally {
    stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
