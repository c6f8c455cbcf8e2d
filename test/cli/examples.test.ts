import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { startDaemon } from '../../bench/session/daemon-client.ts';
import { answering } from '../support/answers.ts';
import { ROOT, shortstop } from '../support/cli.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const PAGES = [
  ...['README.md', 'samples/README.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) =>
    name.endsWith('.md') ? `docs/${name}` : [],
  ),
];

const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** What stands behind `npx shortstop` on a line of the README, without the remark behind it. */
const examples = [...read('README.md').matchAll(/^npx shortstop (.+?) *(?:#.*)?$/gm)].map(
  ([, args = '']) => args.split(' '),
);

describe('the examples of the README', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-examples-'));
  let engine: FakeOllama;
  let env: Record<string, string>;

  before(async () => {
    engine = await FakeOllama.start({ answer: () => answering(' sum', '(', 'amounts', ')', '\n') });
    env = { XDG_STATE_HOME: folder, LOCALAPPDATA: folder, OLLAMA_HOST: engine.url };
  });

  after(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  test('are there for every command that a user runs', () => {
    const commands = examples.map(([name]) => name).sort();
    assert.deepEqual(commands, ['complete', 'doctor', 'profile', 'serve', 'stats']);
  });

  for (const args of examples.filter(([name]) => name !== 'serve')) {
    test(`shortstop ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await shortstop(args, env);
      assert.equal(code, 0, stderr);
      if (args[0] === 'complete') assert.match(stdout, /sum\(amounts\)/);
      else assert.notEqual(stdout, '');
    });
  }

  test('shortstop serve --stdio', async () => {
    const args = examples.find(([name]) => name === 'serve') ?? [];
    const daemon = await startDaemon({
      node: process.execPath,
      args: [join(ROOT, 'cli/bin.mjs'), ...args, '--state', folder, '--url', engine.url],
      folder,
      settings: {},
      initializationOptions: {},
      onLog: () => undefined,
    });
    await daemon.stop();
  });
});

for (const page of PAGES) {
  test(`${page} names only files and npm scripts that are there`, () => {
    const text = read(page);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) =>
      join(dirname(page), path),
    );
    const files = [...text.matchAll(/(?:--file|--test) ([\w./-]+\.\w+)/g)].map(
      ([, path = '']) => path,
    );
    const missing = [...links, ...files].filter((path) => !existsSync(join(ROOT, path)));
    assert.deepEqual(missing, []);

    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    assert.deepEqual(
      scripts.filter((name) => !(name in manifest.scripts)),
      [],
    );
  });
}
