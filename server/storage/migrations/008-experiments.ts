import type { Migration } from './migration.ts';

/** Experiments that were begun, and how they ended; docs/storage.md says what each column means. */
export const experiments: Migration = {
  version: 8,
  sql: `
    CREATE TABLE experiments (
      id TEXT PRIMARY KEY,
      started_at INTEGER NOT NULL,
      definition TEXT NOT NULL,
      state TEXT,
      verdict TEXT,
      ended_at INTEGER,
      adopted_at INTEGER
    ) STRICT;
  `,
};
