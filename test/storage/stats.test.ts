import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { readStats } from '../../server/figures/stats.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { RequestRecord } from '../../server/outcomes/records.ts';
import type { Store } from '../../server/storage/store.ts';
import { OUTCOMES, STOP_REASONS, type Stats } from '../../shared/stats.ts';
import { openEpisode, request, settledEpisode, storeAt, tail, temporaryDatabase } from './rows.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/statistics.md'), 'utf8');

/** The page's queries by the name in the comment before each. */
const queries = [...page.matchAll(/^-- (.+)\n([^;]+);/gm)].map(([, name = '', sql = '']) => ({
  name,
  sql,
}));

/** What the figure of that name is in `stats`: a path, or `avoided: baseline, unit`. */
function figure(stats: Stats, name: string): unknown {
  const avoided = /^avoided: (.+), (.+)$/.exec(name);
  if (avoided) {
    const [, baseline, unit] = avoided;
    return stats.avoided.find((one) => one.baseline === baseline && one.unit === unit)?.net.value;
  }
  return name.split('.').reduce<unknown>((value, key) => {
    assert.ok(typeof value === 'object' && value !== null && key in value, name);
    return (value as Record<string, unknown>)[key];
  }, stats);
}

/** Rows of every kind, drawn at random, from one hour to the next. */
function fill({ ledger }: Store, episodes: number): void {
  const random = seededRandom(23);
  const upTo = (limit: number) => Math.floor(random() * (limit + 1));
  const oneOf = <T>(values: readonly T[]): T => values[upTo(values.length - 1)] as T;
  ledger.recordSpanTokens({ by: 'calibration', at: 5, tokens: 31 });
  ledger.recordSpanTokens({ by: 'comparison', at: 6, tokens: 7 });
  for (let index = 0; index < episodes; index++) {
    const episodeId = `e${index}`;
    const at = 1_000 * index;
    const control = random() < 0.4;
    const offered = random() < 0.8;
    const open = openEpisode(episodeId, { startedAt: at, control, controlRate: 0.4 });
    ledger.saveOpenEpisode(offered ? open : { ...open, offered: null, offers: 0 });
    for (let count = 0; count <= upTo(2); count++) {
      const id = `${episodeId}-${count}`;
      const ended = oneOf(['stopped', 'stopped', 'stopped', 'cancelled', 'failed'] as const);
      const stopReason = ended === 'stopped' ? oneOf(STOP_REASONS) : null;
      const tokensAtStop = 1 + upTo(30);
      ledger.recordRequest(
        request(id, episodeId, {
          at: at + count,
          control,
          controlRate: 0.4,
          maxTokens: oneOf([64, 128]),
          msPerToken: oneOf([null, 12.5, 40]),
          ended,
          stopReason,
          tokensAtStop,
          tokensAtFirstNewline: oneOf([null, 1 + upTo(tokensAtStop - 1)]),
          firstTokenMs: oneOf([null, 50 + upTo(500)]),
          stopMs: ended === 'stopped' ? 600 + upTo(500) : null,
          offered: ended === 'stopped' && offered,
          model: oneOf(['one', 'two']),
        }),
      );
      const counted = random() < 0.5;
      ledger.recordCost({
        ...{ requestId: id, engineMs: 100 + upTo(900), gpuShare: oneOf([null, 0, 1]) },
        ...{ promptTokens: counted ? 20 + upTo(200) : null, joules: null, meter: null },
        ...(random() < 0.3 && { joules: random() * 20, meter: 'rapl' }),
      });
      ledger.recordClock({ requestId: id, afterMs: upTo(5000), endedBy: 'typed-otherwise' });
      if (ended === 'stopped' && index % 10 === 0) {
        const cost = { tokens: index % 60, ms: 7 * index };
        ledger.recordShadowTail({ requestId: id, at: at + 9_000, ended: 'cap', ...cost });
      }
      if (ended !== 'stopped' || random() < (control ? 0.1 : 0.75)) continue;
      const tokens = tokensAtStop + upTo(100);
      const tokensAtFirstNewline = control ? oneOf([null, tokens]) : tokens;
      const whole = oneOf(['natural-end', 'superseded', 'pre-empted'] as const);
      const tailEnd = control ? whole : 'newline';
      ledger.recordControlTail(
        tail(id, { tokens, tokensAtFirstNewline, tailMs: upTo(900), ended: tailEnd }),
      );
    }
    if (random() < 0.5) {
      ledger.recordMemoryAnswer({ suggestionId: 's', at, answerMs: random() * 5 });
    }
    if (random() < 0.1) continue;
    const outcome = offered ? oneOf(OUTCOMES) : null;
    const exactMatch = outcome === null || outcome === 'unknown' ? null : random() < 0.3;
    const premature = random() < 0.2;
    const judged = { reachable: true, premature, overrun: !premature && random() < 0.3 };
    const told = random() < 0.7 ? { judged } : {};
    ledger.settleEpisode(settledEpisode(episodeId, { outcome, exactMatch, ...told }));
  }
}

