import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import type { EvidenceRow } from '../../server/learning/evidence-rows.ts';
import type { Store } from '../../server/storage/store.ts';
import { labelled } from './evidence-rows.ts';
import { storeAt, temporaryDatabase } from './rows.ts';

function row(id: string, change: Partial<EvidenceRow> = {}): EvidenceRow {
  const trace = labelled([true]);
  const about = { modelDigest: 'sha256:00', engine: 'ollama', answers: 'a' };
  return { id, at: 1_000, ...about, simulated: false, trace, ...change };
}

const MODEL = { modelDigest: 'sha256:00', engine: 'ollama' };
const followed = ({ evidence }: Store, limit = 10) => evidence.followed(MODEL, 'a', limit);
/** Told from others by its problem. */
const named = (problem: string, at = 1_000) =>
  row(problem, { at, trace: labelled([true], { problem }) });
const names = (store: Store, limit?: number) =>
  followed(store, limit).map(({ problem }) => problem);

test('a trace is read back as it was, by its model, its engine and its answers', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  const trace = labelled([false, true], { decided: undefined });
  const { decided, ...kept } = trace;
  assert.equal(decided, undefined);
  store.evidence.save(row('r1', { trace }));
  const others = [{ modelDigest: 'sha256:11' }, { engine: 'embedded' }, { answers: 'b' }];
  for (const [i, other] of [...others, { simulated: true }].entries())
    store.evidence.save(row(`other ${i}`, other));
  assert.deepEqual(followed(store), [kept]);
});

test('of those that went on behind their stop, the ones without an offer are counted', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  const withheld = { how: 'withheld', probability: 0.01 } as const;
  const served = { how: 'served', probability: 0.9 } as const;
  for (const [i, drawn] of [withheld, withheld, served].entries()) {
    const trace = labelled([true], { drawn, anchored: drawn === served });
    store.evidence.save(row(`r${i}`, { at: i, trace }));
  }
  store.evidence.save(row('control'));
  assert.equal(followed(store).length, 3);
  assert.deepEqual(store.evidence.count(MODEL, 'a', 0), { total: 2, fresh: 1 });
});

test('of many, the newest are read, oldest first', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  for (const at of [3, 1, 4, 2]) store.evidence.save(named(`r${at}`, at));
  assert.deepEqual(names(store, 3), ['r2', 'r3', 'r4']);
});

test('what another set of features was computed for is left out', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  for (const id of ['r1', 'r2']) store.evidence.save(named(id));
  assert.equal(followed(store).length, 2);
  const sql = new Database(path);
  t.after(() => sql.close());
  sql.exec(`UPDATE evidence SET trace = json_set(trace, '$.fixed', json('[1]')) WHERE id = 'r1'`);
  assert.deepEqual(names(store), ['r2']);
});

test('traces go with their age, with their number, and with everything', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const day = 86_400_000;
  store.evidence.save(named('old', 9 * day));
  store.evidence.save(named('new', 19 * day));
  store.applyRetention(10, 20 * day);
  assert.deepEqual(names(store), ['new']);
  const sql = new Database(path);
  t.after(() => sql.close());
  sql.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
    INSERT INTO evidence SELECT 'c' || i, at - i, model_digest, language_id, context_kind, drawn, anchored,
      simulated, trace, engine, answers FROM evidence, n`);
  store.applyRetention(10, 20 * day);
  assert.equal(sql.prepare('SELECT count(*) FROM evidence').pluck().get(), 10_000);
  assert.deepEqual(names(store, 1), ['new']);
  store.deleteAll();
  assert.deepEqual(followed(store), []);
});
