import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { AskRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const URI = 'file:///project/total.ts';
const BEFORE = 'function total(prices: number[]): number {\n  const sum = ';
const AFTER = '\n  return sum;\n}\n';
const SERVED = 'prices.reduce((a, b) => a + b, 0);';
const ANSWER = answering('prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');
const REST = answering('  return', ' sum', ';\n');
/** A suggestion leaves 26 tokens until the cap. */
const SETTINGS = {
  ...{ controlRate: 0, withheldRate: 0, debounce: 0 },
  stopping: { preset: 'balanced', maxTokens: 32 },
};
/** An answer to a question, a fifth of which is enough for what is left of a suggestion. */
const CHAT_PIECES = Array.from({ length: 200 }, (_, at) => ` word${at}`);

/** The prompt that ends in what was served, and asks for the rest. */
const isShadow = (request: FakeRequest) => promptOf(request).endsWith(`${SERVED}\n`);

function promptOf(request: FakeRequest | undefined): string {
  return String(request?.body['prompt']);
}

for (const mode of MODES) {
  describe(`a suggestion that was stopped early, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    /** One suggestion, and then nobody does anything. */
    async function offered(learning: object, { spent = true } = {}) {
      const fake = await FakeOllama.start({
        chatPieces: CHAT_PIECES,
        answer: (request) => (isShadow(request) ? REST : ANSWER),
      });
      cleanUps.push(() => fake.stop());
      const settings = { ...SETTINGS, learning };
      const daemon = await connectDaemon(mode, { url: fake.url, settings });
      cleanUps.push(() => daemon.stop());
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
      if (spent) {
        await daemon.connection.sendRequest(AskRequest.type, {
          ...{ question: 'What is this?', textDocument: { uri: URI }, partialResultToken: 'ask' },
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        });
      }
      await editor.replace(0, 0, BEFORE + AFTER);
      await editor.replace(BEFORE.length, BEFORE.length, '');
      const ghost = await editor.ask();
      assert.equal(ghost?.text, SERVED);
      return { fake, daemon, editor, ghost };
    }

    const shadows = (fake: FakeOllama) => fake.generations.filter(isShadow);

    test('is continued at idle, learned from, and counted', async () => {
      const { fake, daemon, editor, ghost } = await offered({});
      await until(() => shadows(fake).some(({ finished }) => finished), 'the rest of it');
      const asked = fake.generations.find(
        (request) => promptOf(request).includes('const sum = ') && !isShadow(request),
      );
      assert.deepEqual(shadows(fake).map(promptOf), [`${promptOf(asked)}${SERVED}\n`]);
      await pause(1_200);
      await editor.accept(ghost);
      await editor.save();
      const { tokens } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(tokens.shadows, 3);
      const { drawn, trace, text } = evidenceIn(daemon);
      assert.equal(drawn, 'shadow');
      assert.partialDeepStrictEqual(trace, {
        ...{ complete: true, anchored: true, drawn: { how: 'shadow', probability: 1 } },
        ...{ matchOffset: SERVED.length, served: { matched: true } },
      });
      assert.doesNotMatch(text, /reduce|prices|return/);
    });

    test('is left as it is where too little may be spent on it, little was spent today, or learning is off', async () => {
      const all = await Promise.all([
        offered({ shadowTokensPerHour: 0 }),
        offered({ shadowTokensPerHour: 20 }),
        offered({}, { spent: false }),
        offered({ enabled: false }),
      ]);
      await pause(7_500);
      for (const { fake } of all) assert.deepEqual(shadows(fake), []);
    });
  });
}

function evidenceIn({ stateDir }: ConnectedDaemon) {
  const database = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
  try {
    const rows = database
      .prepare<[], { drawn: string; trace: string }>('SELECT drawn, trace FROM evidence')
      .all();
    assert.equal(rows.length, 1);
    const [row] = rows;
    assert.ok(row);
    return { drawn: row.drawn, text: row.trace, trace: JSON.parse(row.trace) as object };
  } finally {
    database.close();
  }
}
