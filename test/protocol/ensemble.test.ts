import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import type { EngineTrace } from '../support/engine-traces.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const SMALL = 'qwen2.5-coder:0.5b';
const LARGE = 'qwen2.5-coder:1.5b';
const URI = 'file:///project/total.ts';
const BEFORE = 'function total(prices: number[]): number {\n  const sum = ';
const AFTER = '\n  return sum;\n}\n';

interface Row {
  readonly id: string;
  readonly model: string;
  readonly escalated_from: string | null;
  readonly escalation: string | null;
  readonly offered: number;
  readonly first: number;
  readonly ended: string;
  readonly matched: number | null;
}

/** Each token as probable as `logprob` says. */
function written(logprob: number, ...texts: readonly string[]): EngineTrace {
  return {
    ...{ id: 'made up', prompt: '', suffix: '', model: '', cap: 128, done: 'stop' },
    tokens: texts.map((text) => [text, logprob, [], 0] as const),
    prompt_tokens: 10,
  };
}

const UNSURE = written(-0.6, 'price', 's', '.sum', '()', ';\n', '  return');
const SURE = written(-0.01, 'prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');

const answerOf = ({ body }: FakeRequest) => (body['model'] === LARGE ? SURE : UNSURE);

function rowsOf(stateDir: string): Row[] {
  const database = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
  try {
    return database.prepare<[], Row>('SELECT * FROM requests ORDER BY at, rowid').all();
  } finally {
    database.close();
  }
}

for (const mode of MODES) {
  describe(`an ensemble, ${mode}`, () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(
      { budget, ...ensemble }: { models: string[]; lambda: number; budget?: object },
      options: Parameters<typeof FakeOllama.start>[0] = {},
    ): Promise<{ daemon: ConnectedDaemon; stateDir: string; fake: FakeOllama }> {
      const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-ensemble-'));
      cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
      const models = [
        { name: SMALL, digest: '1'.repeat(64) },
        { name: LARGE, digest: '2'.repeat(64) },
      ];
      const fake = await FakeOllama.start({ models, answer: answerOf, ...options });
      cleanUps.push(() => fake.stop());
      const settings = { controlRate: 0, withheldRate: 0, debounce: 0, ensemble, budget };
      const daemon = await connectDaemon(mode, { url: fake.url, settings, stateDir });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      return { daemon, stateDir, fake };
    }

    async function open({ connection }: ConnectedDaemon) {
      const editor = await SimulatedEditor.open(connection, URI, 'typescript', '');
      await editor.replace(0, 0, BEFORE + AFTER);
      await editor.replace(BEFORE.length, BEFORE.length, '');
      return editor;
    }

    const ask = async (daemon: ConnectedDaemon) => (await open(daemon)).ask();

    test('asks the larger model where the smaller one is unsure, and says so in its row', async () => {
      const { daemon, stateDir } = await start({ models: [SMALL, LARGE], lambda: 0 });
      const editor = await open(daemon);
      const ghost = await editor.ask();
      assert.equal(ghost?.text, 'prices.reduce((a, b) => a + b, 0);');
      await editor.accept(ghost);
      await editor.save();
      await daemon.stop();
      const [small, large, ...more] = rowsOf(stateDir);
      assert.deepEqual(more, []);
      assert.equal(small?.model, SMALL);
      assert.deepEqual([small.escalated_from, small.escalation], [null, null]);
      assert.deepEqual([small.first, small.offered], [1, 0]);
      assert.equal(large?.model, LARGE);
      assert.equal(large.escalated_from, small.id);
      assert.match(large.escalation ?? '', /^worth it: gain 0\.\d+ \(0\.\d+ to 0\.\d+\), still/);
      assert.deepEqual([large.first, large.offered, large.ended], [0, 1, 'stopped']);
      assert.deepEqual([small.matched, large.matched], [0, 1]);
    });

    test('does not pass a budget that the smaller one has spent, and asks on within one that lasts', async () => {
      for (const [tokensPerDay, asked] of [
        [2, [SMALL]],
        [100_000, [SMALL, LARGE]],
      ] as const) {
        const budget = { tokensPerDay, whenSpent: 'shorten' };
        const { daemon, stateDir } = await start({ models: [SMALL, LARGE], lambda: 0, budget });
        assert.ok(await ask(daemon));
        await daemon.stop();
        assert.deepEqual(
          rowsOf(stateDir).map(({ model }) => model),
          asked,
        );
      }
    });

    test('without models in its list is one model alone', async () => {
      const { daemon, stateDir, fake } = await start({ models: [], lambda: 0 });
      await ask(daemon);
      await daemon.stop();
      assert.deepEqual(
        rowsOf(stateDir).map(({ model, escalation }) => [model, escalation]),
        [[SMALL, null]],
      );
      assert.ok(fake.generations.every(({ body }) => body['model'] === SMALL));
    });

    test('serves what the smaller model wrote where the larger one is not there', async () => {
      const models = [{ name: SMALL, digest: '1'.repeat(64) }];
      const { daemon, stateDir } = await start({ models: [SMALL, LARGE], lambda: 0 }, { models });
      const ghost = await ask(daemon);
      assert.equal(ghost?.text, 'prices.sum();');
      await daemon.stop();
      const [small, ...more] = rowsOf(stateDir);
      assert.deepEqual([small?.model, small?.offered, more.length], [SMALL, 1, 0]);
      assert.ok(daemon.log.some((line) => line.includes(`${LARGE} is left out`)));
    });

    test('serves what the smaller model wrote where the larger one breaks off', async () => {
      let breaks = false;
      const { daemon, stateDir } = await start(
        { models: [SMALL, LARGE], lambda: 0 },
        {
          instead: ({ path, body }, response) => {
            const isBroken = breaks && path === '/api/generate' && body['model'] === LARGE;
            if (isBroken) response.destroy();
            return isBroken;
          },
        },
      );
      await until(() => daemon.log.some((line) => line.includes(LARGE)), 'it was measured');
      breaks = true;
      const ghost = await ask(daemon);
      assert.equal(ghost?.text, 'prices.sum();');
      await daemon.stop();
      const [small, large] = rowsOf(stateDir);
      assert.deepEqual([small?.model, small?.offered], [SMALL, 1]);
      assert.deepEqual([large?.model, large?.offered, large?.ended], [LARGE, 0, 'failed']);
      assert.equal(large?.escalated_from, small?.id);
    });
  });
}
