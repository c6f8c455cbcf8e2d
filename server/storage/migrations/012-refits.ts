import type { Migration } from './migration.ts';

/**
 * What a calibration or a refit came to, and which traces one may rest on; spans are kept with calibrations alone.
 * docs/storage.md says what each column means.
 */
export const refits: Migration = {
  version: 12,
  sql: `
    DELETE FROM evidence WHERE drawn = 'span';
    ALTER TABLE evidence ADD COLUMN engine TEXT NOT NULL DEFAULT '';
    ALTER TABLE evidence ADD COLUMN answers TEXT NOT NULL DEFAULT '';
    ALTER TABLE calibrations ADD COLUMN outcome TEXT;
  `,
};
