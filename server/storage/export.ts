import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type Database from 'better-sqlite3';

/** In an order in which each table's rows refer to earlier tables only. */
export const TABLES = [
  'meta',
  'episodes',
  'open_episodes',
  'requests',
  'control_tails',
  'memory_answers',
] as const;

/**
 * Writes all rows as one JSON object, `{"schema": n, "tables": {"episodes": [{…}], …}}` with the
 * column names as keys, a few at a time; `path` appears only once it is complete.
 * @returns the number of rows
 */
export async function exportRows(reader: Database.Database, path: string): Promise<number> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  let rows = 0;
  try {
    const out = createWriteStream(unfinished, { mode: 0o600 });
    const done = finished(out);
    // A failed write is reported by `done`; `once` below must not miss it.
    done.catch(() => undefined);
    for (const piece of pieces(reader, () => rows++)) {
      if (!out.write(piece)) await Promise.race([once(out, 'drain'), done]);
    }
    out.end();
    await done;
    await flushToDisk(unfinished);
    await rename(unfinished, path);
    return rows;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function* pieces(reader: Database.Database, counted: () => void): Generator<string> {
  reader.exec('BEGIN');
  const schema = Number(reader.pragma('user_version', { simple: true }));
  yield `{"schema":${schema},"tables":{`;
  for (const [index, table] of TABLES.entries()) {
    yield `${index > 0 ? ',' : ''}\n"${table}":[`;
    let separator = '\n';
    for (const row of reader.prepare(`SELECT * FROM ${table}`).iterate()) {
      yield separator + JSON.stringify(row);
      separator = ',\n';
      counted();
    }
    yield ']';
  }
  yield '\n}}\n';
  reader.exec('COMMIT');
}

async function flushToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
