import { createHash } from 'node:crypto';
import { formatCount } from '../../shared/figures.ts';
import type { CalibrationReport } from '../../shared/learned.ts';
import { keptWeights } from '../learning/calibrate/calibrated-weights.ts';
import type {
  Calibrated,
  CalibrationInput,
  InForce,
  KnownWeights,
} from '../learning/calibrate/calibration.ts';
import { outcomeOf, type Outcome } from '../learning/calibrate/outcome.ts';
import type { CalibrationKey, CalibrationRecords } from '../learning/calibrate/records.ts';
import { ANSWERS } from '../stopping/policy/answers.ts';
import { certificateInWords } from '../stopping/policy/certificate.ts';
import type { Fitting } from './fitting.ts';

/** What is known of a model before a calibration. */
export interface Known {
  /** In force, or lent by another model; null: nothing at all. */
  readonly weights: KnownWeights | null;
  /** Null for the simple rule. */
  readonly inForce: InForce | null;
}

export interface TracesToCertify extends Pick<CalibrationInput, 'traces' | 'anchored' | 'source'> {
  readonly records: CalibrationRecords;
  readonly fitting: Fitting;
  readonly key: CalibrationKey;
  readonly about: Pick<CalibrationReport, 'model' | 'digest' | 'engine'>;
  readonly known: Known;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Fits and certifies, and keeps what came of it. The same traces are looked at once, however often they are
 * certified; nothing is looked at before there are as many labels as any certificate needs. Without weights to
 * deploy the row keeps those that it had.
 * @throws Error where the fit fails, or is aborted: nothing is kept then
 */
export async function certifyTraces({
  records,
  fitting,
  key,
  about,
  known,
  now,
  signal,
  ...input
}: TracesToCertify): Promise<{ readonly calibrated: Calibrated; readonly outcome: Outcome }> {
  const before = records.of(key);
  const spans = createHash('sha256').update(asText(input.traces)).digest('hex');
  const looked = before?.looks ?? 0;
  const look = looked > 0 && before?.spans === spans ? looked : looked + 1;
  const { modelDigest, engine } = key;
  const facts = { modelDigest, engine: about.engine, calibration: spans };
  const asked = { ...input, known: known.weights, inForce: known.inForce, facts, look };
  const calibrated = await fitting(asked, signal);
  const { weights, labels } = calibrated;
  const at = now();
  const outcome = outcomeOf(calibrated, {
    ...{ at, model: about.model, traces: input.traces.length },
    why: whyOf(calibrated),
  });
  records.save({
    ...key,
    looks: labels.have < labels.needed ? looked : look,
    spans,
    outcome: JSON.stringify(outcome),
    ...(weights
      ? {
          calibratedAt: Math.max(
            at,
            (records.newest({ modelDigest, engine })?.calibratedAt ?? 0) + 1,
          ),
          weights: keptWeights({ ...about, name: about.model }, weights, labels),
        }
      : { calibratedAt: before?.calibratedAt ?? at, weights: before?.weights ?? null }),
  });
  return { calibrated, outcome };
}

/** The same for the same traces, in whatever order they were recorded. */
function asText(traces: TracesToCertify['traces']): string {
  const rows = traces.map((trace) => JSON.stringify(trace)).sort();
  return [ANSWERS, ...rows].join('\n');
}

/** One sentence, without its stop. */
function whyOf({ weights, labels: { have, needed }, kept }: Calibrated): string {
  if (weights) {
    const { balanced } = weights.presets;
    return certificateInWords(balanced.certificate);
  }
  const missing = needed - have;
  const more = missing > 0 ? `; ${formatCount(missing)} labels are missing` : '';
  return `${kept ?? ''}${more}; what was in force stays so`;
}
