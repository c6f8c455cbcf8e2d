import type Database from 'better-sqlite3';
import { records } from './migrations/001-records.ts';
import { policyState } from './migrations/002-policy-state.ts';
import { stopJudgements } from './migrations/003-stop-judgements.ts';
import { requestCosts } from './migrations/004-request-costs.ts';
import { evidence } from './migrations/005-evidence.ts';
import { escalations } from './migrations/006-escalations.ts';
import { workspace } from './migrations/007-workspace.ts';
import { experiments } from './migrations/008-experiments.ts';
import { withheld } from './migrations/009-withheld.ts';
import { calibrations } from './migrations/010-calibrations.ts';
import { clocks } from './migrations/011-clocks.ts';
import { refits } from './migrations/012-refits.ts';
import { shadowTails } from './migrations/013-shadow-tails.ts';
import { dayFigures } from './migrations/014-day-figures.ts';
import { comparisons } from './migrations/015-comparisons.ts';
import { spanTokens } from './migrations/016-span-tokens.ts';
import { candidates } from './migrations/017-candidates.ts';
import { oneLineSavings } from './migrations/018-one-line-savings.ts';
import type { Migration } from './migrations/migration.ts';
import { StorageError } from './storage-error.ts';

export const MIGRATIONS: readonly Migration[] = [
  records,
  policyState,
  stopJudgements,
  requestCosts,
  evidence,
  escalations,
  workspace,
  experiments,
  withheld,
  calibrations,
  clocks,
  refits,
  shadowTails,
  dayFigures,
  comparisons,
  spanTokens,
  candidates,
  oneLineSavings,
];

/**
 * Brings the database to the newest schema, all steps in one transaction. Safe where several
 * processes start at once.
 * @throws StorageError `newer-schema`
 */
export function migrate(
  database: Database.Database,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (versionOf(database) === newest) return;
  const run = database.transaction(() => {
    const version = versionOf(database);
    if (version > newest) {
      throw new StorageError(
        'newer-schema',
        `The database ${database.name} was written by a newer version of Shortstop (schema ${version}, this one knows ${newest}): update the extension, or choose another state folder.`,
      );
    }
    for (const migration of migrations) {
      if (migration.version > version) database.exec(migration.sql);
    }
    database.pragma(`user_version = ${newest}`);
  });
  run.immediate();
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
