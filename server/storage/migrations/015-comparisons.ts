import type { Migration } from './migration.ts';

/** What comparing models came to; docs/storage.md says what each column means. */
export const comparisons: Migration = {
  version: 15,
  sql: `
    CREATE TABLE comparisons (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      result TEXT NOT NULL
    ) STRICT;
  `,
};
