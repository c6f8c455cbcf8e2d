import type { StoreDatabase } from './database.ts';

const DAY_MS = 86_400_000;
/** A clock that is this far beyond where it was last seen may be wrong. */
const LEAP_MS = 30 * DAY_MS;
/** Once it stays there for this long it is believed: the machine was off, or nobody worked on it. */
const PROOF_MS = 7 * DAY_MS;

/** Of evidence: more than a refit reads, some 30 MB. */
const MOST_TRACES = 10_000;
const FEWER_TRACES = `
  DELETE FROM evidence WHERE rowid IN (
    SELECT rowid FROM evidence ORDER BY at DESC, rowid DESC LIMIT -1 OFFSET ?)`;

/**
 * Deletes what is older than `days`. A clock that leapt ahead deletes nothing until it has gone on from
 * there for a week; one that was set back is believed at once.
 * @returns false where the clock is in doubt
 */
export function deleteOld(database: StoreDatabase, days: number, now: number): boolean {
  let sure = false;
  database.write(() => {
    sure = isSure(database, now);
    if (!sure) return;
    const before = now - days * DAY_MS;
    database.statement('DELETE FROM episodes WHERE started_at < ?').run(before);
    database.statement('DELETE FROM memory_answers WHERE at < ?').run(before);
    database.statement('DELETE FROM evidence WHERE at < ?').run(before);
    database.statement('DELETE FROM span_tokens WHERE at < ?').run(before);
    database.statement(FEWER_TRACES).run(MOST_TRACES);
    database.statement('DELETE FROM comparisons WHERE at < ?').run(before);
    database.statement('DELETE FROM calibration_spans WHERE recorded_at < ?').run(before);
  });
  return sure;
}

/** Compares the clock with where it was last seen, or else with the newest row, and remembers it. */
function isSure(database: StoreDatabase, now: number): boolean {
  const seen = read(database, 'clock_seen') ?? newestRow(database) ?? now;
  const doubtedAt = read(database, 'clock_doubted_at');
  write(database, 'clock_seen', now);
  if (now < seen || (doubtedAt !== null && now < doubtedAt)) {
    forget(database, 'clock_doubted_at');
    return true;
  }
  if (now - seen > LEAP_MS) {
    write(database, 'clock_doubted_at', now);
    return false;
  }
  if (doubtedAt === null) return true;
  if (now - doubtedAt < PROOF_MS) return false;
  forget(database, 'clock_doubted_at');
  return true;
}

function newestRow(database: StoreDatabase): number | null {
  const newest = database
    .statement<{ at: number | null }>(
      `SELECT max(at) AS at FROM (SELECT max(started_at) AS at FROM episodes
         UNION ALL SELECT max(at) FROM memory_answers)`,
    )
    .get();
  return newest?.at ?? null;
}

function read(database: StoreDatabase, key: string): number | null {
  const row = database
    .statement<{ value: string }>('SELECT value FROM meta WHERE key = ?')
    .get(key);
  return row ? Number(row.value) : null;
}

function write(database: StoreDatabase, key: string, value: number): void {
  database
    .statement(
      `INSERT INTO meta (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    )
    .run(key, String(value));
}

function forget(database: StoreDatabase, key: string): void {
  database.statement('DELETE FROM meta WHERE key = ?').run(key);
}
