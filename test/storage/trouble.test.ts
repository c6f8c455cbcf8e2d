import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { readStats } from '../../server/figures/stats.ts';
import { StoreDatabase } from '../../server/storage/database.ts';
import { readStores, writer, type Write } from '../../server/storage/ledger-store.ts';
import { WriteQueue } from '../../server/storage/write-queue.ts';
import {
  openEpisode,
  recordWhole,
  request,
  settledEpisode,
  silent,
  storeAt,
  temporaryDatabase,
} from './rows.ts';
import { spendOne } from './spend.ts';

/** Another process at the same database, once it is at work. */
async function otherProcess(test: TestContext, ...args: string[]): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'other-process.ts');
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  test.after(() => child.kill('SIGKILL'));
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  return child;
}

async function eventually(holds: () => boolean, ms = 10_000): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert.ok(waited < ms, 'it did not happen in time');
    await pause(20);
  }
}

function idsIn(path: string, table = 'requests'): unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare(`SELECT id FROM ${table} ORDER BY rowid`).pluck().all();
  } finally {
    database.close();
  }
}

test('two processes add to one state and nothing of it is lost', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const other = await otherProcess(t, 'spend', path, '300');
  for (let index = 0; index < 300; index++) await spendOne(store);
  if (other.exitCode === null) await once(other, 'exit');
  assert.equal(other.exitCode, 0);
  assert.equal(store.policyStates.load('spent')?.state, '600');
});

test('two processes write at once and no row is lost', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  const other = await otherProcess(t, 'write', path, '500');
  for (let index = 0; index < 500; index++) {
    recordWhole(store, `own-${index}`);
    if (index % 20 === 0) await pause(1);
  }
  if (other.exitCode === null) await once(other, 'exit');
  assert.equal(other.exitCode, 0);
  await eventually(() => store.flush());
  const { requests, outcomes } = readStats(store.figures, null, 0);
  assert.deepEqual([requests.engine, outcomes.accepted], [1_000, 1_000]);
  assert.equal(store.problem, null);
});

test('while another process locks the database rows wait, nobody is held up, none is lost', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'before');
  const other = await otherProcess(t, 'lock', path, '2000');
  const begun = performance.now();
  for (let index = 0; index < 100; index++) recordWhole(store, `during-${index}`);
  const ms = performance.now() - begun;
  assert.ok(ms < 1_000, `${ms} ms for 300 writes`);
  assert.match(store.problem ?? '', /SQLITE_BUSY.*rows wait in memory/);
  assert.deepEqual(idsIn(path), ['r-before']);
  await once(other, 'exit');
  await eventually(() => store.problem === null);
  assert.equal(idsIn(path).length, 101);
  assert.equal(idsIn(path).at(-1), 'r-during-99');
});

test('a process that ends while the database is locked leaves its rows to the next', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'before');
  const other = await otherProcess(t, 'lock', path, '4000');
  recordWhole(store, 'late');
  store.close();
  assert.equal(readdirSync(dirname(path)).filter((name) => name.includes('.pending-')).length, 1);
  await once(other, 'exit');
  const next = storeAt(t, path);
  next.ledger.openEpisodes();
  assert.deepEqual(idsIn(path), ['r-before', 'r-late']);
  assert.equal(readdirSync(dirname(path)).filter((name) => name.includes('.pending-')).length, 0);
});

test('a full disk keeps rows in memory until there is room', (t) => {
  const path = temporaryDatabase(t);
  const database = new StoreDatabase(path, { log: silent });
  t.after(() => database.close());
  const queue = new WriteQueue<Write>({
    apply: writer(database, 'host 1 token', readStores(database)),
    recover: (error) => database.recover(error),
    log: silent,
  });
  queue.push({ table: 'open_episodes', row: openEpisode('e') });
  database.open.pragma(
    `max_page_count = ${Number(database.open.pragma('page_count', { simple: true })) + 2}`,
  );
  const rows = 500;
  for (let index = 0; index < rows; index++) {
    queue.push({ table: 'requests', row: request(`r${index}`, 'e') });
  }
  assert.match(queue.problem ?? '', /SQLITE_FULL.*rows wait in memory.*disk full/);
  const written = idsIn(path).length;
  assert.ok(written > 0 && written < rows, String(written));
  database.open.pragma('max_page_count = 1000000');
  while (!queue.drain());
  assert.equal(queue.problem, null);
  assert.deepEqual(
    idsIn(path),
    Array.from({ length: rows }, (_, index) => `r${index}`),
  );
});

