import type { Migration } from './migration.ts';

/** What was generated at idle to learn from; docs/storage.md says what each column means. */
export const shadowTails: Migration = {
  version: 13,
  sql: `
    CREATE TABLE shadow_tails (
      request_id TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      tokens INTEGER NOT NULL,
      ms REAL NOT NULL,
      ended TEXT NOT NULL
    ) STRICT;
    CREATE INDEX shadow_tails_request_id ON shadow_tails (request_id);
    CREATE INDEX shadow_tails_at ON shadow_tails (at);
  `,
};
