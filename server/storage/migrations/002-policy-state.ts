import type { Migration } from './migration.ts';

/** What learners know, and where each request's rule stopped; docs/storage.md says what each column means. */
export const policyState: Migration = {
  version: 2,
  sql: `
    CREATE TABLE policy_state (
      id TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      state TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;

    ALTER TABLE requests ADD COLUMN arm TEXT;
    ALTER TABLE requests ADD COLUMN propensity REAL;
    ALTER TABLE requests ADD COLUMN tau_done REAL;
    ALTER TABLE requests ADD COLUMN tau_alive REAL;
    ALTER TABLE requests ADD COLUMN show_bar REAL;
    ALTER TABLE requests ADD COLUMN lambda REAL;
  `,
};