function filled(t: TestContext) {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  fill(store, 400);
  const sql = new Database(path, { readonly: true });
  t.after(() => sql.close());
  return { store, sql };
}

test('every query of docs/statistics.md gives the figure of its name', (t) => {
  const { store, sql } = filled(t);
  const stats = readStats(store.figures, null, 1_000_000);
  assert.ok(queries.length >= 20);
  for (const { name, sql: query } of queries) {
    const expected: unknown = sql.prepare(query).pluck().get();
    const found = figure(stats, name);
    assert.ok(typeof expected === 'number' && typeof found === 'number', name);
    assert.ok(expected !== 0 || name === 'simulated', `${name} should not be trivial`);
    assert.ok(Math.abs(found - expected) <= 1e-9 * Math.abs(expected), `${name}: ${found}`);
  }
});

test('the page has a query for every count, every outcome and every avoided figure', (t) => {
  const { store } = filled(t);
  const stats = readStats(store.figures, null, 1_000_000);
  const names = new Set(queries.map(({ name }) => name));
  for (const key of Object.keys(stats.requests)) assert.ok(names.has(`requests.${key}`), key);
  for (const key of Object.keys(stats.outcomes)) assert.ok(names.has(`outcomes.${key}`), key);
  for (const key of Object.keys(stats.tokens)) assert.ok(names.has(`tokens.${key}`), key);
  for (const { baseline, unit } of stats.avoided) {
    assert.ok(names.has(`avoided: ${baseline}, ${unit}`), baseline);
  }
});

test('a window counts what was asked or begun in it', (t) => {
  const { store, sql } = filled(t);
  const stats = readStats(store.figures, 200_000, 1_000_000);
  const count = (query: string): unknown => sql.prepare(query).pluck().get();
  assert.equal(stats.requests.engine, count('SELECT count(*) FROM requests WHERE at >= 200000'));
  assert.equal(
    stats.outcomes.accepted,
    count(`SELECT count(*) FROM episodes WHERE started_at >= 200000 AND outcome = 'accepted'`),
  );
  assert.deepEqual([stats.from, stats.to], [200_000, 1_000_000]);
  assert.ok(stats.requests.engine < readStats(store.figures, null, 0).requests.engine);
});

test('days add up to what was asked in them, days without a row among them', (t) => {
  const { store } = filled(t);
  const { days, requests, tokens, typing } = readStats(store.figures, null, 400_000);
  const total = (count: (day: Stats['days'][number]) => number) =>
    days.reduce((sum, day) => sum + count(day), 0);
  assert.equal(days.length, 30);
  assert.equal(days.filter(({ requests: n }) => n === 0).length >= 28, true);
  assert.equal(
    total((day) => day.requests),
    requests.engine,
  );
  assert.equal(
    total((day) => day.tokens),
    tokens.spent - tokens.measuring - tokens.shadows,
  );
  assert.equal(
    total((day) => day.acceptedChars),
    typing.acceptedChars,
  );
});

test('the last requests are listed one by one, the newest first', (t) => {
  const { store } = filled(t);
  const { recent } = readStats(store.figures, 0, 400_000);
  assert.equal(recent.length, 20);
  assert.deepEqual(
    recent.map(({ at }) => at),
    recent.map(({ at }) => at).sort((a, b) => b - a),
  );
  for (const { fate, stopReason, outcome } of recent) {
    assert.equal(stopReason === null, fate === 'cancelled' || fate === 'failed');
    assert.ok(fate === 'offered' || outcome === null);
  }
});

