import type { StoredState } from '../learning/policy-states.ts';
import { assignments, bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';

const STATE = {
  id: 'id',
  version: 'version',
  state: 'state',
  updatedAt: 'updated_at',
} satisfies Columns<StoredState>;

const SAVE = `${insertSql('policy_state', STATE)} ON CONFLICT (id) DO UPDATE SET ${assignments(STATE)}`;

/** The table `policy_state`. */
export class PolicyStateStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  save(state: StoredState): void {
    this.#database.statement(SAVE).run(bindable(state));
  }

  load(id: string): StoredState | null {
    const columns = 'id, version, state, updated_at AS updatedAt';
    const row = this.#database
      .statement<StoredState>(`SELECT ${columns} FROM policy_state WHERE id = ?`)
      .get(id);
    return row ?? null;
  }
}
