import { z } from 'zod';
import type { Comparison } from '../../shared/learned.ts';
import type { ComparisonRecords } from '../comparison/records.ts';
import type { StoreDatabase } from './database.ts';

const estimate = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.number(),
});

const comparison: z.ZodType<Comparison> = z.object({
  at: z.number(),
  tasks: z.number(),
  leftOut: z.number().default(0),
  models: z.array(
    z.object({
      ...{ model: z.string(), digest: z.string(), quantisation: z.string(), bytes: z.number() },
      ...{ em: estimate, tokens: z.number(), firstTokenMs: z.number(), ms: z.number() },
      ...{ loadMs: z.number(), joules: z.number() },
      ...{ isEnergyMeasured: z.boolean(), isParetoBest: z.boolean() },
    }),
  ),
  recommended: z.string().nullable(),
  why: z.string(),
});

const SAVE = 'INSERT INTO comparisons (at, result) VALUES (?, ?)';
const LAST = 'SELECT result FROM comparisons ORDER BY id DESC LIMIT 1';

/** The table `comparisons`. */
export class ComparisonStore implements ComparisonRecords {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  save(row: Comparison): void {
    this.#database.statement(SAVE).run(row.at, JSON.stringify(row));
  }

  /** Null where there is none, or where another version wrote it in a form that is not known here. */
  last(): Comparison | null {
    const row = this.#database.statement<{ result: string }>(LAST).get();
    return row ? (comparison.safeParse(JSON.parse(row.result)).data ?? null) : null;
  }
}
