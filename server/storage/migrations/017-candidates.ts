import type { Migration } from './migration.ts';

/** Further candidates for a place, and which of them was taken; docs/storage.md says what each column means. */
export const candidates: Migration = {
  version: 17,
  sql: `
    ALTER TABLE requests ADD COLUMN candidate INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE requests ADD COLUMN accepted INTEGER;
  `,
};
