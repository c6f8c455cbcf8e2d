import type { ExperimentRecord } from '../learning/experiment/records.ts';
import { assignments, bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';

const EXPERIMENT = {
  id: 'id',
  startedAt: 'started_at',
  definition: 'definition',
  state: 'state',
  verdict: 'verdict',
  endedAt: 'ended_at',
  adoptedAt: 'adopted_at',
} satisfies Columns<ExperimentRecord>;

const SAVE = `${insertSql('experiments', EXPERIMENT)} ON CONFLICT (id) DO UPDATE SET ${assignments(EXPERIMENT)}`;
const LOAD = `SELECT id, started_at AS startedAt, definition, state, verdict, ended_at AS endedAt, adopted_at AS adoptedAt FROM experiments WHERE id = ?`;

/** The table `experiments`. */
export class ExperimentStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  save(record: ExperimentRecord): void {
    this.#database.statement(SAVE).run(bindable(record));
  }

  load(id: string): ExperimentRecord | null {
    return this.#database.statement<ExperimentRecord>(LOAD).get(id) ?? null;
  }
}
