import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { readStats } from '../../server/figures/stats.ts';
import { openStore, type Store } from '../../server/storage/store.ts';
import { openEpisode, recordWhole, silent, storeAt, temporaryDatabase } from './rows.ts';

const TELLTALE = 'telltale_code';

function openWith(test: TestContext, path: string): { store: Store; emptied: () => number } {
  let times = 0;
  const store = openStore(path, { log: silent, emptied: () => times++ });
  test.after(() => store.close());
  return { store, emptied: () => times };
}

function holdsTelltale(path: string): boolean {
  const folder = dirname(path);
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(TELLTALE));
}

function episode(id: string) {
  return openEpisode(id, { uri: `file:///${TELLTALE}.ts` });
}

test('what another window held open does not come back when its data were deleted here', (t) => {
  const path = temporaryDatabase(t);
  const here = openWith(t, path);
  const there = openWith(t, path);
  there.store.ledger.saveOpenEpisode(episode('e1'));
  recordWhole(here.store, 'e2');
  assert.equal(here.store.deleteAll().isHeld, false);
  assert.equal(here.emptied(), 0);
  there.store.ledger.saveOpenEpisode(episode('e1'));
  assert.equal(there.emptied(), 1);
  assert.equal(holdsTelltale(path), false);
  recordWhole(there.store, 'e3');
  assert.equal(
    readStats(there.store.figures, null, 0).requests.engine,
    1,
    'what comes after is recorded',
  );
  assert.equal(there.emptied(), 1);
});

test('a window that writes nothing sees the deletion when it looks', (t) => {
  const path = temporaryDatabase(t);
  const here = openWith(t, path);
  const there = openWith(t, path);
  there.store.ledger.saveOpenEpisode(episode('e1'));
  there.store.heedDeletion();
  assert.equal(there.emptied(), 0);
  here.store.deleteAll();
  there.store.heedDeletion();
  there.store.heedDeletion();
  assert.equal(there.emptied(), 1);
});

test('rows that waited when everything was deleted are not taken over by the next start', (t) => {
  const path = temporaryDatabase(t);
  const here = openWith(t, path);
  const there = openWith(t, path);
  recordWhole(there.store, 'e1');
  here.store.deleteAll();
  const lock = new Database(path);
  lock.exec('BEGIN IMMEDIATE');
  there.store.ledger.saveOpenEpisode(episode('e2'));
  there.store.close();
  lock.exec('COMMIT');
  lock.close();
  assert.equal(holdsTelltale(path), true, 'they wait in a file');
  const next = storeAt(t, path);
  assert.deepEqual(next.ledger.openEpisodes(), []);
  assert.equal(holdsTelltale(path), false);
});

test('that a reader still holds what was deleted is said, and it goes once the reader ends', (t) => {
  const path = temporaryDatabase(t);
  const { store } = openWith(t, path);
  store.ledger.saveOpenEpisode(episode('e1'));
  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM episodes').get();
  assert.deepEqual(store.deleteAll(), { rows: 3, isHeld: true });
  assert.equal(holdsTelltale(path), true);
  reader.exec('COMMIT');
  reader.close();
  assert.equal(store.flush(), true);
  assert.equal(holdsTelltale(path), false);
});
