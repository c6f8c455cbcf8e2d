import { z } from 'zod';
import type { Counts, EvidenceRow, ModelOn } from '../learning/evidence-rows.ts';
import type { LabelledTrace } from '../learning/learner.ts';
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
const FOLLOWED = `FROM evidence WHERE model_digest = @modelDigest AND engine = @engine
  AND answers = @answers AND simulated = 0 AND drawn <> 'served'`;
const NEWEST = `SELECT trace ${FOLLOWED} ORDER BY at DESC, rowid DESC LIMIT @limit`;
const COUNT = `SELECT count(*) AS total, count(*) FILTER (WHERE at > @since) AS fresh
  ${FOLLOWED} AND anchored = 0`;

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

  followed(model: ModelOn, answers: string, limit: number): LabelledTrace[] {
    return this.#database
      .statement<Pick<Row, 'trace'>>(NEWEST)
      .all({ ...model, answers, limit })
      .reverse()
      .flatMap(({ trace }) => {
        const { data } = labelledSchema.safeParse(JSON.parse(trace));
        return data ? [expanded(data)] : [];
      });
  }

  count(model: ModelOn, answers: string, since: number): Counts {
    const counts = this.#database.statement<Counts>(COUNT).get({ ...model, answers, since });
    return counts ?? { total: 0, fresh: 0 };
  }
}
