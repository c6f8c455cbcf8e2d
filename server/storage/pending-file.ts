import { readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE } from './private-mode.ts';

/**
 * Rows that could not be written before the process ended wait in a file beside the database.
 * @param deletions how often all data had been deleted when the rows were made, where that is known
 */
export function writePending(
  path: string,
  rows: readonly unknown[],
  deletions: number | null,
): void {
  const after = deletions === null ? '' : `-after-${deletions}`;
  const file = `${path}.pending-${process.pid}-${Date.now()}${after}.jsonl`;
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), {
    mode: PRIVATE_FILE,
  });
}

/**
 * Takes such files over, each by one process only, and deletes them; rows from before the last of
 * `deletions` are left out.
 */
export function takePending(path: string, deletions: number | null): unknown[] {
  return besides(path, 'pending-').flatMap((file) => {
    const own = `${file}.${process.pid}`;
    try {
      renameSync(file, own);
      const lines = readFileSync(own, 'utf8').split('\n');
      unlinkSync(own);
      const after = /-after-(\d+)\.jsonl$/.exec(file)?.[1];
      if (after !== undefined && Number(after) !== deletions) return [];
      return lines.flatMap((line) => parsed(line));
    } catch {
      return [];
    }
  });
}

/** Files beside the database that hold rows too: damaged databases, rows that wait. */
export function deleteBesides(path: string): void {
  for (const file of [...besides(path, 'pending-'), ...besides(path, 'corrupt-')]) {
    unlinkSync(file);
  }
}

function besides(path: string, kind: string): string[] {
  const start = `${basename(path)}.${kind}`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start))
    .map((name) => join(dirname(path), name));
}

/** A line that was cut off when the disk was full is left out. */
function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