test('rows beyond what memory may hold are counted as lost, the earlier ones are kept', (t) => {
  let blocked = true;
  const written: number[] = [];
  const queue = new WriteQueue<number>({
    apply: (row) => {
      if (blocked) throw Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' });
      written.push(row);
    },
    recover: () => false,
    log: silent,
  });
  t.after(() => queue.takeAll());
  for (let row = 0; row < 10_005; row++) queue.push(row);
  blocked = false;
  while (!queue.drain());
  assert.equal(written.length, 10_000);
  assert.match(queue.problem ?? '', / 5 rows were lost/);
});

test('a row that the database refuses is left out, and those behind it are written', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  store.ledger.recordRequest(request('orphan', 'no such episode'));
  recordWhole(store, 'e1');
  assert.deepEqual(idsIn(path), ['r-e1']);
  assert.equal(store.problem, null);
});

test('a file that is no database is moved aside, and recording goes on', (t) => {
  const path = temporaryDatabase(t);
  writeFileSync(path, 'this is no database\n'.repeat(500));
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  assert.deepEqual(idsIn(path), ['r-e1']);
  assert.match(store.problem ?? '', /was damaged: it is now .*\.corrupt-/);
  assert.equal(readdirSync(dirname(path)).filter((name) => name.includes('.corrupt-')).length, 1);
});

test('a database that is damaged in mid-life is moved aside, and the row at hand is kept', (t) => {
  const path = temporaryDatabase(t);
  const first = storeAt(t, path);
  for (let index = 0; index < 300; index++) recordWhole(first, `e${index}`);
  first.close();
  const size = new Database(path).pragma('page_count', { simple: true });
  assert.ok(Number(size) > 10);
  const store = storeAt(t, path);
  assert.equal(readStats(store.figures, null, 0).requests.engine, 300);
  store.flush();
  damage(path);
  for (let index = 0; index < 300; index++) recordWhole(store, `new-${index}`);
  assert.match(store.problem ?? '', /was damaged/);
  assert.equal(idsIn(path).at(-1), 'r-new-299');
});

test('a database whose file was deleted is begun anew', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  recordWhole(store, 'e2');
  await eventually(() => store.flush());
  assert.deepEqual(idsIn(path), ['r-e2']);
});

test('open episodes are taken over from a process that is gone, not from one that runs', async (t) => {
  const path = temporaryDatabase(t);
  const other = await otherProcess(t, 'hold', path);
  const store = storeAt(t, path);
  assert.deepEqual(store.ledger.openEpisodes(), []);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const next = storeAt(t, path);
  assert.deepEqual(
    next.ledger.openEpisodes().map(({ episodeId, before }) => [episodeId, before]),
    [['held', 'x = ']],
  );
  assert.deepEqual(next.ledger.openEpisodes(), []);
  next.ledger.settleEpisode(settledEpisode('held', { outcome: 'unknown', exactMatch: null }));
  assert.equal(readStats(next.figures, null, 0).outcomes.unknown, 1);
});

/** Overwrites what lies behind the first page, as a failing disk might. */
function damage(path: string): void {
  const database = new Database(path);
  const pageSize = Number(database.pragma('page_size', { simple: true }));
  const pages = Number(database.pragma('page_count', { simple: true }));
  database.close();
  writeFileSync(path, Buffer.alloc((pages - 1) * pageSize, 0xa5), { flag: 'r+', flush: true });
}
