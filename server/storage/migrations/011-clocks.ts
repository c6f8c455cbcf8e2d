import type { Migration } from './migration.ts';

/** When each stream would have ended without its stop, and which tails were followed; docs/storage.md says what each column means. */
export const clocks: Migration = {
  version: 11,
  sql: `
    CREATE TABLE clocks (
      request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      after_ms REAL NOT NULL,
      ended_by TEXT NOT NULL
    ) STRICT;

    ALTER TABLE requests ADD COLUMN max_tokens INTEGER;
    ALTER TABLE requests ADD COLUMN ms_per_token REAL;
    ALTER TABLE requests ADD COLUMN newline_rate REAL;
  `,
};
