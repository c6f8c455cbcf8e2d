import type { StoreDatabase } from './database.ts';

/** Rows as they were read, for as long as no other connection has written to the file and nobody here says `drop`. */
export class HeldRows<Row> {
  readonly #database: StoreDatabase;
  readonly #rows = new Map<string, Row>();
  #version = '';

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  get(key: string, read: () => Row): Row {
    const { version } = this.#database;
    if (version !== this.#version) this.drop();
    this.#version = version;
    const held = this.#rows.get(key);
    if (held !== undefined) return held;
    const row = read();
    this.#rows.set(key, row);
    return row;
  }

  /** Something was written here. */
  drop(): void {
    this.#rows.clear();
  }
}
