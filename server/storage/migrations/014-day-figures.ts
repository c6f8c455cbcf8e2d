import type { Migration } from './migration.ts';

/** Drops the kept figures of the day that a time lies in. */
const drop = (at: string) => `
  DELETE FROM day_figures
  WHERE begins = (SELECT max(begins) FROM day_figures WHERE begins <= ${at}) AND ends > ${at};`;

const trigger = (event: 'insert' | 'update' | 'delete', table: string, at: string) => `
  CREATE TRIGGER ${table}_${event}_drops_day AFTER ${event} ON ${table} BEGIN ${drop(at)} END;`;

const ofRequest = '(SELECT at FROM requests WHERE id = NEW.request_id)';

/** Figures of days that are over, and what makes them fall; docs/storage.md says what each column means. */
export const dayFigures: Migration = {
  version: 14,
  sql: `
    CREATE TABLE day_figures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      begins INTEGER NOT NULL UNIQUE,
      ends INTEGER NOT NULL,
      figures TEXT NOT NULL
    ) STRICT;
    ${trigger('insert', 'requests', 'NEW.at')}
    ${trigger('update', 'requests', 'NEW.at')}
    ${trigger('delete', 'requests', 'OLD.at')}
    ${trigger('insert', 'memory_answers', 'NEW.at')}
    ${trigger('delete', 'memory_answers', 'OLD.at')}
    ${trigger('insert', 'episodes', 'NEW.started_at')}
    ${trigger('update', 'episodes', 'NEW.started_at')}
    ${trigger('delete', 'episodes', 'OLD.started_at')}
    ${trigger('insert', 'control_tails', ofRequest)}
    ${trigger('insert', 'shadow_tails', ofRequest)}
    ${trigger('insert', 'clocks', ofRequest)}
    ${trigger('insert', 'request_costs', ofRequest)}
  `,
};
