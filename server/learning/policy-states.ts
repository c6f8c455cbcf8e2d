/** The state of a learner as it is stored. */
export interface StoredState {
  readonly id: string;
  readonly version: number;
  /** JSON. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** Port: what learners need of the database. */
export interface PolicyStates {
  /** @throws {Error} where the database can't be read now */
  load(id: string): StoredState | null;
  save(state: StoredState): void;
  /**
   * Reads and saves in one go, so that what another process saves meanwhile is not lost.
   * @param change what becomes of the state that is there; null leaves it
   * @throws {Error} where the database can't be written now: nothing is saved then
   */
  update(id: string, change: (stored: StoredState | null) => StoredState | null): void;
}
