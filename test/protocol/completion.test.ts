import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
  CancellationTokenSource,
  DidChangeTextDocumentNotification,
  InlineCompletionRequest,
  InlineCompletionTriggerKind,
  type InlineCompletionItem,
} from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { CompleteHereRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import {
  connectDaemon,
  MODES,
  type ConnectedDaemon,
  type ConnectOptions,
} from '../support/daemon.ts';
import { FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const URI = 'file:///project/total.ts';
const BEFORE = 'function total(prices: number[]): number {\n  const sum = ';
const AFTER = '\n  return sum;\n}\n';
const ANSWER = answering('prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');
const SERVED = 'prices.reduce((a, b) => a + b, 0);';
/** So that every request is served, whatever is random. */
const NO_CONTROL = { controlRate: 0, withheldRate: 0, debounce: 0 };

function textOf(answer: InlineCompletionItem[] | null): string {
  const text = answer?.[0]?.insertText;
  return typeof text === 'string' ? text : '';
}

for (const mode of MODES) {
  describe(`completions, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(
      fakeOptions: FakeOptions = {},
      options: Partial<ConnectOptions> = {},
    ): Promise<{ fake: FakeOllama; daemon: ConnectedDaemon; editor: SimulatedEditor }> {
      // The pace holds from when the daemon is ready: its own measurements are not what is tested.
      const { firstTokenMs = 0, tokenMs = 0 } = fakeOptions;
      const pace = { answer: () => ANSWER, ...fakeOptions, firstTokenMs: 0, tokenMs: 0 };
      const fake = await FakeOllama.start(pace);
      cleanUps.push(() => fake.stop());
      const daemon = await connectDaemon(mode, { url: fake.url, settings: NO_CONTROL, ...options });
      cleanUps.push(() => daemon.stop());
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      fake.requests.length = 0;
      Object.assign(pace, { firstTokenMs, tokenMs });
      const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
      await editor.replace(0, 0, BEFORE + AFTER);
      await editor.replace(BEFORE.length, BEFORE.length, '');
      return { fake, daemon, editor };
    }

    test('are plain text with a range at the cursor and the command that tells of an accept', async () => {
      const { daemon, editor } = await start();
      const answer = await daemon.connection.sendRequest(InlineCompletionRequest.type, {
        textDocument: { uri: URI },
        position: { line: 1, character: 14 },
        context: { triggerKind: InlineCompletionTriggerKind.Automatic },
      });
      const [item] = answer as InlineCompletionItem[];
      assert.equal(item?.insertText, SERVED);
      assert.deepEqual(item.range, {
        start: { line: 1, character: 14 },
        end: { line: 1, character: 14 },
      });
      assert.equal(item.command?.command, 'shortstop.internal.accepted');
      assert.equal(editor.text, BEFORE + AFTER);
    });

    test('close the stream at the stop: the engine does not write on', async () => {
      const { fake, editor } = await start({ tokenMs: 20 });
      assert.equal((await editor.ask())?.text, SERVED);
      const [request] = fake.generations;
      await until(() => request?.aborted === true || request?.finished === true, 'the stream ends');
      assert.ok(request && request.sent <= 7);
    });

    test('along what is typed come from memory under the same id, and back again', async () => {
      const { fake, editor } = await start();
      const first = await editor.ask();
      await editor.type('pri');
      const second = await editor.ask();
      assert.equal(second?.suggestionId, first?.suggestionId);
      assert.equal(second?.text, SERVED.slice(3));
      await editor.replace(editor.cursor - 1, editor.cursor, '');
      assert.equal((await editor.ask())?.text, SERVED.slice(2));
      assert.equal(fake.generations.length, 1);
    });

    test('cancel an older request at the engine', async () => {
      const { fake, editor } = await start({ firstTokenMs: 300, tokenMs: 30 });
      const older = editor.ask();
      await until(() => fake.generations.length === 1, 'the first request');
      await editor.replace(0, 0, '// another file altogether\n');
      await editor.replace(editor.text.indexOf(AFTER), editor.text.indexOf(AFTER), '');
      const newer = editor.ask();
      assert.equal(await older, null);
      assert.equal((await newer)?.text, SERVED);
      await until(() => fake.generations[0]?.aborted === true, 'the older stream is closed');
    });

    test('that are cancelled close the stream while queued and in prefill', async () => {
      const { fake, daemon } = await start({ firstTokenMs: 5000 });
      for (const wait of [0, 100]) {
        const source = new CancellationTokenSource();
        const asked = daemon.connection.sendRequest(
          InlineCompletionRequest.type,
          {
            textDocument: { uri: URI },
            position: { line: 1, character: 14 },
            context: { triggerKind: InlineCompletionTriggerKind.Automatic },
          },
          source.token,
        );
        await new Promise((resolve) => setTimeout(resolve, wait));
        source.cancel();
        assert.equal(await asked.catch(() => null), null);
      }
      await until(() => fake.generations.every(({ aborted }) => aborted), 'all streams are closed');
      assert.ok(fake.generations.every(({ sent }) => sent === 0));
    });

    test('of a control request run on to be counted, and the estimate says how many', async () => {
      const { daemon, editor } = await start(
        {},
        { settings: { controlRate: 1, withheldRate: 0, debounce: 0 } },
      );
      assert.equal((await editor.ask())?.text, SERVED);
      await until(() => daemon.reports.length === 1, 'the report');
      assert.equal(daemon.reports[0]?.control, true);
      assert.equal(daemon.reports[0].tokens, 7);
      assert.ok(daemon.reports[0].generated.endsWith('  return'));
      const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.deepEqual(stats.tokens, {
        spent: 7,
        measuring: 7 - daemon.reports[0].tokensAtStop,
        shadows: 0,
        spans: 0,
      });
    });

    test('asked for by name are longer, several lines, and never given up on', async () => {
      const hopeless = answering('maybe', '();\n', '  const', ' b', ' =', ' 2', ';\n', '}');
      const { fake, daemon } = await start({ answer: () => hopeless });
      const answer = await daemon.connection.sendRequest(CompleteHereRequest.type, {
        textDocument: { uri: URI },
        position: { line: 1, character: 14 },
        context: { triggerKind: InlineCompletionTriggerKind.Invoked },
      });
      assert.match(textOf(answer), /maybe\(\);\n {2}const b = 2;/);
      assert.equal(
        (fake.generations[0]?.body['options'] as { num_predict: number }).num_predict,
        256,
      );
    });

    test('do not come where the file is never read, git-ignored or switched off', async () => {
      const { fake, daemon } = await start();
      const secret = await SimulatedEditor.open(
        daemon.connection,
        'file:///project/.env',
        'dotenv',
        'TOKEN=',
      );
      assert.equal(await secret.ask(), null);
      await daemon.configure({ ...NO_CONTROL, enable: false });
      await until(() => daemon.statuses.at(-1)?.state === 'off', 'switched off');
      const other = await SimulatedEditor.open(
        daemon.connection,
        'file:///b.ts',
        'typescript',
        'a',
      );
      assert.equal(await other.ask(), null);
      assert.equal(fake.generations.length, 0);
    });

    test('obey a changed setting, and a wrong one is told and replaced by its default', async () => {
      const { fake, daemon, editor } = await start();
      await daemon.configure({ ...NO_CONTROL, stopping: { maxTokens: 3 }, multiLine: 'sideways' });
      await until(() => daemon.log.some((line) => line.includes('multiLine')), 'a log line');
      await editor.ask();
      assert.equal(
        (fake.generations[0]?.body['options'] as { num_predict: number }).num_predict,
        3,
      );
    });

    test('answer an entry selected in the suggestion list with the entry and more', async () => {
      const { daemon, editor } = await start({ answer: () => answering('(2)', ';\n') });
      await editor.type('prices.to');
      const answer = await daemon.connection.sendRequest(InlineCompletionRequest.type, {
        textDocument: { uri: URI },
        position: { line: 1, character: 23 },
        context: {
          triggerKind: InlineCompletionTriggerKind.Automatic,
          selectedCompletionInfo: {
            range: { start: { line: 1, character: 21 }, end: { line: 1, character: 23 } },
            text: 'toFixed',
          },
        },
      });
      const [item] = answer as InlineCompletionItem[];
      assert.equal(item?.insertText, 'toFixed(2);');
      assert.deepEqual(item.range?.start, { line: 1, character: 21 });
    });

    test('are advertised with an accept command to every client but our own extension', async () => {
      const { daemon } = await start();
      assert.equal(daemon.initialized.capabilities.executeCommandProvider, undefined);
      const other = await start({}, { initialization: { clientId: 'another editor' } });
      const commands = other.daemon.initialized.capabilities.executeCommandProvider?.commands ?? [];
      assert.equal(commands.length, 1);
      assert.match(commands[0] ?? '', /^shortstop\.internal\.accepted\./);
    });

    test('survive a client that changes a document it never opened', async () => {
      const { daemon, editor } = await start();
      await daemon.connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: 'file:///never-opened.ts', version: 2 },
        contentChanges: [{ text: 'x' }],
      });
      assert.equal((await editor.ask())?.text, SERVED);
    });
  });
}
