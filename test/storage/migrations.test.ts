import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { readStats } from '../../server/figures/stats.ts';
import { migrate, MIGRATIONS } from '../../server/storage/migrate.ts';
import { recordWhole, storeAt, temporaryDatabase } from './rows.ts';

function schemaOf(database: Database.Database): unknown[] {
  return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
}

test('migrations are numbered from 1 without a gap', () => {
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    MIGRATIONS.map((_, index) => index + 1),
  );
});

test('from every earlier version the schema becomes the newest one', () => {
  const fresh = new Database(':memory:');
  migrate(fresh);
  for (let version = 0; version <= MIGRATIONS.length; version++) {
    const database = new Database(':memory:');
    migrate(database, MIGRATIONS.slice(0, version));
    assert.equal(database.pragma('user_version', { simple: true }), version);
    migrate(database);
    assert.equal(database.pragma('user_version', { simple: true }), MIGRATIONS.length);
    assert.deepEqual(schemaOf(database), schemaOf(fresh));
  }
});

test('a later migration keeps the rows, and one that fails changes nothing', (t) => {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  recordWhole(store, 'e1');
  store.close();
  const database = new Database(path);
  t.after(() => database.close());
  const next = MIGRATIONS.length + 1;
  const before = schemaOf(database);
  const step = (sql: string) => [...MIGRATIONS, { version: next, sql }];
  assert.throws(() =>
    migrate(database, step('ALTER TABLE episodes ADD COLUMN note TEXT; SELECT nonsense;')),
  );
  assert.deepEqual(schemaOf(database), before);
  assert.equal(database.pragma('user_version', { simple: true }), MIGRATIONS.length);
  migrate(database, step('ALTER TABLE episodes ADD COLUMN note TEXT'));
  assert.deepEqual(database.prepare('SELECT id, note FROM episodes').all(), [
    { id: 'e1', note: null },
  ]);
});

test('rows of schema 1 are kept, and say of their operating point that nothing is known', (t) => {
  const path = temporaryDatabase(t);
  const old = new Database(path);
  migrate(old, MIGRATIONS.slice(0, 1));
  const insert = (table: string, row: object) => {
    const names = Object.keys(row);
    const values = names.map((name) => `@${name}`);
    old.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${values.join()})`).run(row);
  };
  const place = { language_id: 'go', context_kind: 'line-end', control: 0, control_rate: 0.1 };
  insert('episodes', {
    ...{ ...place, id: 'e1', started_at: 1, simulated: 0, offers: 0, accepts: 0 },
    accepted_chars: 0,
  });
  insert('requests', {
    ...{ ...place, id: 'r1', episode_id: 'e1', at: 1, trigger: 'automatic', engine: 'ollama' },
    ...{ engine_version: '0', model: 'm', model_digest: '', policy: 'shortstop', preset: 'saver' },
    ...{ first: 1, prompt_chars: 1, suffix_chars: 0, ended: 'stopped', tokens_at_stop: 3 },
    ...{ served_chars: 0, offered: 0 },
  });
  old.close();
  const store = storeAt(t, path);
  assert.equal(store.examine(), null);
  const rows = new Database(path, { readonly: true });
  t.after(() => rows.close());
  assert.partialDeepStrictEqual(rows.prepare('SELECT * FROM requests').all(), [
    { id: 'r1', workspace: null, tokens_at_stop: 3, arm: null, tau_done: null, lambda: null },
  ]);
});

test('a database of a newer version is left alone, and why is said', (t) => {
  const path = temporaryDatabase(t);
  const first = storeAt(t, path);
  recordWhole(first, 'e1');
  first.close();
  const raw = new Database(path);
  t.after(() => raw.close());
  raw.pragma('user_version = 99');
  const store = storeAt(t, path);
  recordWhole(store, 'e2');
  assert.match(store.problem ?? '', /newer version of Shortstop \(schema 99, this one knows \d+\)/);
  assert.throws(() => readStats(store.figures, null, 0), { code: 'newer-schema' });
  assert.deepEqual(raw.prepare('SELECT id FROM episodes').pluck().all(), ['e1']);
});

test('a span that schema 11 kept twice is kept with its calibration alone', (t) => {
  const path = temporaryDatabase(t);
  const old = new Database(path);
  migrate(old, MIGRATIONS.slice(0, 11));
  const insert = old.prepare(
    "INSERT INTO evidence VALUES (?, 1, 'd', 'go', 'line-end', ?, 0, 0, '{}')",
  );
  for (const drawn of ['span', 'withheld']) insert.run(drawn, drawn);
  migrate(old);
  t.after(() => old.close());
  assert.deepEqual(old.prepare('SELECT id, engine, answers FROM evidence').all(), [
    { id: 'withheld', engine: '', answers: '' },
  ]);
});
