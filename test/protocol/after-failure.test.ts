import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, test } from 'node:test';
import {
  CancellationTokenSource,
  InlineCompletionRequest,
} from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FAILURES, fail, type Failure } from '../support/failures.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const URI = 'file:///project/total.ts';
const MODE = MODES.at(-1) ?? 'in-band';
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };
const ANSWER = answering('price', ' * 2', ';\n', 'const');

describe(`after a failure of the engine, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  /** A ready daemon over an engine that fails as long as `pace.failing` says how. */
  async function start() {
    const pace: { failing: Failure | null; firstTokenMs: number } = {
      failing: null,
      firstTokenMs: 0,
    };
    const fake = await FakeOllama.start(
      Object.assign(pace, {
        answer: () => ANSWER,
        instead: (request: FakeRequest, response: Parameters<typeof fail>[1]) => {
          if (request.path !== '/api/generate' || pace.failing === null) return false;
          fail(pace.failing, response);
          return true;
        },
      }),
    );
    cleanUps.push(() => fake.stop());
    const daemon = await connectDaemon(MODE, { url: fake.url, settings: SETTINGS });
    cleanUps.push(() => daemon.stop());
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    return { fake, daemon, pace };
  }

  for (const kind of FAILURES) {
    test(`the same place answers at the next request: ${kind}`, async () => {
      const { daemon, pace } = await start();
      const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
      await editor.type('const a = ');
      pace.failing = kind;
      assert.equal(await editor.ask(), null);
      pace.failing = null;
      assert.equal((await editor.ask())?.text, 'price * 2;');
    });
  }

  test('keystrokes that cancelled each other while it failed are answered afterwards', async () => {
    const { daemon, pace } = await start();
    const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
    for (const kind of FAILURES) {
      pace.failing = kind;
      await editor.type('\nconst a = ');
      for (const key of 'pric') {
        const source = new CancellationTokenSource();
        const asked = ask(daemon, editor, source);
        await pause(3);
        source.cancel();
        await asked.catch(() => null);
        await editor.type(key);
      }
      await editor.ask();
      pace.failing = null;
      assert.equal((await editor.ask())?.text.trimEnd().endsWith('* 2;'), true, kind);
    }
  });

  test('a restarted engine is asked by the very next request', async () => {
    const { daemon, fake } = await start();
    const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
    await editor.type('const a = ');
    const port = Number(new URL(fake.url).port);
    await fake.stop();
    assert.equal(await editor.ask(), null);
    const again = await FakeOllama.start({ port, answer: () => ANSWER });
    cleanUps.push(() => again.stop());
    assert.equal((await editor.ask())?.text, 'price * 2;');
  });
});

function ask(daemon: ConnectedDaemon, editor: SimulatedEditor, source: CancellationTokenSource) {
  const lines = editor.text.slice(0, editor.cursor).split('\n');
  const params = {
    textDocument: { uri: URI },
    position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
    context: { triggerKind: 1 as const },
  };
  return daemon.connection.sendRequest(InlineCompletionRequest.type, params, source.token);
}
