/** An experiment as it is stored: its counts while it goes on are the learner's state. */
export interface ExperimentRecord {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** JSON. */
  readonly definition: string;
  /** JSON: the state at its end; null while it goes on. */
  readonly state: string | null;
  /** JSON; null while it goes on. */
  readonly verdict: string | null;
  readonly endedAt: number | null;
  readonly adoptedAt: number | null;
}

/** Port: what experiments need of the database. */
export interface ExperimentRecords {
  /** @throws {Error} where the database can't be read now */
  load(id: string): ExperimentRecord | null;
  save(record: ExperimentRecord): void;
}
