import {
  OWN_TRACES,
  type CalibratedModel,
  type CalibrationKey,
  type CalibrationRecord,
  type RecordedSpan,
} from '../learning/calibrate/records.ts';
import type { Counts } from '../learning/evidence-rows.ts';
import type { FeatureTrace } from '../learning/fit/feature-trace.ts';
import { bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';
import { HeldRows } from './held-rows.ts';

const KEY = {
  modelDigest: 'model_digest',
  engine: 'engine',
  workspace: 'workspace',
} satisfies Columns<CalibrationKey>;

const SPAN = {
  ...KEY,
  span: 'span',
  answers: 'answers',
  recordedAt: 'recorded_at',
  trace: 'trace',
} satisfies Columns<RecordedSpan>;

const CALIBRATION = {
  ...KEY,
  looks: 'looks',
  spans: 'spans',
  calibratedAt: 'calibrated_at',
  weights: 'weights',
  outcome: 'outcome',
} satisfies Columns<CalibrationRecord>;

const replaceSql = (table: string, columns: Readonly<Record<string, string>>) =>
  insertSql(table, columns).replace('INSERT', 'INSERT OR REPLACE');
const selected = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, column]) => `${column} AS ${name}`)
    .join(', ');

const SAVE_SPAN = replaceSql('calibration_spans', SPAN);
const SAVE = replaceSql('calibrations', CALIBRATION);
const OF_MODEL = 'model_digest = @modelDigest AND engine = @engine';
const OF_KEY = `${OF_MODEL} AND workspace = @workspace`;
const SPANS = `SELECT ${selected(SPAN)} FROM calibration_spans WHERE ${OF_KEY} AND answers = @answers`;
const ALL_SPANS = `SELECT ${selected(SPAN)} FROM calibration_spans WHERE ${OF_MODEL} AND answers = @answers`;
const ONE = `SELECT ${selected(CALIBRATION)} FROM calibrations WHERE ${OF_KEY}`;
const NEWEST = `SELECT ${selected(CALIBRATION)} FROM calibrations
  WHERE ${OF_MODEL} AND weights IS NOT NULL ORDER BY calibrated_at DESC LIMIT 1`;
const LAST_OUTCOME = `SELECT outcome FROM calibrations
  WHERE ${OF_MODEL} AND workspace <> '${OWN_TRACES}' AND outcome IS NOT NULL
  ORDER BY outcome ->> 'at' DESC LIMIT 1`;
const DROP_WEIGHTS = `UPDATE calibrations
  SET weights = NULL, outcome = json_set(outcome, '$.ended', 'reset', '$.at', ?)
  WHERE weights IS NOT NULL`;
const REFITS = `SELECT outcome FROM calibrations
  WHERE engine = ? AND workspace = '${OWN_TRACES}' AND outcome IS NOT NULL`;
const COUNT = `SELECT count(*) AS total, count(*) FILTER (WHERE recorded_at > @since) AS fresh
  FROM calibration_spans WHERE ${OF_MODEL} AND answers = @answers`;
/** That the engine was asked for last, or that was calibrated since. */
const DIGEST = `
  SELECT digest FROM (
    SELECT * FROM (
      SELECT model_digest AS digest, at FROM requests
      WHERE model = @model AND engine = @engine AND model_digest <> '' ORDER BY at DESC LIMIT 1)
    UNION ALL
    SELECT model_digest, calibrated_at FROM calibrations
    WHERE engine = @engine AND iif(json_valid(weights), weights ->> 'model', '') = @model)
  ORDER BY at DESC LIMIT 1`;

/** The tables `calibration_spans` and `calibrations`. */
export class CalibrationStore {
  readonly #database: StoreDatabase;
  /** Asked for at every decision, as are the outcomes. */
  readonly #newest: HeldRows<CalibrationRecord | null>;
  readonly #outcomes: HeldRows<string | null>;

  constructor(database: StoreDatabase) {
    this.#database = database;
    this.#newest = new HeldRows(database);
    this.#outcomes = new HeldRows(database);
  }

  saveSpan(span: RecordedSpan): void {
    this.#database
      .statement(SAVE_SPAN)
      .run(bindable({ ...span, trace: JSON.stringify(span.trace) }));
  }

  save(record: CalibrationRecord): void {
    this.forget();
    this.#database.statement(SAVE).run(bindable(record));
  }

  dropWeights(at: number): boolean {
    this.forget();
    return this.#database.statement(DROP_WEIGHTS).run(at).changes > 0;
  }

  digestOf(model: string, engine: string): string | null {
    const row = this.#database
      .statement<{ readonly digest: string }>(DIGEST)
      .get({ model, engine });
    return row?.digest ?? null;
  }

  refits(engine: string): string[] {
    return this.#database
      .statement<{ readonly outcome: string }>(REFITS)
      .all(engine)
      .map(({ outcome }) => outcome);
  }

  countSpans(model: CalibratedModel, answers: string, since: number): Counts {
    const counts = this.#database.statement<Counts>(COUNT).get({ ...model, answers, since });
    return counts ?? { total: 0, fresh: 0 };
  }

  spans(key: CalibrationKey, answers: string): RecordedSpan[] {
    return this.#spansBy(SPANS, { ...key, answers });
  }

  spansOf(model: CalibratedModel, answers: string): RecordedSpan[] {
    return this.#spansBy(ALL_SPANS, { ...model, answers });
  }

  #spansBy(sql: string, parameters: object): RecordedSpan[] {
    return this.#database
      .statement<Omit<RecordedSpan, 'trace'> & { readonly trace: string }>(sql)
      .all(parameters)
      .map((row) => ({ ...row, trace: JSON.parse(row.trace) as FeatureTrace }));
  }

  of(key: CalibrationKey): CalibrationRecord | null {
    return this.#database.statement<CalibrationRecord>(ONE).get(key) ?? null;
  }

  newest(model: CalibratedModel): CalibrationRecord | null {
    return this.#newest.get(
      named(model),
      () => this.#database.statement<CalibrationRecord>(NEWEST).get(model) ?? null,
    );
  }

  lastOutcome(model: CalibratedModel): string | null {
    return this.#outcomes.get(
      named(model),
      () =>
        this.#database.statement<{ readonly outcome: string }>(LAST_OUTCOME).get(model)?.outcome ??
        null,
    );
  }

  /** Rows were written or deleted. */
  forget(): void {
    this.#newest.drop();
    this.#outcomes.drop();
  }
}

function named({ modelDigest, engine }: CalibratedModel): string {
  return `${engine} ${modelDigest}`;
}
