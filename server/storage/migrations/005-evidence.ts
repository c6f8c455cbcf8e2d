import type { Migration } from './migration.ts';

/** Labelled traces as numbers; docs/storage.md says what each column means. */
export const evidence: Migration = {
  version: 5,
  sql: `
    CREATE TABLE evidence (
      id TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      model_digest TEXT NOT NULL,
      language_id TEXT NOT NULL,
      context_kind TEXT NOT NULL,
      drawn TEXT NOT NULL,
      anchored INTEGER NOT NULL,
      simulated INTEGER NOT NULL,
      trace TEXT NOT NULL
    ) STRICT;
    CREATE INDEX evidence_at ON evidence (at);
    CREATE INDEX evidence_model_digest ON evidence (model_digest, at);
  `,
};
