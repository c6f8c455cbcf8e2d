import type {
  CalibrationKey,
  CalibrationRecord,
  RecordedSpan,
} from '../learning/calibrate/records.ts';
import type { FeatureTrace } from '../learning/fit/feature-trace.ts';
import { bindable, insertSql, type Columns } from './columns.ts';
import type { StoreDatabase } from './database.ts';

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
const ONE = `SELECT ${selected(CALIBRATION)} FROM calibrations WHERE ${OF_KEY}`;
const NEWEST = `SELECT ${selected(CALIBRATION)} FROM calibrations WHERE ${OF_MODEL} ORDER BY calibrated_at DESC LIMIT 1`;

/** The tables `calibration_spans` and `calibrations`. */
export class CalibrationStore {
  readonly #database: StoreDatabase;

  constructor(database: StoreDatabase) {
    this.#database = database;
  }

  saveSpan(span: RecordedSpan): void {
    this.#database
      .statement(SAVE_SPAN)
      .run(bindable({ ...span, trace: JSON.stringify(span.trace) }));
  }

  save(record: CalibrationRecord): void {
    this.#database.statement(SAVE).run(bindable(record));
  }

  spans(key: CalibrationKey, answers: string): RecordedSpan[] {
    return this.#database
      .statement<Omit<RecordedSpan, 'trace'> & { readonly trace: string }>(SPANS)
      .all({ ...key, answers })
      .map((row) => ({ ...row, trace: JSON.parse(row.trace) as FeatureTrace }));
  }

  of(key: CalibrationKey): CalibrationRecord | null {
    return this.#database.statement<CalibrationRecord>(ONE).get(key) ?? null;
  }

  newest(model: Omit<CalibrationKey, 'workspace'>): CalibrationRecord | null {
    return this.#database.statement<CalibrationRecord>(NEWEST).get(model) ?? null;
  }
}
