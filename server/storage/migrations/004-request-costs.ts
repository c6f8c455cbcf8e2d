import type { Migration } from './migration.ts';

/** What each request cost the machine; docs/storage.md says what each column means. */
export const requestCosts: Migration = {
  version: 4,
  sql: `
    CREATE TABLE request_costs (
      request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      engine_ms REAL NOT NULL,
      gpu_share REAL,
      prompt_tokens INTEGER,
      joules REAL,
      meter TEXT
    ) STRICT;
  `,
};
