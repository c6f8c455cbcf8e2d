import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { seededRandom } from '../../server/learning/random.ts';
import { storeAt, temporaryDatabase } from './rows.ts';

const OTHER = join(import.meta.dirname, 'other-process.ts');
const random = seededRandom(9);

/** A process that settles one episode after the other, killed at some moment. @returns what it had settled by then */
async function killedWhileSettling(path: string): Promise<number> {
  const child = spawn(process.execPath, [OTHER, 'settle', path, '100000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  while (!told.includes('\n5\n')) await pause(5);
  await pause(random() * 60);
  child.kill('SIGKILL');
  await once(child, 'close');
  return told.slice(0, told.lastIndexOf('\n')).split('\n').length - 1;
}

test('a process that is killed at any moment loses at most the outcome in flight', async (t) => {
  for (let round = 0; round < 6; round++) {
    const path = temporaryDatabase(t);
    const settled = await killedWhileSettling(path);
    assert.ok(settled > 5);
    const store = storeAt(t, path);
    assert.equal(store.examine(), null);
    const left = store.ledger.openEpisodes();
    const sql = new Database(path, { readonly: true });
    const count = (query: string) => Number(sql.prepare(query).pluck().get());
    assert.equal(sql.pragma('integrity_check', { simple: true }), 'ok');
    const kept = count('SELECT count(*) FROM episodes WHERE settled_at IS NOT NULL');
    assert.ok(kept === settled || kept === settled + 1, `${kept} of ${settled} told`);
    assert.ok(count('SELECT count(*) FROM evidence') >= settled);
    assert.ok(Number(store.policyStates.load('count')?.state) >= settled - 1);
    assert.ok(left.length <= 1);
    assert.equal(count('SELECT count(*) FROM episodes'), kept + left.length);
    sql.close();
    store.close();
  }
});
