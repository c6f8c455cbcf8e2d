import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
  CancellationTokenSource,
  InlineCompletionTriggerKind,
  type InlineCompletionItem,
} from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { CompleteHereRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const PIECES = ['let', ' a', ' = 1;\n', 'let b', ' = 2;\n', 'let c', ' =', ' 3;\n', '\n'];
const WHOLE = 'let a = 1;\nlet b = 2;\nlet c = 3;';
const TOKEN_MS = 40;

for (const mode of MODES) {
  describe(`a longer answer as it is written, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(uri = 'file:///project/total.ts') {
      const script = { tokenMs: 0, pieces: PIECES };
      const answer = () => answering(...script.pieces);
      const fake = await FakeOllama.start(Object.assign(script, { answer }));
      cleanUps.push(() => fake.stop());
      const settings = { controlRate: 0, withheldRate: 0, debounce: 0 };
      const daemon = await connectDaemon(mode, { url: fake.url, settings });
      cleanUps.push(() => daemon.stop());
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '\n');
      script.tokenMs = TOKEN_MS;
      return { fake, script, daemon, editor, uri };
    }

    function ask({ connection }: ConnectedDaemon, uri: string, line = 0) {
      const beginnings: InlineCompletionItem[] = [];
      const source = new CancellationTokenSource();
      connection.onProgress(CompleteHereRequest.beginning, 'here', (item) => {
        beginnings.push(item);
      });
      const params = {
        textDocument: { uri },
        position: { line, character: 0 },
        context: { triggerKind: InlineCompletionTriggerKind.Invoked },
        partialResultToken: 'here',
      };
      const answer = connection.sendRequest(CompleteHereRequest.type, params, source.token);
      return { answer, beginnings, source };
    }

    test('each beginning is longer than the one before, and begins the whole answer', async () => {
      const { daemon, uri } = await start();
      const { answer, beginnings } = ask(daemon, uri);
      await until(() => beginnings.length > 0, 'it begins');
      assert.equal(daemon.statuses.at(-1)?.state, 'working');
      const [item] = (await answer) ?? [];
      assert.equal(item?.insertText, WHOLE);
      const texts = beginnings.map(({ insertText }) => insertText);
      assert.deepEqual(texts, ['let a = 1;', 'let a = 1;\nlet b = 2;', WHOLE]);
      for (const beginning of beginnings) assert.deepEqual(beginning.command, item.command);
    });

    test('cancelled, its stream is closed, and nothing more is told', async () => {
      const { fake, daemon, uri } = await start();
      const { answer, beginnings, source } = ask(daemon, uri);
      await until(() => beginnings.length > 0, 'it begins');
      source.cancel();
      assert.equal(await answer, null);
      await until(() => fake.generations.at(-1)?.aborted === true, 'the stream is closed');
      assert.equal(beginnings.length, 1);
      assert.ok((fake.generations.at(-1)?.sent ?? 0) < PIECES.length);
    });

    test('cancelled by a key that it does not agree with, its stream is closed', async () => {
      const { fake, daemon, editor, uri } = await start();
      const { answer, beginnings, source } = ask(daemon, uri);
      await until(() => beginnings.length > 0, 'it begins');
      await editor.type('x');
      source.cancel();
      assert.equal(await answer, null);
      await until(() => fake.generations.at(-1)?.aborted === true, 'the stream is closed');
    });

    test('taken before its end, its stream is closed, and what was taken is what is judged', async () => {
      const { fake, daemon, editor, uri } = await start();
      const { answer, beginnings, source } = ask(daemon, uri);
      await until(() => beginnings.length > 1, 'it has two lines');
      const [suggestionId] = beginnings[1]?.command?.arguments as [string];
      const text = beginnings[1]?.insertText;
      assert.equal(text, 'let a = 1;\nlet b = 2;');
      await editor.replace(0, 0, text);
      source.cancel();
      await editor.tellAccepted({ suggestionId, text, start: 0, end: 0 });
      assert.equal(await answer, null);
      await until(() => fake.generations.at(-1)?.aborted === true, 'the stream is closed');
      await editor.save();
      const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(stats.outcomes.accepted, 1);
      assert.partialDeepStrictEqual(stats.exactMatch, { value: 1, n: 1 });
      const [request] = stats.recent;
      assert.partialDeepStrictEqual(request, { fate: 'cancelled', outcome: 'accepted' });
      assert.ok((request?.tokens ?? 0) < PIECES.length);
    });

    test('whole lines before an indented one replace the blanks that both begin with by themselves', async () => {
      const { script, daemon, editor, uri } = await start();
      script.pieces = ['    let a = 1;\n', '\n'];
      await editor.replace(0, 1, '{\n  return a;\n}\n');
      const { answer } = ask(daemon, uri, 1);
      const [item] = (await answer) ?? [];
      assert.deepEqual(item?.range, {
        start: { line: 1, character: 0 },
        end: { line: 1, character: 2 },
      });
      assert.equal(item.insertText, '    let a = 1;\n  ');
    });

    test('of a private file it says why nothing comes', async () => {
      const { daemon, uri } = await start('file:///project/.env');
      const { answer, beginnings } = ask(daemon, uri);
      await assert.rejects(answer, /never read/);
      assert.deepEqual(beginnings, []);
    });
  });
}
