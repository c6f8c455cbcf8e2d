import type { Migration } from './migration.ts';

/** Spans of a workspace as numbers, and what calibrations made of them; docs/storage.md says what each column means. */
export const calibrations: Migration = {
  version: 10,
  sql: `
    CREATE TABLE calibration_spans (
      model_digest TEXT NOT NULL,
      engine TEXT NOT NULL,
      workspace TEXT NOT NULL,
      span TEXT NOT NULL,
      answers TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      trace TEXT NOT NULL,
      PRIMARY KEY (model_digest, engine, workspace, span)
    ) STRICT;

    CREATE TABLE calibrations (
      model_digest TEXT NOT NULL,
      engine TEXT NOT NULL,
      workspace TEXT NOT NULL,
      looks INTEGER NOT NULL,
      spans TEXT NOT NULL,
      calibrated_at INTEGER NOT NULL,
      weights TEXT,
      PRIMARY KEY (model_digest, engine, workspace)
    ) STRICT;
  `,
};
