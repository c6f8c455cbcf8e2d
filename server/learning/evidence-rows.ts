import type { LabelledTrace, SpanEvidence, StretchEvidence } from './learner.ts';

/** A labelled trace as it is stored; no code. */
export interface EvidenceRow {
  /** Of the request; of a span, its own. */
  readonly id: string;
  /** Milliseconds since the epoch: when it was asked for, or recorded. */
  readonly at: number;
  readonly modelDigest: string;
  /** For a simulated user. */
  readonly simulated: boolean;
  readonly trace: LabelledTrace;
}

/** Port: what learning needs of the database to keep traces and to read them back. */
export interface EvidenceRows {
  save(row: EvidenceRow): void;
  /**
   * The newest of one model, oldest first. What was stored with another set of features is left out.
   * @throws {Error} where the database can't be read now
   */
  ofModel(modelDigest: string, limit: number): EvidenceRow[];
}

/** Null where the stretch has no trace. */
export function stretchRow({ requests, trace, simulated }: StretchEvidence): EvidenceRow | null {
  const request = requests.find(({ first }) => first);
  if (!request || !trace) return null;
  const { id, at, modelDigest } = request;
  return { id, at, modelDigest, simulated, trace };
}

/** Nothing of a span was served. */
export function spanRow({ trace, modelDigest }: SpanEvidence, id: string, at: number): EvidenceRow {
  const labelled: LabelledTrace = {
    ...trace,
    matchOffset: null,
    drawn: { how: 'span', probability: 1 },
    served: null,
    ...{ anchored: false, premature: false, overrun: false },
  };
  return { id, at, modelDigest, simulated: false, trace: labelled };
}
