import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** A settled episode as the database has it. */
export interface SettledRow {
  readonly outcome: string;
  readonly exact_match: number | null;
  readonly settled_by: string;
  readonly language_id: string;
  readonly served_chars: number;
  readonly kept_chars: number;
}

/** @returns all settled episodes with an outcome, the oldest first */
export function settledRows(stateFolder: string): SettledRow[] {
  return read(
    stateFolder,
    `SELECT outcome, exact_match, settled_by, language_id, served_chars, kept_chars
       FROM episodes WHERE outcome IS NOT NULL ORDER BY settled_at`,
  );
}

/** @returns what set off each request to the engine, the oldest first */
export function requestTriggers(stateFolder: string): string[] {
  const rows = read<{ trigger: string }>(stateFolder, 'SELECT trigger FROM requests ORDER BY at');
  return rows.map(({ trigger }) => trigger);
}

/** A request that somebody asked for beside the suggestion on show. */
export interface CandidateRow {
  readonly candidate: number;
  readonly accepted: number | null;
  readonly matched: number | null;
}

/** @returns those of all stretches, in the order in which they were asked for */
export function candidateRows(stateFolder: string): CandidateRow[] {
  return read(
    stateFolder,
    `SELECT candidate, accepted, matched FROM requests WHERE candidate > 1 ORDER BY at, candidate`,
  );
}

function read<Row>(stateFolder: string, sql: string): Row[] {
  const database = new Database(join(stateFolder, 'shortstop.db'), { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}

/** Waits until there are `count` settled episodes. */
export async function waitForSettled(stateFolder: string, count: number): Promise<SettledRow[]> {
  for (let waited = 0; waited < 60_000; waited += 250) {
    const rows = settledRows(stateFolder);
    if (rows.length >= count) return rows;
    await sleep(250);
  }
  throw new Error(`no ${count} settled episodes within a minute`);
}
