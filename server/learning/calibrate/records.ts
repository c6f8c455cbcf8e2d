import type { Counts } from '../evidence-rows.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';

/** What a refit rests on: traces of every workspace. */
export const OWN_TRACES = 'own traces';

/** Which model on which engine, and whose code. */
export interface CalibrationKey {
  /** As engines give it: `sha256:` and 64 hex digits. */
  readonly modelDigest: string;
  /** Name alone: a certificate holds for any version of it. */
  readonly engine: string;
  /** A hash of the folder's path; `OWN_TRACES` for all that the user wrote and calibrated. */
  readonly workspace: string;
}

/** A span's trace as numbers; no code. */
export interface RecordedSpan extends CalibrationKey {
  /** A hash of the file's content and the span's place in it. */
  readonly span: string;
  /** What rule and repairs answered when it was labelled; another answer needs another label. */
  readonly answers: string;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly trace: FeatureTrace;
}

/** What a calibration gave. */
export interface CalibrationRecord extends CalibrationKey {
  /** How often its traces were looked at for a certificate. */
  readonly looks: number;
  /** A hash of the traces that were looked at last. */
  readonly spans: string;
  /** Of its weights, milliseconds since the epoch: the newest weights are in force. */
  readonly calibratedAt: number;
  /** JSON in the form of a weights file; null where it never gave any. */
  readonly weights: string | null;
  /** JSON: what it came to the last time; null where an earlier version wrote the row. */
  readonly outcome: string | null;
}

/** Which model on which engine. */
export type CalibratedModel = Omit<CalibrationKey, 'workspace'>;

/** Port: what is kept of calibrations. Every call may throw where the database can't be used now. */
export interface CalibrationRecords {
  spans(key: CalibrationKey, answers: string): readonly RecordedSpan[];
  saveSpan(span: RecordedSpan): void;
  /** Of all workspaces; those recorded after `since` are fresh. */
  countSpans(model: CalibratedModel, answers: string, since: number): Counts;
  spansOf(model: CalibratedModel, answers: string): readonly RecordedSpan[];
  /** Of the model that this name stood for last; null where it was never asked for. */
  digestOf(model: string, engine: string): string | null;
  /** What every refit on an engine came to the last time. */
  refits(engine: string): readonly string[];
  /** That with the newest weights, of any workspace. */
  newest(model: CalibratedModel): CalibrationRecord | null;
  /** What the last one of a workspace came to; not a refit's. */
  lastOutcome(model: CalibratedModel): string | null;
  of(key: CalibrationKey): CalibrationRecord | null;
  save(record: CalibrationRecord): void;
  /**
   * What ships is in force again, for every model; spans and looks stay.
   * @param at milliseconds since the epoch
   * @returns whether there were other weights
   */
  dropWeights(at: number): boolean;
}
