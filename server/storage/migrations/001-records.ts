import type { Migration } from './migration.ts';

/** Requests, control tails, episodes; docs/storage.md says what each column means. */
export const records: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE episodes (
      id TEXT PRIMARY KEY,
      started_at INTEGER NOT NULL,
      language_id TEXT NOT NULL,
      context_kind TEXT NOT NULL,
      control INTEGER NOT NULL,
      control_rate REAL NOT NULL,
      simulated INTEGER NOT NULL,
      offered_at INTEGER,
      offers INTEGER NOT NULL,
      accepts INTEGER NOT NULL,
      accepted_chars INTEGER NOT NULL,
      settled_at INTEGER,
      settled_by TEXT,
      outcome TEXT,
      exact_match INTEGER,
      lines_kept INTEGER,
      edit_similarity REAL,
      served_chars INTEGER,
      kept_chars INTEGER,
      served_text TEXT,
      kept_text TEXT
    ) STRICT;
    CREATE INDEX episodes_started_at ON episodes (started_at);

    CREATE TABLE open_episodes (
      episode_id TEXT PRIMARY KEY REFERENCES episodes (id) ON DELETE CASCADE,
      owner TEXT NOT NULL,
      last_edit_at INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT;

    CREATE TABLE requests (
      id TEXT PRIMARY KEY,
      episode_id TEXT NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      language_id TEXT NOT NULL,
      context_kind TEXT NOT NULL,
      trigger TEXT NOT NULL,
      engine TEXT NOT NULL,
      engine_version TEXT NOT NULL,
      model TEXT NOT NULL,
      model_digest TEXT NOT NULL,
      policy TEXT NOT NULL,
      preset TEXT NOT NULL,
      first INTEGER NOT NULL,
      control INTEGER NOT NULL,
      control_rate REAL NOT NULL,
      prompt_chars INTEGER NOT NULL,
      suffix_chars INTEGER NOT NULL,
      ended TEXT NOT NULL,
      stop_reason TEXT,
      error_code TEXT,
      tokens_at_stop INTEGER NOT NULL,
      tokens_at_first_newline INTEGER,
      served_chars INTEGER NOT NULL,
      first_token_ms REAL,
      stop_ms REAL,
      offered INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX requests_at ON requests (at);
    CREATE INDEX requests_episode_id ON requests (episode_id);

    CREATE TABLE control_tails (
      request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
      tokens INTEGER NOT NULL,
      tokens_at_first_newline INTEGER,
      tail_ms REAL NOT NULL,
      ended TEXT NOT NULL
    ) STRICT;

    CREATE TABLE memory_answers (
      id INTEGER PRIMARY KEY,
      suggestion_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      answer_ms REAL NOT NULL
    ) STRICT;
    CREATE INDEX memory_answers_at ON memory_answers (at);
  `,
};
