export interface Migration {
  /** Counts from 1; the database's `user_version` after it. */
  readonly version: number;
  readonly sql: string;
}
