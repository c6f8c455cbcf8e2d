import { createHash } from 'node:crypto';
import type { CalibrationReport } from '../../shared/learned.ts';
import { formatCount } from '../../shared/figures.ts';
import { ANSWERS, keptWeights } from '../learning/calibrate/calibrated-weights.ts';
import {
  calibrate,
  type Calibrated,
  type KnownWeights,
  type ShippedBefore,
} from '../learning/calibrate/calibration.ts';
import type { CalibrationKey, CalibrationRecords } from '../learning/calibrate/records.ts';
import type { FeatureTrace } from '../learning/fit/feature-trace.ts';
import {
  certificateInWords,
  OWN_PRESETS,
  uncertifiedInWords,
} from '../stopping/policy/certificate.ts';

/** What is known of a model before its first calibration. */
export interface Known {
  /** Shipped for it, or lent by another model; null: nothing at all. */
  readonly weights: KnownWeights | null;
  /** What ships for it and was in force; null for the simple rule. */
  readonly shipped: ShippedBefore | null;
}

export interface SpansToCertify {
  readonly records: CalibrationRecords;
  readonly key: CalibrationKey;
  readonly about: Pick<CalibrationReport, 'model' | 'digest' | 'engine'>;
  readonly known: Known;
  readonly traces: readonly FeatureTrace[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Fits and certifies, and keeps what came of it. The same spans are looked at once, however often they are
 * certified; nothing is looked at before there are as many labels as any certificate needs.
 */
export function certifySpans({
  records,
  key,
  about,
  known,
  traces,
  now,
}: SpansToCertify): Pick<
  CalibrationReport,
  'verdict' | 'labels' | 'weights' | 'presets' | 'heldOut'
> {
  const before = records.of(key);
  const spans = createHash('sha256').update(asText(traces)).digest('hex');
  const looked = before?.looks ?? 0;
  const look = looked > 0 && before?.spans === spans ? looked : looked + 1;
  const { modelDigest, engine } = key;
  const calibrated = calibrate({
    traces,
    known: known.weights,
    shipped: known.shipped,
    facts: { modelDigest, engine: about.engine, calibration: spans },
    look,
  });
  const { weights, labels, heldOut } = calibrated;
  records.save({
    ...key,
    looks: labels.have < labels.needed ? looked : look,
    spans,
    calibratedAt: Math.max(now, (records.newest({ modelDigest, engine })?.calibratedAt ?? 0) + 1),
    weights: weights && keptWeights({ ...about, name: about.model }, weights, labels),
  });
  return {
    verdict: verdictOf(calibrated),
    labels,
    weights: weights && { origin: weights.origin, trainedOn: weights.trainedOn },
    presets: presetsOf(calibrated),
    heldOut: {
      n: heldOut.n,
      before: heldOut.before,
      firstNewline: heldOut.firstNewline,
      reference: heldOut.reference,
    },
  };
}

/** The same for the same spans, in whatever order they were recorded. */
function asText(traces: readonly FeatureTrace[]): string {
  const rows = traces.map((trace) => JSON.stringify(trace)).sort();
  return [ANSWERS, ...rows].join('\n');
}

function presetsOf({ weights, labels, heldOut }: Calibrated) {
  if (!weights) return [];
  return OWN_PRESETS.map((preset) => {
    const { point, certificate } = weights.presets[preset];
    const reading = heldOut.presets?.[preset] ?? heldOut.reference;
    const words = certificateInWords(certificate, { labels });
    const { tauDone, tauAlive } = point;
    const alpha = certificate?.alpha ?? null;
    return { preset, tauDone, tauAlive, certificate: words, alpha, reading };
  });
}

/** One sentence. */
function verdictOf({ weights, labels }: Calibrated): string {
  const { have, needed } = labels;
  const missing = `${formatCount(Math.max(0, needed - have))} labels are missing: calibrate again with more spans, or in a larger workspace`;
  if (!weights) {
    return `${uncertifiedInWords(labels)}; too few spans to choose thresholds on, so what was in force stays so`;
  }
  const { certificate } = weights.presets.balanced;
  if (certificate) return certificateInWords(certificate);
  if (have < needed)
    return `${uncertifiedInWords(labels)}; ${missing}; the safest point is in force`;
  return `${uncertifiedInWords(labels)}; the safest point is in force`;
}
