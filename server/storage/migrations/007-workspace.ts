import type { Migration } from './migration.ts';

/** In which workspace each request was made; docs/storage.md says what the column means. */
export const workspace: Migration = {
  version: 7,
  sql: 'ALTER TABLE requests ADD COLUMN workspace TEXT;',
};
