import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unzipSync } from 'fflate';
import { startDaemon } from '../../bench/session/daemon-client.ts';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import { answering } from '../support/answers.ts';
import { ROOT } from '../support/cli.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};
const vsix = join(ROOT, `${name}-${version}.vsix`);
const skip = existsSync(vsix) ? false : 'there is no VSIX: run `npm run package` first';

describe('the packaged extension', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-vsix-'));
  let names: string[] = [];

  before(() => {
    const files = unzipSync(readFileSync(vsix));
    names = Object.keys(files);
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(join(folder, path), bytes);
    }
  });

  after(() => rmSync(folder, { recursive: true }));

  test('is at most 15 MB', () => {
    assert.ok(readFileSync(vsix).length <= 15e6);
  });

  test('holds the database for all eight platforms', () => {
    const platforms = names
      .map((path) => /^extension\/dist\/prebuilds\/(.+)\.node$/.exec(path)?.[1])
      .filter((platform) => platform !== undefined);
    assert.deepEqual(platforms.sort(), [
      'darwin-arm64',
      'darwin-x64',
      'linux-arm64',
      'linux-x64',
      'linuxmusl-arm64',
      'linuxmusl-x64',
      'win32-arm64',
      'win32-x64',
    ]);
  });

  test('holds what it runs and what must go with it, and no source, test or map', () => {
    const bundles = ['client.cjs', 'server.cjs', 'fit-thread.cjs', 'panel.js', 'panel.css'];
    for (const path of bundles.map((name) => `dist/${name}`)) {
      assert.ok(names.includes(`extension/${path}`), path);
    }
    for (const path of ['package.json', 'LICENSE.txt', 'NOTICES', 'readme.md', 'changelog.md']) {
      assert.ok(names.includes(`extension/${path}`), path);
    }
    assert.deepEqual(
      names.filter((path) => /\.(ts|map|test\.\w+)$|node_modules|cli\.|embedded/.test(path)),
      [],
    );
  });

  test('has every file that its manifest names', () => {
    const manifest = readFileSync(join(folder, 'extension/package.json'), 'utf8');
    for (const [, path = ''] of manifest.matchAll(/"((?:\.\/dist|media)\/[^"]+)"/g)) {
      assert.ok(existsSync(join(folder, 'extension', path)), path);
    }
  });

  test('its daemon completes and counts under plain Node, outside the clone', async () => {
    const engine = await FakeOllama.start({ answer: () => answering('a', ' +', ' b', '\n', '\n') });
    const daemon = await startDaemon({
      node: process.execPath,
      args: [
        join(folder, 'extension/dist/server.cjs'),
        ...['--stdio', '--state', join(folder, 'state'), '--url', engine.url],
      ],
      folder,
      settings: { debounce: 0 },
      initializationOptions: {},
      onLog: () => undefined,
    });
    const text = 'def add(a, b):\n    return \n';
    const editor = await SimulatedEditor.open(daemon.connection, 'file:///a.py', 'python', text);
    await editor.replace(text.length - 1, text.length - 1, '');
    assert.equal((await editor.ask())?.text, 'a + b');
    const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
    assert.equal(stats.requests.offered, 1);
    assert.ok(existsSync(join(folder, 'state/shortstop.db')));
    await daemon.stop();
    await engine.stop();
  });
});
