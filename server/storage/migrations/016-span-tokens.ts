import type { Migration } from './migration.ts';

/** What calibrations and comparisons of models spent; docs/storage.md says what each column means. */
export const spanTokens: Migration = {
  version: 16,
  sql: `
    CREATE TABLE span_tokens (
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      tokens INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX span_tokens_at ON span_tokens (at);
  `,
};
