import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { readStats } from '../../server/figures/stats.ts';
import { requireNodeApi } from '../../server/storage/database.ts';
import { MIGRATIONS } from '../../server/storage/migrate.ts';
import {
  openEpisode,
  openOffer,
  recordWhole,
  request,
  settledEpisode,
  storeAt,
  tail,
  temporaryDatabase,
} from './rows.ts';

test('a database is made at its first use, not before', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  assert.equal(existsSync(path), false);
  recordWhole(store, 'e1');
  assert.equal(existsSync(path), true);
});

test('rows hold what was recorded', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  store.ledger.saveOpenEpisode(openEpisode('e1', { control: true }));
  store.ledger.recordRequest(request('r1', 'e1', { control: true, stopReason: 'confident' }));
  store.ledger.recordControlTail(tail('r1'));
  store.ledger.recordMemoryAnswer({ suggestionId: 'r1', at: 1_300, answerMs: 0.5 });
  store.ledger.settleEpisode(settledEpisode('e1', { exactMatch: false, editSimilarity: 0.75 }));
  const rows = new Database(path, { readonly: true });
  t.after(() => rows.close());
  const only = (table: string) => rows.prepare(`SELECT * FROM ${table}`).all();
  assert.partialDeepStrictEqual(only('episodes'), [
    { id: 'e1', control: 1, offered_at: 1_050, exact_match: 0, edit_similarity: 0.75, accepts: 1 },
  ]);
  assert.partialDeepStrictEqual(only('requests'), [
    { id: 'r1', episode_id: 'e1', stop_reason: 'confident', first_token_ms: 100.5, offered: 1 },
  ]);
  assert.partialDeepStrictEqual(only('requests'), [
    { arm: 'deployed', propensity: 1, tau_done: 0.9, tau_alive: 0.17, show_bar: 0, lambda: 0 },
  ]);
  assert.deepEqual(only('control_tails'), [
    {
      request_id: 'r1',
      tokens: 12,
      tokens_at_first_newline: 7,
      tail_ms: 150,
      ended: 'natural-end',
    },
  ]);
  assert.partialDeepStrictEqual(only('memory_answers'), [{ suggestion_id: 'r1', answer_ms: 0.5 }]);
  assert.deepEqual(only('open_episodes'), []);
});

test('code is gone from the files once its episode has settled', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const secret = 'unmistakable_identifier';
  for (let index = 0; index < 200; index++) {
    const id = `e${index}`;
    const before = `${secret}${'x'.repeat(index * 7)}`;
    store.ledger.saveOpenEpisode(openEpisode(id, { before, offered: null }));
    store.ledger.saveOpenEpisode(
      openEpisode(id, { after: secret.repeat(index % 9), offered: openOffer({ text: secret }) }),
    );
    if (index >= 20) store.ledger.settleEpisode(settledEpisode(`e${index - 20}`));
  }
  assert.ok(holds(path, secret), 'while episodes are open their code is stored');
  for (let index = 180; index < 200; index++) {
    store.ledger.settleEpisode(settledEpisode(`e${index}`));
  }
  assert.equal(store.flush(), true);
  assert.equal(holds(path, secret), false);
});

test('code that may be stored stays', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  store.ledger.saveOpenEpisode(openEpisode('e1'));
  store.ledger.settleEpisode(settledEpisode('e1', { servedText: 'served_code', keptText: 'k' }));
  store.flush();
  assert.ok(holds(path, 'served_code'));
});

test('old rows go, with all that hangs on them', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const day = 86_400_000;
  for (const [id, startedAt] of [
    ['old', 9 * day],
    ['new', 11 * day],
  ] as const) {
    store.ledger.saveOpenEpisode(openEpisode(id, { startedAt }));
    store.ledger.recordRequest(request(`r-${id}`, id, { at: startedAt }));
    store.ledger.recordControlTail(tail(`r-${id}`));
    store.ledger.recordMemoryAnswer({ suggestionId: id, at: startedAt, answerMs: 1 });
  }
  store.applyRetention(10, 20 * day);
  const rows = new Database(path, { readonly: true });
  t.after(() => rows.close());
  const column = (sql: string) => rows.prepare(sql).pluck().all();
  assert.deepEqual(column('SELECT id FROM episodes'), ['new']);
  assert.deepEqual(column('SELECT episode_id FROM open_episodes'), ['new']);
  assert.deepEqual(column('SELECT id FROM requests'), ['r-new']);
  assert.deepEqual(column('SELECT request_id FROM control_tails'), ['r-new']);
  assert.deepEqual(column('SELECT suggestion_id FROM memory_answers'), ['new']);
});

test('an export holds every row, and appears only when it is complete', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  for (let index = 0; index < 3_000; index++) recordWhole(store, `e${index}`);
  const file = join(dirname(path), 'export.json');
  const rows = await store.exportTo(file);
  const { schema, tables } = JSON.parse(readFileSync(file, 'utf8')) as {
    schema: number;
    tables: Record<string, Record<string, unknown>[]>;
  };
  assert.equal(schema, MIGRATIONS.length);
  assert.equal(tables['episodes']?.length, 3_000);
  assert.equal(tables['requests']?.[2_999]?.['episode_id'], 'e2999');
  assert.deepEqual(tables['meta'], [{ key: 'users', value: 'real' }]);
  assert.equal(rows, 6_001);
});

test('an export that fails leaves what was there before', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  await assert.rejects(store.exportTo(join(dirname(path), 'no', 'such', 'folder', 'x.json')));
  assert.equal(store.problem, null);
  assert.equal(readStats(store.figures, null, 0).requests.engine, 1);
});

test('deleting all leaves no row and no trace, and says how many rows went', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  store.ledger.saveOpenEpisode(openEpisode('e1', { uri: 'file:///telltale.ts' }));
  store.ledger.recordRequest(request('r1', 'e1'));
  writeFileSync(`${path}.corrupt-2026-01-01`, 'damaged');
  assert.deepEqual(store.deleteAll(), { rows: 4, isHeld: false });
  assert.equal(existsSync(`${path}.corrupt-2026-01-01`), false);
  assert.equal(holds(path, 'telltale'), false);
  assert.equal(readStats(store.figures, null, 0).requests.engine, 0);
  store.ledger.settleEpisode(settledEpisode('e1'));
  store.ledger.recordControlTail(tail('r1'));
  assert.equal(store.problem, null, 'what comes late for a deleted row is no trouble');
  recordWhole(store, 'e2');
  assert.equal(readStats(store.figures, null, 0).requests.engine, 1);
});

test('a simulated user is never mixed into the database of a real one', (t) => {
  const path = temporaryDatabase(t);
  recordWhole(storeAt(t, path), 'e1');
  const second = storeAt(t, path);
  second.ledger.saveOpenEpisode(openEpisode('e2', { simulated: true }));
  second.ledger.recordRequest(request('r2', 'e2'));
  assert.match(second.problem ?? '', /holds real users' records/);
  const { requests, simulated } = readStats(second.figures, null, 0);
  assert.deepEqual([requests.engine, simulated], [1, 0]);
});

test('a Node that is too old is refused before it can crash', () => {
  assert.throws(() => requireNodeApi({ node: '20.19.0', napi: '9' }), {
    code: 'node-too-old',
    message: /Node 22\.14 or newer.*this is Node 20\.19\.0/,
  });
  requireNodeApi({ node: '22.14.0', napi: '10' });
});

/** True where the text stands anywhere in the database's files. */
function holds(path: string, text: string): boolean {
  return [path, `${path}-wal`].some(
    (file) => existsSync(file) && readFileSync(file).includes(text),
  );
}
