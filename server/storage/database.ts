import Database from 'better-sqlite3';
import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { migrate } from './migrate.ts';
import { makePrivateFile, openPrivateFolder } from './private-mode.ts';
import { isCorrupt, obstacleOf, sqliteCode, StorageError } from './storage-error.ts';

/** Node-API version that the compiled part needs; an older Node crashes on opening. */
const NODE_API = 10;
/** Waiting for another process's lock stops the whole daemon, so it is short; the queue retries. */
const BUSY_TIMEOUT_MS = 50;
const VERSION = 'PRAGMA data_version';

export interface StorageLog {
  warn(line: string): void;
}

export interface DatabaseOptions {
  readonly log: StorageLog;
  /** Called with one sentence when the file was gone and was begun anew. */
  readonly begunAnew?: (sentence: string) => void;
  /** Called when another process has deleted all data: what was held from before must not come back. */
  readonly emptied?: () => void;
  /** Path of better-sqlite3's compiled part, where the package can't find its own. */
  readonly nativeBinding?: string;
}

/** @throws StorageError `node-too-old` */
export function requireNodeApi(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): void {
  if (Number(versions['napi'] ?? 0) >= NODE_API) return;
  throw new StorageError(
    'node-too-old',
    `Shortstop's database needs Node 22.14 or newer (Node-API ${NODE_API}); this is Node ${versions['node'] ?? 'of an unknown version'}.`,
  );
}

/**
 * One database file, opened at its first use and again after it was moved aside for being corrupt.
 * Holds the prepared statements.
 */
export class StoreDatabase {
  readonly path: string;
  /** Set for good once the file was found corrupt. */
  problem: string | null = null;
  readonly #options: DatabaseOptions;
  readonly #statements = new Map<string, Database.Statement>();
  #database: Database.Database | null = null;
  #inode = 0;
  #openings = 0;
  #deletions: number | null = null;

  /** @throws StorageError `node-too-old` */
  constructor(path: string, options: DatabaseOptions) {
    requireNodeApi();
    this.path = path;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#database !== null;
  }

  /** @throws StorageError `newer-schema`, or an error of SQLite's */
  get open(): Database.Database {
    this.#database ??= this.#openFile();
    return this.#database;
  }

  /** Prepares `sql` once. `Row` is what its columns hold, which the schema guarantees. */
  statement<Row = unknown>(sql: string): Database.Statement<unknown[], Row> {
    const { open } = this;
    const known = this.#statements.get(sql) ?? open.prepare(sql);
    this.#statements.set(sql, known);
    return known as Database.Statement<unknown[], Row>;
  }

  /**
   * Another one once another connection has written, or the file was opened anew. What is written here leaves it alone
   * (https://www.sqlite.org/pragma.html#pragma_data_version).
   */
  get version(): string {
    const { data_version: version } = this.statement<{ data_version: number }>(VERSION).get() ?? {};
    return `${this.#openings} ${version}`;
  }

  /** How often all data were deleted from this file; null before it was first opened. */
  get deletions(): number | null {
    return this.#deletions;
  }

  /**
   * Runs `work` in a transaction that may write from its start; not where another process has
   * deleted all data, since `work` is about rows from before. A file that was moved or deleted
   * meanwhile would still take the rows, for nobody to read: then it is opened anew.
   */
  write(work: () => void): void {
    const isEmptied = this.#inTransaction((open) => {
      if (this.#isEmptied(open)) return true;
      work();
      return false;
    });
    if (isEmptied) this.#options.emptied?.();
  }

  /** Runs `work`, which deletes all data, and lets every other process know that it was done. */
  empty(work: () => void): void {
    this.#inTransaction((open) => {
      work();
      this.#deletions = deletionsIn(open) + 1;
      open.pragma(`application_id = ${this.#deletions}`);
    });
  }

  /** Looks whether another process has deleted all data since. */
  heedDeletion(): void {
    if (this.#database && this.#isEmptied(this.#database)) this.#options.emptied?.();
  }

  /** Runs `work` while locks of other processes are waited for longer, in milliseconds. */
  patiently<T>(ms: number, work: () => T): T {
    this.open.pragma(`busy_timeout = ${ms}`);
    try {
      return work();
    } finally {
      this.#database?.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /** Another connection that only reads, for a long consistent look at all rows. */
  reader(): Database.Database {
    this.open.pragma('schema_version');
    return new Database(this.path, { ...this.#binding(), readonly: true, timeout: 5000 });
  }

  /**
   * After a failure: a corrupt file is moved aside, unless another process has done so already.
   * True where trying again makes sense at once.
   */
  recover(error: unknown): boolean {
    if (!isCorrupt(error)) return false;
    const replaced = inodeOf(this.path) !== this.#inode;
    this.close();
    if (!replaced) this.#moveAside();
    return true;
  }

  close(): void {
    this.#statements.clear();
    try {
      this.#database?.close();
    } catch (error) {
      this.#options.log.warn(`closing the database failed: ${sqliteCode(error)}`);
    }
    this.#database = null;
  }

  #inTransaction<T>(work: (open: Database.Database) => T): T {
    const gone = this.#database !== null && inodeOf(this.path) !== this.#inode;
    if (gone) this.close();
    const { open } = this;
    const result = open.transaction(work).immediate(open);
    if (gone) this.#tellBegunAnew();
    return result;
  }

  #isEmptied(open: Database.Database): boolean {
    const before = this.#deletions;
    this.#deletions = deletionsIn(open);
    return before !== this.#deletions;
  }

  #openFile(): Database.Database {
    const folder = dirname(this.path);
    if (!existsSync(folder)) openPrivateFolder(folder);
    makePrivateFile(this.path);
    this.#inode = inodeOf(this.path);
    const database = new Database(this.path, { ...this.#binding(), timeout: BUSY_TIMEOUT_MS });
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.pragma('foreign_keys = ON');
      database.pragma('secure_delete = ON');
      migrate(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#inode = inodeOf(this.path);
    this.#openings += 1;
    this.#deletions = deletionsIn(database);
    return database;
  }

  #binding(): { nativeBinding?: string } {
    const { nativeBinding } = this.#options;
    return nativeBinding === undefined ? {} : { nativeBinding };
  }

  #tellBegunAnew(): void {
    const sentence = `The database ${this.path} was deleted or replaced while it was in use: what it held is gone, and recording goes on in the file that is there now.`;
    this.#options.log.warn(sentence);
    this.#options.begunAnew?.(sentence);
  }

  #moveAside(): void {
    const aside = `${this.path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
    try {
      for (const suffix of ['', '-wal', '-shm']) {
        if (existsSync(this.path + suffix)) renameSync(this.path + suffix, aside + suffix);
      }
    } catch (error) {
      this.problem = `The database ${this.path} is damaged and can't be moved aside (${obstacleOf(error)}): delete it. Nothing is recorded meanwhile.`;
      this.#options.log.warn(this.problem);
      return;
    }
    this.problem = `The database was damaged: it is now ${aside}, and a new one was begun.`;
    this.#options.log.warn(this.problem);
  }
}

/**
 * Counted in the file's header, where an application may keep a number of its own: so no row is left
 * to tell of the rows that were deleted.
 */
function deletionsIn(database: Database.Database): number {
  return Number(database.pragma('application_id', { simple: true }));
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
