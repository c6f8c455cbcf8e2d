import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import type Database from 'better-sqlite3';
import { PRIVATE_FILE } from './private-mode.ts';
import { StorageError } from './storage-error.ts';

/** In an order in which each table's rows refer to earlier tables only. */
export const TABLES = [
  'meta',
  'episodes',
  'open_episodes',
  'requests',
  'control_tails',
  'shadow_tails',
  'request_costs',
  'clocks',
  'memory_answers',
  'policy_state',
  'evidence',
  'experiments',
  'calibration_spans',
  'calibrations',
  'comparisons',
  'day_figures',
  'span_tokens',
] as const;

/**
 * Writes all rows as one JSON object, `{"schema": n, "tables": {"episodes": [{…}], …}}` with the
 * column names as keys, a few at a time; `path` appears only once it is complete, and for its owner
 * alone to read.
 * @returns the number of rows
 * @throws StorageError `not-exportable`
 */
export async function exportRows(reader: Database.Database, path: string): Promise<number> {
  await requireWritable(path, reader.name);
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  let rows = 0;
  try {
    const out = createWriteStream(unfinished, { mode: PRIVATE_FILE, flags: 'wx' });
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
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw writeFailure(error, path);
  }
}

/** A new file, or one to be replaced: no link, no device, no pipe, and none of the database's own. */
async function requireWritable(path: string, database: string): Promise<void> {
  const refuse = (why: string): never => {
    throw new StorageError('not-exportable', `${path} ${why}; choose another file for the export.`);
  };
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory()) refuse('lies in no folder that can be found');
  const there = await lstat(path).catch(() => null);
  if (there && !there.isFile()) refuse('is not a regular file');
  const here = await stat(dirname(database)).catch(() => null);
  const isBeside = here?.ino === folder?.ino && here?.dev === folder?.dev;
  const name = basename(resolve(path)).toLowerCase();
  const isOwn = [basename(database).toLowerCase(), 'shortstop.log'].some((own) =>
    name.startsWith(own),
  );
  if (isBeside && isOwn) refuse('is one of Shortstop’s own files');
}

function writeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  return new StorageError(
    'not-exportable',
    `${path} can’t be written (${String(error.code)}); choose another file for the export.`,
    { cause: error },
  );
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
