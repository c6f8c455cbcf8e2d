import { z } from 'zod';
import type { EvidenceRow } from '../learning/evidence-rows.ts';
import { compact, compactTraceSchema, expanded } from '../learning/fit/compact-trace.ts';
import { bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';

const labelledSchema = compactTraceSchema.extend({
  matchOffset: z.number().int().nullable(),
  drawn: z.object({
    how: z.enum(['served', 'control', 'withheld', 'shadow']),
    probability: z.number(),
  }),
  served: z.object({ matched: z.boolean(), tokens: z.number().int() }).nullable(),
  anchored: z.boolean(),
  premature: z.boolean(),
  overrun: z.boolean(),
});

interface Row {
  readonly id: string;
  readonly at: number;
  readonly modelDigest: string;
  readonly engine: string;
  readonly answers: string;
  readonly languageId: string;
  readonly kind: string;
  readonly drawn: string;
  readonly anchored: boolean;
  readonly simulated: boolean;
  readonly trace: string;
}

const EVIDENCE = {
  id: 'id',
  at: 'at',
  modelDigest: 'model_digest',
  engine: 'engine',
  answers: 'answers',
  languageId: 'language_id',
  kind: 'context_kind',
  drawn: 'drawn',
  anchored: 'anchored',
  simulated: 'simulated',
  trace: 'trace',
} satisfies Columns<Row>;

const SAVE = `${insertSql('evidence', EVIDENCE)} ON CONFLICT (id) DO NOTHING`;
const OF_MODEL = `
  SELECT id, at, engine, answers, simulated, trace FROM evidence WHERE model_digest = ?
  ORDER BY at DESC, rowid DESC LIMIT ?`;

/** The table `evidence`. */
export class EvidenceStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  save({ trace, ...facts }: EvidenceRow): void {
    const { lang, kind, drawn, anchored } = trace;
    const row: Row = {
      ...facts,
      ...{ languageId: lang, kind, drawn: drawn.how, anchored },
      trace: JSON.stringify(compact(trace)),
    };
    this.#database.statement(SAVE).run(bindable(row));
  }

  ofModel(modelDigest: string, limit: number): EvidenceRow[] {
    return this.#database
      .statement<Pick<Row, 'id' | 'at' | 'engine' | 'answers' | 'trace'> & { simulated: number }>(
        OF_MODEL,
      )
      .all(modelDigest, limit)
      .reverse()
      .flatMap(({ simulated, trace, ...facts }) => {
        const { data } = labelledSchema.safeParse(JSON.parse(trace));
        if (!data) return [];
        return [{ ...facts, modelDigest, simulated: simulated === 1, trace: expanded(data) }];
      });
  }
}
