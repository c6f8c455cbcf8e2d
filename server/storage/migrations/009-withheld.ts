import type { Migration } from './migration.ts';

/** Which stretches were shown nothing on purpose; docs/storage.md says what each column means. */
export const withheld: Migration = {
  version: 9,
  sql: `
    ALTER TABLE episodes ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE episodes ADD COLUMN withheld_rate REAL NOT NULL DEFAULT 0;
    ALTER TABLE requests ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE requests ADD COLUMN withheld_rate REAL NOT NULL DEFAULT 0;
  `,
};
