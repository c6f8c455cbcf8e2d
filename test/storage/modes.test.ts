import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openPrivateFolder } from '../../server/storage/private-mode.ts';
import { recordWhole, storeAt, temporaryDatabase } from './rows.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('database, write-ahead log and index are for their owner alone', (t) => {
  const path = temporaryDatabase(t);
  recordWhole(storeAt(t, path), 'e1');
  const names = readdirSync(dirname(path)).sort();
  assert.deepEqual(names, ['shortstop.db', 'shortstop.db-shm', 'shortstop.db-wal']);
  for (const name of names) assert.equal(modeOf(join(dirname(path), name)), '600', name);
});

test('what an earlier version let others read is taken from them', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-modes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const state = join(folder, 'deep/state');
  openPrivateFolder(state);
  assert.equal(modeOf(state), '700');
  chmodSync(state, 0o755);
  const names = ['shortstop.db', 'shortstop.db-wal', 'shortstop.db.corrupt-1', 'shortstop.log'];
  for (const name of [...names, 'other.txt']) {
    writeFileSync(join(state, name), '');
    chmodSync(join(state, name), 0o644);
  }
  openPrivateFolder(state);
  assert.equal(modeOf(state), '700');
  for (const name of names) assert.equal(modeOf(join(state, name)), '600', name);
  assert.equal(modeOf(join(state, 'other.txt')), '644');
});

test('an export is for its owner alone, also where it replaces a file that was not', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  const file = join(dirname(path), 'export.json');
  writeFileSync(file, 'old');
  chmodSync(file, 0o644);
  await store.exportTo(file);
  assert.equal(modeOf(file), '600');
  assert.match(readFileSync(file, 'utf8'), /"e1"/);
});

test('an export refuses what is neither a regular file nor a new one', async (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  const at = (name: string) => join(dirname(path), name);
  writeFileSync(at('target.txt'), 'kept');
  symlinkSync(at('target.txt'), at('link.json'));
  symlinkSync(at('nothing'), at('dangling.json'));
  mkdirSync(at('folder.json'));
  execFileSync('mkfifo', [at('pipe.json')]);
  const before = readdirSync(dirname(path)).sort();
  for (const name of ['link.json', 'dangling.json', 'folder.json', 'pipe.json']) {
    await assert.rejects(store.exportTo(at(name)), /not a regular file; choose another/, name);
  }
  for (const file of ['/dev/null', '/dev/stdout']) {
    await assert.rejects(store.exportTo(file), /not a regular file; choose another/, file);
  }
  for (const name of ['shortstop.db', 'SHORTSTOP.db-wal', 'shortstop.log']) {
    await assert.rejects(store.exportTo(at(name)), /own files/, name);
  }
  await assert.rejects(store.exportTo('/nowhere/at/all.json'), /no folder that can be found/);
  assert.deepEqual(readdirSync(dirname(path)).sort(), before);
  assert.equal(readFileSync(at('target.txt'), 'utf8'), 'kept');
});
