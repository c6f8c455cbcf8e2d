import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import type { EvidenceRow } from '../../server/learning/evidence-rows.ts';
import { labelled } from './evidence-rows.ts';
import { storeAt, temporaryDatabase } from './rows.ts';

function row(id: string, change: Partial<EvidenceRow> = {}): EvidenceRow {
  const trace = labelled([true]);
  const about = { modelDigest: 'sha256:00', engine: 'ollama', answers: 'a' };
  return { id, at: 1_000, ...about, simulated: false, trace, ...change };
}

test('a trace is read back as it was, by the digest of its model', (t) => {
  const { evidence } = storeAt(t, temporaryDatabase(t));
  const trace = labelled([false, true], { decided: undefined });
  const { decided, ...kept } = trace;
  assert.equal(decided, undefined);
  evidence.save(row('r1', { trace }));
  evidence.save(row('r2', { modelDigest: 'sha256:11' }));
  assert.deepEqual(evidence.ofModel('sha256:00', 10), [row('r1', { trace: kept })]);
  assert.deepEqual(evidence.ofModel('sha256:22', 10), []);
});

test('of many, the newest are read, oldest first', (t) => {
  const { evidence } = storeAt(t, temporaryDatabase(t));
  for (const at of [3, 1, 4, 2]) evidence.save(row(`r${at}`, { at }));
  const ids = evidence.ofModel('sha256:00', 3).map(({ id }) => id);
  assert.deepEqual(ids, ['r2', 'r3', 'r4']);
});

test('what another set of features was computed for is left out', (t) => {
  const path = temporaryDatabase(t);
  const { evidence } = storeAt(t, path);
  evidence.save(row('r1'));
  evidence.save(row('r2'));
  assert.equal(evidence.ofModel('sha256:00', 10).length, 2);
  const sql = new Database(path);
  t.after(() => sql.close());
  sql.exec(`UPDATE evidence SET trace = json_set(trace, '$.fixed', json('[1]')) WHERE id = 'r1'`);
  assert.deepEqual(
    evidence.ofModel('sha256:00', 10).map(({ id }) => id),
    ['r2'],
  );
});

test('traces go with their age, with their number, and with everything', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const day = 86_400_000;
  store.evidence.save(row('old', { at: 9 * day }));
  store.evidence.save(row('new', { at: 19 * day }));
  store.applyRetention(10, 20 * day);
  assert.deepEqual(
    store.evidence.ofModel('sha256:00', 10).map(({ id }) => id),
    ['new'],
  );
  const sql = new Database(path);
  t.after(() => sql.close());
  sql.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
    INSERT INTO evidence SELECT 'c' || i, at - i, model_digest, language_id, context_kind, drawn, anchored,
      simulated, trace, engine, answers FROM evidence, n`);
  store.applyRetention(10, 20 * day);
  assert.equal(sql.prepare('SELECT count(*) FROM evidence').pluck().get(), 10_000);
  assert.equal(store.evidence.ofModel('sha256:00', 1)[0]?.id, 'new');
  store.deleteAll();
  assert.deepEqual(store.evidence.ofModel('sha256:00', 10), []);
});
