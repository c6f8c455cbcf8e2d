import { ANSWERS } from '../stopping/policy/answers.ts';
import type { LabelledTrace, StretchEvidence } from './learner.ts';

/** A settled episode's first request, labelled, as it is stored; no code. */
export interface EvidenceRow {
  /** Of the request. */
  readonly id: string;
  /** Milliseconds since the epoch: when it was asked for. */
  readonly at: number;
  readonly modelDigest: string;
  /** Name alone: a certificate holds for any version of it. */
  readonly engine: string;
  /** What rule and repairs answered when it was labelled: another answer may be another label. */
  readonly answers: string;
  /** For a simulated user. */
  readonly simulated: boolean;
  readonly trace: LabelledTrace;
}

/** Port: what learning needs of the database to keep traces and to read them back. */
export interface EvidenceRows {
  save(row: EvidenceRow): void;
  /**
   * The newest of one model on an engine that went on behind their stop, oldest first. What was stored with another
   * set of features, labelled by other answers, or written by a simulated user is left out.
   * @throws {Error} where the database can't be read now
   */
  followed(model: ModelOn, answers: string, limit: number): LabelledTrace[];
  /** Of these, those after which nothing was offered; those asked for after `since` are fresh. */
  count(model: ModelOn, answers: string, since: number): Counts;
}

export type ModelOn = Pick<EvidenceRow, 'modelDigest' | 'engine'>;

export interface Counts {
  readonly total: number;
  readonly fresh: number;
}

/** Null where the stretch has no trace. */
export function stretchRow({ requests, trace, simulated }: StretchEvidence): EvidenceRow | null {
  const request = requests.find(({ first }) => first);
  if (!request || !trace) return null;
  const { id, at, modelDigest, engine } = request;
  return { id, at, modelDigest, engine, answers: ANSWERS, simulated, trace };
}