test('of a stretch each request has its own fate, and the outcome stands at its first offer alone', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  const { ledger } = store;
  ledger.saveOpenEpisode(openEpisode('e'));
  const inTurn: Partial<RequestRecord>[] = [
    { ended: 'cancelled', stopReason: null, offered: false, servedChars: 0 },
    { stopReason: 'hopeless', offered: false, servedChars: 0 },
    { offered: false },
    {},
    { first: false },
    { offered: false, servedChars: 0, withheld: true },
    { ended: 'failed', stopReason: null, errorCode: 'timeout', offered: false },
  ];
  inTurn.forEach((changes, index) => {
    ledger.recordRequest(request(`r${index}`, 'e', { at: 1_000 + index, ...changes }));
  });
  const told = () => store.figures.recent(20).map(({ fate, outcome }) => [fate, outcome]);
  assert.deepEqual(told(), [
    ['failed', null],
    ['withheld', null],
    ['offered', null],
    ['offered', 'pending'],
    ['late', null],
    ['nothing', null],
    ['cancelled', null],
  ]);
  ledger.settleEpisode(settledEpisode('e', { outcome: 'rejected' }));
  assert.deepEqual(
    told().map(([, outcome]) => outcome),
    [null, null, null, 'rejected', null, null, null],
  );
});

test('a day says what it saved against first newline, as a window of that day does, once it has 20 requests', (t) => {
  const { store, sql } = filled(t);
  const { days, avoided } = readStats(store.figures, null, 400_000);
  const counted = sql.prepare('SELECT count(*) FROM requests').pluck().get() as number;
  assert.ok(counted >= 20);
  const today = days.find(({ requests }) => requests === counted);
  const whole = avoided.find(
    ({ baseline, unit }) => baseline === 'first newline' && unit === 'tokens',
  );
  assert.deepEqual(today?.saved, whole?.net);

  const thin = storeAt(t, temporaryDatabase(t));
  for (let index = 0; index < 19; index++) {
    thin.ledger.saveOpenEpisode(openEpisode(`e${index}`));
    thin.ledger.recordRequest(request(`r${index}`, `e${index}`));
  }
  const savedOf = () => readStats(thin.figures, null, 400_000).days.at(-1)?.saved.value;
  assert.equal(savedOf(), null);
  thin.ledger.recordRequest(request('r19', 'e0'));
  assert.notEqual(savedOf(), null);
});

test('a longer answer that was asked for is not compared with first newline', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  store.ledger.saveOpenEpisode(openEpisode('e'));
  const long = { tokensAtFirstNewline: 5, tokensAtStop: 45, maxTokens: 128, controlRate: 0.02 };
  const saved = () =>
    readStats(store.figures, null, 400_000).avoided.find(
      ({ baseline, unit }) => baseline === 'first newline' && unit === 'tokens',
    )?.net.value;
  store.ledger.recordRequest(request('r1', 'e', { ...long, trigger: 'complete-here' }));
  assert.equal(saved(), 0);
  store.ledger.recordRequest(request('r2', 'e', long));
  assert.equal(saved(), -40);
});

test('stop reasons and models add up to the requests they are of', (t) => {
  const { store, sql } = filled(t);
  const { stopReasons, models, requests } = readStats(store.figures, null, 0);
  const total = (rows: readonly { n: number }[]) => rows.reduce((sum, { n }) => sum + n, 0);
  assert.equal(total(models), requests.engine);
  assert.equal(total(stopReasons), requests.engine - requests.cancelled - requests.failed);
  const tokens = stopReasons.reduce((sum, { n, meanTokens }) => sum + n * meanTokens, 0);
  const expected: unknown = sql
    .prepare(`SELECT sum(tokens_at_stop) FROM requests WHERE ended = 'stopped'`)
    .pluck()
    .get();
  assert.equal(Math.round(tokens), expected);
});

test('an empty database has no figure but zeros', (t) => {
  const stats = readStats(storeAt(t, temporaryDatabase(t)).figures, null, 0);
  assert.equal(stats.requests.engine, 0);
  assert.deepEqual(stats.exactMatch, { value: null, low: null, high: null, n: 0 });
  for (const { net } of stats.avoided) assert.equal(net.value, null);
  assert.deepEqual(stats.latency.answerMs, { p50: null, p95: null, n: 0 });
});
