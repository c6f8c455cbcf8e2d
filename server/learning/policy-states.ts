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
}
