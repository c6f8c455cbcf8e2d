import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { AskRequest, CompleteHereRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const URI = 'file:///project/total.ts';
/** Eight tokens to its line's end, all of them probable. */
const ANSWER = answering('a', ' +', ' b', ' +', ' c', ' +', ' d', ';\n', 'next');
const ANSWER_TOKENS = 8;
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

for (const mode of MODES) {
  describe(`a budget of a day, ${mode}`, () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(budget: object) {
      const fake = await FakeOllama.start({ answer: () => ANSWER });
      cleanUps.push(() => fake.stop());
      const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-budget-'));
      cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
      const connect = async () => {
        const settings = { ...SETTINGS, budget };
        const daemon = await connectDaemon(mode, { url: fake.url, settings, stateDir });
        await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
        const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
        fake.requests.length = 0;
        return { daemon, editor };
      };
      return { fake, connect };
    }

    test('stops asking once it is spent, says why, lets a command through, and so after a restart', async () => {
      const { fake, connect } = await start({ tokensPerDay: ANSWER_TOKENS });
      const { daemon, editor } = await connect();
      assert.equal(await typeLine(editor, 1), 'a + b + c + d;');
      await until(() => daemon.statuses.at(-1)?.budget?.spent !== undefined, 'the budget is spent');
      const { gauges, spent } = daemon.statuses.at(-1)?.budget ?? {};
      assert.deepEqual(gauges, [{ of: 'day', spent: ANSWER_TOKENS, limit: ANSWER_TOKENS }]);
      assert.equal(
        spent,
        "Today's budget of 8 tokens is spent: nothing is asked while you type until midnight.",
      );
      const asked = fake.generations.length;
      assert.equal(await typeLine(editor, 2), null);
      assert.equal(fake.generations.length, asked);
      assert.match(
        daemon.log.join('\n'),
        /no completion: budget: today's budget of 8 tokens is spent/,
      );
      await editor.type('const more = ');
      const { connection } = daemon;
      const items = await connection.sendRequest(CompleteHereRequest.type, {
        textDocument: { uri: URI },
        position: { line: 2, character: 13 },
        context: { triggerKind: 1 },
      });
      assert.equal(items?.length, 1);
      const stats = await connection.sendRequest(StatsRequest.type, {});
      assert.equal(stats.budget?.[0]?.spent, stats.tokens.spent);
      await daemon.stop();
      const again = await connect();
      assert.equal(await typeLine(again.editor, 3), null);
      await again.daemon.configure({ ...SETTINGS, budget: { tokensPerDay: 0 } });
      await until(() => again.daemon.statuses.at(-1)?.budget === undefined, 'nothing is limited');
      assert.equal(await typeLine(again.editor, 4), 'a + b + c + d;');
      await again.daemon.stop();
    });

    test('counts the answer to a question, too', async () => {
      const { connect } = await start({ tokensPerDay: 100 });
      const { daemon } = await connect();
      const { tokens } = await daemon.connection.sendRequest(AskRequest.type, {
        question: 'What is this?',
        textDocument: { uri: URI },
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        partialResultToken: 'ask-1',
      });
      assert.ok(tokens > 0);
      const { budget } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(budget?.[0]?.spent, tokens);
      await daemon.stop();
    });

    test('of the session begins anew with the next one', async () => {
      const { connect } = await start({ tokensPerSession: ANSWER_TOKENS });
      const { daemon, editor } = await connect();
      assert.equal(await typeLine(editor, 1), 'a + b + c + d;');
      assert.equal(await typeLine(editor, 2), null);
      await daemon.stop();
      const again = await connect();
      assert.equal(await typeLine(again.editor, 3), 'a + b + c + d;');
      await again.daemon.stop();
    });
  });
}

test('a budget that would not last slows down before it is spent', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: new Date(2026, 0, 5, 10).getTime() });
  const fake = await FakeOllama.start({ answer: () => ANSWER });
  t.after(() => fake.stop());
  const settings = { ...SETTINGS, budget: { tokensPerDay: 400 } };
  const daemon = await connectDaemon('in-band', { url: fake.url, settings });
  t.after(() => daemon.stop());
  await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
  const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
  const served: (string | null)[] = [];
  for (let n = 0; n < 30; n++) served.push(await typeLine(editor, n));
  assert.equal(served[0], 'a + b + c + d;');
  const { budget, tokens } = await daemon.connection.sendRequest(StatsRequest.type, {});
  assert.ok(tokens.spent < 200, `${tokens.spent} tokens`);
  assert.ok((budget?.[0]?.price ?? 0) > 0.05);
  assert.equal(served.at(-1), null);
  assert.match(daemon.log.join('\n'), /no completion: budget: a token costs 0\.0\d+ matches/);
  // Two hours later there is something to spend again.
  t.mock.timers.setTime(new Date(2026, 0, 5, 12).getTime());
  assert.equal(await typeLine(editor, 31), 'a + b + c + d;');
});

/** A line of its own each time, so that nothing is answered from memory. */
async function typeLine(editor: SimulatedEditor, n: number): Promise<string | null> {
  await editor.type(`const sum${n} = `);
  const text = (await editor.ask())?.text ?? null;
  await editor.type('0;\n');
  return text;
}
