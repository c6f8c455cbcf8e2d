import type { Migration } from './migration.ts';

/** What each episode's first stop was, told by what was kept; docs/storage.md says what each column means. */
export const stopJudgements: Migration = {
  version: 3,
  sql: `
    ALTER TABLE episodes ADD COLUMN reachable INTEGER;
    ALTER TABLE episodes ADD COLUMN premature INTEGER;
    ALTER TABLE episodes ADD COLUMN overrun INTEGER;
  `,
};
