import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

/** What only its owner may read; of Windows, the folder's own access list decides. */
export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** Set on folders that everyone writes to, such as /tmp. */
const STICKY = 0o1000;

/** @returns what is wrong with the state folder, in a sentence for the user; null where it is there */
export function stateFolderProblem(folder: string): string | null {
  try {
    openPrivateFolder(folder);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return `The state folder ${folder} can't be made or used (${code}): choose another one, or make it writable. Completions go on, and nothing is recorded meanwhile.`;
  }
}

/**
 * Makes the state folder, and takes from others what an earlier version let them read: the folder,
 * and in it the files that Shortstop wrote. A folder that is meant for everybody is left as it is.
 * @throws {Error} where the folder can't be made
 */
export function openPrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { mode } = statSync(folder);
  if ((mode & STICKY) === 0) restrict(folder, PRIVATE_FOLDER);
  for (const name of readdirSync(folder)) {
    if (/shortstop\.(db|log)/.test(name)) restrict(join(folder, name), PRIVATE_FILE);
  }
}

/** The database's file, before SQLite makes it: its log and its index take over the mode. */
export function makePrivateFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', PRIVATE_FILE));
  } catch {
    // Whoever opens it next says what is wrong.
  }
}

/** What is another user's, or gone meanwhile, stays as it is: whoever opens it says what is wrong. */
function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Not ours to change.
  }
}
