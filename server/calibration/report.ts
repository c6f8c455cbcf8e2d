import type { CalibrationReport } from '../../shared/learned.ts';
import type { Calibrated } from '../learning/calibrate/calibration.ts';
import type { Outcome } from '../learning/calibrate/outcome.ts';
import { certificateInWords, OWN_PRESETS } from '../stopping/policy/certificate.ts';

/** What a calibration on spans came to, for people. */
export function cameOf({
  weights,
  labels,
  heldOut,
}: Calibrated): Pick<CalibrationReport, 'labels' | 'weights' | 'presets' | 'heldOut'> {
  const { n, before, firstNewline, reference, presets } = heldOut;
  return {
    labels,
    weights: weights && { origin: weights.origin, trainedOn: weights.trainedOn },
    presets: weights
      ? OWN_PRESETS.map((preset) => {
          const { point, certificate } = weights.presets[preset];
          const { tauDone, tauAlive } = point;
          return {
            ...{ preset, tauDone, tauAlive, alpha: certificate?.alpha ?? null },
            certificate: certificateInWords(certificate, { labels }),
            reading: presets?.[preset] ?? reference,
          };
        })
      : [],
    heldOut: { n, before, firstNewline, reference },
  };
}

/** One sentence. */
export function verdictOf({ weights, labels }: Calibrated, { why }: Outcome): string {
  if (weights || labels.have >= labels.needed) return why;
  return `${why}; calibrate again with more spans, or in a larger workspace`;
}
