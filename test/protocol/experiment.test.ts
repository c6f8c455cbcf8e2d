import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { ShowMessageNotification } from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import {
  AdoptExperimentRequest,
  ExperimentRequest,
  StartExperimentRequest,
  StopExperimentRequest,
  type StartExperimentParams,
} from '../../shared/learning-protocol.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import type { Experiment } from '../../shared/stats.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon, type Mode } from '../support/daemon.ts';
import { FAKE_MODEL, FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const BEFORE = 'function total(prices: number[]): number {\n  const sum = ';
const AFTER = '\n  return sum;\n}\n';
const WANTED = 'prices.reduce((a, b) => a + b, 0);';
const ANSWER = answering('prices', '.reduce', '((a, b)', ' => a + b', ', 0)', ';\n', '  return');
const LENGTHS: StartExperimentParams = {
  a: { 'stopping.maxTokens': 64 },
  b: { 'stopping.maxTokens': 2 },
  endpoint: 'matches',
};

interface Running {
  readonly daemon: ConnectedDaemon;
  readonly fake: FakeOllama;
  readonly notices: string[];
}

async function start(t: TestContext, mode: Mode, stateDir: string): Promise<Running> {
  const models = [{ name: FAKE_MODEL }, { name: 'qwen2.5-coder:1.5b' }];
  const fake = await FakeOllama.start({ models, answer: () => ANSWER });
  t.after(() => fake.stop());
  const daemon = await connectDaemon(mode, {
    url: fake.url,
    settings: { controlRate: 0, withheldRate: 0, debounce: 0 },
    stateDir,
    initialization: { simulatedUser: true },
  });
  const notices: string[] = [];
  daemon.connection.onNotification(ShowMessageNotification.type, ({ message }) => {
    notices.push(message);
  });
  await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
  return { daemon, fake, notices };
}

function folder(t: TestContext): string {
  const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-experiment-'));
  t.after(() => rmSync(stateDir, { recursive: true, force: true }));
  return stateDir;
}

function rows<Row>(stateDir: string, sql: string): Row[] {
  const database = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}

let files = 0;

/** One stretch of somebody who wants the whole line: accepts what is right, types the rest, and saves. */
async function write({ connection }: ConnectedDaemon, keys = 1): Promise<void> {
  files += 1;
  const uri = `file:///project/total-${files}.ts`;
  const editor = await SimulatedEditor.open(connection, uri, 'typescript', '');
  await editor.replace(0, 0, BEFORE + AFTER);
  await editor.replace(BEFORE.length, BEFORE.length, '');
  for (let key = 1; key < keys; key += 1) {
    await editor.ask();
    await editor.type(key % 2 ? 'x' : 'y');
  }
  const ghost = await editor.ask();
  if (ghost && keys === 1) await editor.accept(ghost);
  await editor.type(WANTED.slice(editor.cursor - BEFORE.length));
  await editor.save();
}

const current = ({ connection }: ConnectedDaemon): Promise<Experiment | null> =>
  connection.sendRequest(ExperimentRequest.type);

const capOf = ({ body }: FakeRequest) =>
  (body['options'] as { num_predict?: number } | undefined)?.num_predict;

for (const mode of MODES) {
  describe(`an experiment, ${mode}`, () => {
    test('with a planted difference reaches its verdict, is told, stored, and adopted', async (t) => {
      const stateDir = folder(t);
      const first = await start(t, mode, stateDir);
      assert.equal(await current(first.daemon), null);
      const begun = await first.daemon.connection.sendRequest(StartExperimentRequest.type, LENGTHS);
      assert.equal(begun.verdict, null);
      for (let i = 0; i < 5; i += 1) await write(first.daemon);
      await first.daemon.stop();

      const { daemon, notices } = await start(t, mode, stateDir);
      const resumed = await current(daemon);
      assert.equal(resumed?.id, begun.id, 'it survives a restart');
      assert.equal(resumed.a.units + resumed.b.units, 5);
      let experiment: Experiment | null = resumed;
      for (let i = 0; i < 100 && !experiment?.verdict; i += 1) {
        await write(daemon);
        experiment = await current(daemon);
      }
      const { verdict } = experiment ?? {};
      assert.ok(verdict, 'there is a verdict');
      assert.deepEqual(
        [verdict.kind, verdict.winner, verdict.endpoint],
        ['better', 'a', 'matches'],
      );
      assert.equal(experiment?.a.means.matches, 1);
      assert.equal(experiment.b.means.matches, 0);
      await until(() => notices.length > 0, 'the verdict is told');
      assert.match(
        notices.join(),
        /maxTokens 64\) against B \(maxTokens 2\) has ended\. A is better in exact matches/,
      );

      const { experiment: shown } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.deepEqual(shown?.verdict, verdict);
      const adopted = await daemon.connection.sendRequest(AdoptExperimentRequest.type);
      assert.deepEqual(adopted, LENGTHS.a);
      assert.ok(((await current(daemon))?.adoptedAt ?? 0) > 0);
      await daemon.stop();
      const [row] = rows<{ id: string; verdict: string; adopted_at: number; state: string }>(
        stateDir,
        'SELECT * FROM experiments',
      );
      assert.deepEqual(JSON.parse(row?.verdict ?? ''), verdict);
      assert.ok((row?.adopted_at ?? 0) >= verdict.at);
      assert.doesNotMatch(row?.state ?? '', /reduce/);
    });

    test('a stretch keeps its arm, and the engine is asked as that arm says', async (t) => {
      const stateDir = folder(t);
      const { daemon, fake } = await start(t, mode, stateDir);
      await daemon.connection.sendRequest(StartExperimentRequest.type, LENGTHS);
      const before = fake.generations.length;
      for (let i = 0; i < 12; i += 1) await write(daemon, 4);
      await daemon.stop();
      const stored = rows<{ episode_id: string; arm: string; propensity: number }>(
        stateDir,
        'SELECT episode_id, arm, propensity FROM requests ORDER BY at, rowid',
      );
      const arms = new Map<string, Set<string>>();
      for (const { episode_id: episode, arm, propensity } of stored) {
        assert.equal(propensity, 0.5);
        arms.set(episode, (arms.get(episode) ?? new Set()).add(arm));
      }
      assert.ok([...arms.values()].every((each) => each.size === 1));
      assert.ok(stored.length > arms.size, 'stretches of several requests');
      const names = new Set(
        [...arms.values()].flatMap((each) => [...each].map((arm) => arm.at(-1))),
      );
      assert.deepEqual([...names].sort(), ['a', 'b']);
      const caps = fake.generations.slice(before).map(capOf);
      const count = (name: string) => stored.filter(({ arm }) => arm.endsWith(name)).length;
      assert.equal(caps.filter((cap) => cap === 64).length, count(':a'));
      assert.equal(caps.filter((cap) => cap === 2).length, count(':b'));
    });

    test('two models take turns, by stretch', async (t) => {
      const stateDir = folder(t);
      const { daemon } = await start(t, mode, stateDir);
      const params = { a: {}, b: { model: 'qwen2.5-coder:1.5b' }, endpoint: 'latency' as const };
      await daemon.connection.sendRequest(StartExperimentRequest.type, params);
      for (let i = 0; i < 12; i += 1) await write(daemon);
      await daemon.stop();
      const stored = rows<{ arm: string; model: string }>(
        stateDir,
        'SELECT DISTINCT substr(arm, -1) AS arm, model FROM requests ORDER BY arm',
      );
      assert.deepEqual(stored, [
        { arm: 'a', model: FAKE_MODEL },
        { arm: 'b', model: 'qwen2.5-coder:1.5b' },
      ]);
    });

    test('is refused in a sentence where it can’t be', async (t) => {
      const { daemon } = await start(t, mode, folder(t));
      const { connection } = daemon;
      const starting = (params: object) =>
        connection.sendRequest(StartExperimentRequest.type, params as StartExperimentParams);
      await assert.rejects(connection.sendRequest(AdoptExperimentRequest.type), /no experiment/);
      await assert.rejects(starting({}), /an experiment|verdict falls on/);
      await assert.rejects(starting({ ...LENGTHS, endpoint: 'joy' }), /matches, tokens/);
      await assert.rejects(starting({ ...LENGTHS, b: { model: 'nobody:1b' } }), /nobody:1b/);
      await daemon.configure({ learning: { enabled: false } });
      await connection.sendRequest(StatsRequest.type, {});
      await assert.rejects(starting(LENGTHS), /learning\.enabled/);
      await daemon.configure({ learning: { enabled: true } });
      await connection.sendRequest(StatsRequest.type, {});
      await starting(LENGTHS);
      await assert.rejects(starting(LENGTHS), /An experiment goes on/);
      await assert.rejects(connection.sendRequest(AdoptExperimentRequest.type), /goes on/);
      const stopped = await connection.sendRequest(StopExperimentRequest.type);
      assert.equal(stopped.verdict?.kind, 'stopped');
      await assert.rejects(connection.sendRequest(StopExperimentRequest.type), /ended already/);
      await assert.rejects(connection.sendRequest(AdoptExperimentRequest.type), /without a winner/);
      await daemon.stop();
    });
  });
}
