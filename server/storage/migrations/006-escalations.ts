import type { Migration } from './migration.ts';

/** Which requests a smaller model had answered before, why a larger one was asked, too, and which was right. */
export const escalations: Migration = {
  version: 6,
  sql: `
    ALTER TABLE requests ADD COLUMN escalated_from TEXT;
    ALTER TABLE requests ADD COLUMN escalation TEXT;
    ALTER TABLE requests ADD COLUMN matched INTEGER;
  `,
};
