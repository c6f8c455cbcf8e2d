import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import {
  DidCloseTextDocumentNotification,
  ExecuteCommandRequest,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { StatsRequest, type InitializationOptions } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';
import { settledRows } from '../support/ledger-reader.ts';

const URI = 'file:///project/total.ts';
const BEFORE = 'function total(prices: number[]): number {\n  const sum = ';
const AFTER = '\n  return sum;\n}\n';
const SERVED = 'prices.reduce((a, b) => a + b, 0);';
const ANSWER = answering('prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

async function open(connection: ProtocolConnection, uri = URI): Promise<SimulatedEditor> {
  const editor = await SimulatedEditor.open(connection, uri, 'typescript', '');
  await editor.replace(0, 0, BEFORE + AFTER);
  await editor.replace(BEFORE.length, BEFORE.length, '');
  return editor;
}

for (const mode of MODES) {
  describe(`outcomes, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(
      stateDir?: string,
      initialization: InitializationOptions = {},
    ): Promise<ConnectedDaemon> {
      const fake = await FakeOllama.start({ answer: () => ANSWER });
      cleanUps.push(() => fake.stop());
      const daemon = await connectDaemon(mode, {
        url: fake.url,
        settings: SETTINGS,
        initialization,
        ...(stateDir !== undefined && { stateDir }),
      });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      return daemon;
    }

    /** One suggestion, what the user does with it, a save by hand, and the row that comes of it. */
    async function rowAfter(
      act: (editor: SimulatedEditor, daemon: ConnectedDaemon) => Promise<void>,
    ) {
      const daemon = await start();
      cleanUps.push(() => daemon.stop());
      const editor = await open(daemon.connection);
      await act(editor, daemon);
      await editor.save();
      const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
      const [row] = settledRows(daemon.stateDir);
      assert.ok(row, 'an episode settled');
      return { row, stats };
    }

    test('a full accept is an exact match', async () => {
      const { row, stats } = await rowAfter(async (editor) => {
        const ghost = await editor.ask();
        assert.ok(ghost);
        await editor.accept(ghost);
      });
      assert.equal(row.outcome, 'accepted');
      assert.equal(row.exact_match, 1);
      assert.equal(row.settled_by, 'save');
      assert.equal(stats.outcomes.accepted, 1);
      assert.equal(stats.exactMatch.n, 1);
    });

    test('an accept that is edited afterwards is accepted, but no exact match', async () => {
      const { row } = await rowAfter(async (editor) => {
        const ghost = await editor.ask();
        assert.ok(ghost);
        await editor.accept(ghost);
        await editor.replace(editor.cursor - 3, editor.cursor - 2, '100');
      });
      assert.equal(row.outcome, 'accepted');
      assert.equal(row.exact_match, 0);
    });

    test('a word accepted and something else typed is partly accepted', async () => {
      const { row } = await rowAfter(async (editor) => {
        await editor.ask();
        await editor.replace(editor.cursor, editor.cursor, 'prices');
        await editor.type('[0];');
      });
      assert.equal(row.outcome, 'partly-accepted');
      assert.equal(row.exact_match, 0);
    });

    test('typing all of it is typed through, and an exact match', async () => {
      const { row } = await rowAfter(async (editor) => {
        await editor.ask();
        await editor.type(SERVED);
      });
      assert.equal(row.outcome, 'typed-through');
      assert.equal(row.exact_match, 1);
    });

    test('typing something else is rejected', async () => {
      const { row } = await rowAfter(async (editor) => {
        await editor.ask();
        await editor.type('0;');
      });
      assert.equal(row.outcome, 'rejected');
      assert.equal(row.exact_match, 0);
    });

    test('leaving it is ignored', async () => {
      const { row } = await rowAfter(async (editor) => {
        await editor.ask();
      });
      assert.equal(row.outcome, 'ignored');
      assert.equal(row.exact_match, 0);
    });

    test('closing the document settles what is open', async () => {
      const { row } = await rowAfter(async (editor, daemon) => {
        const ghost = await editor.ask();
        assert.ok(ghost);
        await editor.accept(ghost);
        await daemon.connection.sendNotification(DidCloseTextDocumentNotification.type, {
          textDocument: { uri: URI },
        });
      });
      assert.equal(row.outcome, 'accepted');
      assert.equal(row.settled_by, 'closed');
    });

    test('another editor tells of an accept by the command of the item', async () => {
      const daemon = await start(undefined, { clientId: 'another editor' });
      cleanUps.push(() => daemon.stop());
      const editor = await open(daemon.connection);
      const ghost = await editor.ask();
      assert.ok(ghost);
      await editor.replace(ghost.start, ghost.end, ghost.text);
      const command = daemon.initialized.capabilities.executeCommandProvider?.commands[0] ?? '';
      const params = { command, arguments: [ghost.suggestionId] };
      await daemon.connection.sendRequest(ExecuteCommandRequest.type, params);
      await editor.save();
      await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(settledRows(daemon.stateDir)[0]?.outcome, 'accepted');
    });

    test('what is unsettled survives a restart, and its code is gone once it has settled', async () => {
      const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-restart-'));
      cleanUps.push(() => {
        rmSync(stateDir, { recursive: true, force: true });
        return Promise.resolve();
      });
      const first = await start(stateDir);
      const editor = await open(first.connection);
      const ghost = await editor.ask();
      assert.ok(ghost);
      await editor.accept(ghost);
      await first.connection.sendRequest(StatsRequest.type, {});
      if (mode === 'spawned') {
        await new Promise((resolve) => setTimeout(resolve, 1200));
        await first.kill();
      } else {
        await first.stop();
      }
      const second = await start(stateDir);
      const reopened = await SimulatedEditor.open(
        second.connection,
        URI,
        'typescript',
        editor.text,
      );
      await reopened.save();
      await second.stop();
      const [row] = settledRows(stateDir);
      assert.equal(row?.outcome, 'accepted');
      assert.equal(row.exact_match, 1);
      for (const file of readdirSync(stateDir)) {
        const bytes = readFileSync(join(stateDir, file));
        assert.ok(!bytes.includes('prices.reduce'), `code in ${file}`);
      }
    });
  });
}
