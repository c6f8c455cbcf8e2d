import type { Migration } from './migration.ts';

/** Kept days are added up anew: requests by Complete Here are no longer compared with the first-newline rule. */
export const oneLineSavings: Migration = {
  version: 18,
  sql: 'DELETE FROM day_figures;',
};
