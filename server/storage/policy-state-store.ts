import type { StoredState } from '../learning/policy-states.ts';
import { assignments, bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';
import { HeldRows } from './held-rows.ts';

const STATE = {
  id: 'id',
  version: 'version',
  state: 'state',
  updatedAt: 'updated_at',
} satisfies Columns<StoredState>;

const SAVE = `${insertSql('policy_state', STATE)} ON CONFLICT (id) DO UPDATE SET ${assignments(STATE)}`;

const LOAD = 'SELECT id, version, state, updated_at AS updatedAt FROM policy_state WHERE id = ?';

/** The table `policy_state`; a row is read again once it may have changed. */
export class PolicyStateStore {
  readonly #database: StoreDatabase;
  readonly #held: HeldRows<StoredState | null>;

  constructor(database: StoreDatabase) {
    this.#database = database;
    this.#held = new HeldRows(database);
  }

  save(state: StoredState): void {
    this.#held.drop();
    this.#database.statement(SAVE).run(bindable(state));
  }

  load(id: string): StoredState | null {
    return this.#held.get(id, () => this.#database.statement<StoredState>(LOAD).get(id) ?? null);
  }

  /** All rows were deleted. */
  forget(): void {
    this.#held.drop();
  }
}
