import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { ShutdownRequest } from 'vscode-languageserver-protocol/node';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { Daemon } from '../../server/daemon.ts';
import { PauseNotification, StatsRequest, WhyRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectWindow, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const URI = 'file:///project/shop.ts';
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

/** What each of the two windows types in a document of the same name, and what the engine answers. */
const PRICE = { text: 'const price = ', answer: ['net', ' * 1.19', ';\n', 'next'] };
const COUNT = { text: 'let count = ', answer: ['items', '.length', ';\n', 'next'] };

const mentions = ({ body }: FakeRequest, { text }: typeof PRICE) =>
  String(body['prompt']).includes(text);

describe('two windows at one daemon', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start() {
    const pace = { firstTokenMs: 0, tokenMs: 0 };
    const fake = await FakeOllama.start(
      Object.assign(pace, {
        answer: (request: FakeRequest) =>
          answering(...(mentions(request, COUNT) ? COUNT : PRICE).answer),
      }),
    );
    cleanUps.push(() => fake.stop());
    const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-windows-'));
    cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
    const daemon = new Daemon({ stateDir, engine: 'ollama' });
    cleanUps.push(() => daemon.dispose());
    const open = async ({ text }: typeof PRICE) => {
      const window = await connectWindow(daemon, { url: fake.url, settings: SETTINGS, stateDir });
      const editor = await SimulatedEditor.open(window.connection, URI, 'typescript', '');
      await until(() => window.statuses.at(-1)?.state === 'ready', 'the window is ready');
      await editor.type(text);
      return { window, editor };
    };
    const price = await open(PRICE);
    const count = await open(COUNT);
    fake.requests.length = 0;
    const generationsOf = (which: typeof PRICE) =>
      fake.generations.filter((request) => mentions(request, which));
    return { daemon, fake, pace, stateDir, price, count, generationsOf };
  }

  const end = ({ window }: { window: ConnectedDaemon }) =>
    window.connection.sendRequest(ShutdownRequest.type);

  test('each has its own text, last request and pause', async () => {
    const { price, count } = await start();
    assert.equal((await price.editor.ask())?.text, 'net * 1.19;');
    const first = await price.window.connection.sendRequest(WhyRequest.type);
    assert.equal(await count.window.connection.sendRequest(WhyRequest.type), null);
    assert.equal((await count.editor.ask())?.text, 'items.length;');
    assert.deepEqual(await price.window.connection.sendRequest(WhyRequest.type), first);
    await price.window.connection.sendNotification(PauseNotification.type, { minutes: 5 });
    await until(() => price.window.statuses.at(-1)?.state === 'paused', 'one is paused');
    await count.editor.type('n');
    assert.notEqual(await count.editor.ask(), null);
    assert.ok(count.window.statuses.every(({ state }) => state !== 'paused'));
  });

  test('settings of one are not those of the other', async () => {
    const { price, count } = await start();
    await price.window.configure({ enable: false });
    await until(() => price.window.statuses.at(-1)?.state === 'off', 'one is off');
    assert.equal(await price.editor.ask(), null);
    assert.equal((await count.editor.ask())?.text, 'items.length;');
    assert.ok(count.window.statuses.every(({ state }) => state !== 'off'));
  });

  test('a request waits for that of the other window, and ends none but its own older one', async () => {
    const { fake, pace, price, count, generationsOf } = await start();
    Object.assign(pace, { firstTokenMs: 150 });
    const asked = price.editor.ask();
    await until(() => generationsOf(PRICE).length === 1, 'the first is at the engine');
    const outdated = count.editor.ask();
    await count.editor.type('all_');
    const newer = count.editor.ask();
    assert.equal((await asked)?.text, 'net * 1.19;');
    assert.equal(await outdated, null);
    assert.equal((await newer)?.text, 'items.length;');
    assert.equal(fake.generations.length, 2);
  });

  test('one shuts down in the middle of its stream: the other goes on, and both are written down', async () => {
    const { daemon, pace, stateDir, price, count, generationsOf } = await start();
    assert.equal((await price.editor.ask())?.text, 'net * 1.19;');
    await price.editor.type('g');
    Object.assign(pace, { tokenMs: 60_000 });
    const cut = price.editor.ask();
    await until(() => generationsOf(PRICE).length === 2, 'the second is at the engine');
    const waits = count.editor.ask();
    Object.assign(pace, { tokenMs: 0 });
    await end(price);
    assert.equal(await cut, null);
    assert.equal((await waits)?.text, 'items.length;');
    await count.editor.type('i');
    assert.notEqual(await count.editor.ask(), null);
    const stats = await count.window.connection.sendRequest(StatsRequest.type, {});
    assert.equal(stats.outcomes.pending, 2);
    await daemon.dispose();
    assert.equal(openEpisodes(stateDir), 2);
  });
});

function openEpisodes(stateDir: string): number {
  const database = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
  try {
    return database.prepare('SELECT COUNT(*) FROM open_episodes').pluck().get() as number;
  } finally {
    database.close();
  }
}
