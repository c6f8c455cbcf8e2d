import type { FeatureTrace } from '../fit/feature-trace.ts';

/** Which model on which engine, and whose code. */
export interface CalibrationKey {
  /** As engines give it: `sha256:` and 64 hex digits. */
  readonly modelDigest: string;
  /** Name alone: a certificate holds for any version of it. */
  readonly engine: string;
  /** A hash of the folder's path. */
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
  /** How often spans of this workspace were looked at for a certificate. */
  readonly looks: number;
  /** A hash of the spans that it rests on. */
  readonly spans: string;
  /** Milliseconds since the epoch. */
  readonly calibratedAt: number;
  /** JSON in the form of a weights file; null where there were no weights. */
  readonly weights: string | null;
}

/** Port: what is kept of calibrations. Every call may throw where the database can't be used now. */
export interface CalibrationRecords {
  spans(key: CalibrationKey, answers: string): readonly RecordedSpan[];
  saveSpan(span: RecordedSpan): void;
  /** The newest of any workspace, for a model on an engine. */
  newest(model: Omit<CalibrationKey, 'workspace'>): CalibrationRecord | null;
  of(key: CalibrationKey): CalibrationRecord | null;
  save(record: CalibrationRecord): void;
}
