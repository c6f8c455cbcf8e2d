export type StorageErrorCode =
  /** This Node is too old for the database's compiled part, which would crash it. */
  | 'node-too-old'
  /** A newer version of the program has written this database. */
  | 'newer-schema'
  /** A simulated user's rows were to be written among a real user's, or the other way round. */
  | 'mixed-users'
  /** The file chosen for an export is none that may be written, or can't be. */
  | 'not-exportable'
  /** It can't be read now: locked, no permission, disk. */
  | 'unavailable';

/** `message` is one sentence for the user that says what to do. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
  }
}

/** SQLite's own code, `SQLITE_BUSY` for instance; empty for any other error. */
export function sqliteCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : '';
}

/** The file itself is damaged, or no database at all. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error));
}

/** SQLite's code or the file system's, `ENOTDIR` for instance; empty for any other error. */
export function obstacleOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' && /^(SQLITE_|E[A-Z]+$)/.test(error.code) ? error.code : '';
}

/** The same write may succeed later: locked, disk full, folder missing or not writable. */
export function isTemporary(error: unknown): boolean {
  return /^(SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM|PROTOCOL)|E[A-Z]+$)/.test(
    obstacleOf(error),
  );
}
