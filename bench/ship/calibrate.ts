import { certify } from '../../server/learning/certify.ts';
import {
  OWN_PRESETS,
  type OwnPreset,
  type PresetCertificate,
} from '../../server/stopping/certificate.ts';
import type { PolicyWeights } from '../../server/stopping/model.ts';
import type { FeatureTrace } from '../features/extract.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { hasAllRows } from '../train/fit.ts';
import { overlapOf } from '../train/folds.ts';
import { outcomeOf, scoreTrace, type ScoredTrace } from '../train/frontier.ts';
import { PRESET_SHARES } from '../train/presets.ts';
import type { PathStep } from './path.ts';

/** The largest share of the reference's matches that a preset may lose. */
export const PRESET_ALPHAS = { faithful: 0.01, balanced: 0.02, saver: 0.05 } as const;
export const DELTA = 0.05;
const SEED = 1;

/** What a certificate says beside its counts. */
export type Facts = Pick<
  PresetCertificate,
  'population' | 'modelDigest' | 'engine' | 'calibration'
>;

export interface ChosenPreset {
  readonly preset: OwnPreset;
  readonly step: PathStep;
  readonly certificate: PresetCertificate | null;
  /** Why it has no certificate, or how far along the path the test came; in words. */
  readonly note: string;
}

/** @throws Error where problems of the training are among the calibration's */
export function refuseOverlap(
  training: readonly FeatureTrace[],
  calibration: readonly FeatureTrace[],
): void {
  const problems = (traces: readonly FeatureTrace[]) => traces.map(({ problem }) => problem);
  const shared = overlapOf(problems(training), problems(calibration)).length;
  if (shared === 0) return;
  const all = new Set(problems(calibration)).size;
  throw new Error(
    `${shared} of ${all} calibration problems are of the training: nothing certified`,
  );
}

/**
 * Matches of the reference, one of each problem, drawn by a seed before any policy is looked at. A trace
 * that was cut once its label was known counts where the reference had decided by then: every policy
 * decides no later.
 */
export function calibrationMatches(traces: readonly FeatureTrace[]): FeatureTrace[] {
  const byProblem = new Map<string, FeatureTrace[]>();
  for (const trace of traces) {
    if (!trace.matched || !hasAllRows(trace)) continue;
    byProblem.set(trace.problem, [...(byProblem.get(trace.problem) ?? []), trace]);
  }
  const random = seededRandom(SEED);
  return [...byProblem]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => own[Math.floor(random() * own.length)] ?? []);
}

export function scoreMatches(
  traces: readonly FeatureTrace[],
  weights: PolicyWeights,
): ScoredTrace[] {
  return calibrationMatches(traces).map((trace) => scoreTrace(trace, weights));
}

/** One number per match of the reference: 1 where the point loses it. */
export function lossesOf(
  matches: readonly ScoredTrace[],
  point: { readonly tauAlive: number; readonly tauDone: number },
): number[] {
  return matches.map((one) => Number(!outcomeOf(one, point).matched));
}

/** Certifies the boldest point of the path at the preset's alpha that fixed-sequence testing reaches. */
function certifyPreset(
  preset: OwnPreset,
  path: readonly PathStep[],
  matches: readonly ScoredTrace[],
  facts: Facts,
): { readonly at: number; readonly certificate: PresetCertificate | null; readonly note: string } {
  const alpha = PRESET_ALPHAS[preset];
  const candidates = path.map(({ stored }, point) => ({
    point,
    losses: lossesOf(matches, stored),
  }));
  const sampling = 'one-per-cluster';
  const result = certify(candidates, { ...facts, alpha, delta: DELTA, sampling });
  if (!result.certified) return { at: 0, certificate: null, note: result.reason };
  const { point: at, n, k } = result;
  const reached = `${result.passed} of ${path.length} points passed`;
  if (!((path[at]?.scored.tokens ?? 0) < (path[0]?.scored.tokens ?? 0))) {
    return { at: 0, certificate: null, note: `not certified: ${reached}, none saves a token` };
  }
  return { at, certificate: { alpha, delta: DELTA, n, k, ...facts }, note: reached };
}

/** The boldest point that keeps a preset's share of the patient rule's matches where the path was built. */
function byShare(preset: OwnPreset, path: readonly PathStep[]): number {
  const goal = Math.ceil(PRESET_SHARES[preset] * (path[0]?.scored.matches ?? 0));
  return Math.max(
    0,
    path.findLastIndex(({ scored }) => scored.matches >= goal),
  );
}

/**
 * A point of the path for each preset: the boldest certified one, else one by its share of the matches. None
 * is bolder than the next preset, whose certificate it has where it falls back to that one's point.
 */
export function choosePresets(
  path: readonly PathStep[],
  calibration: { readonly matches: readonly ScoredTrace[]; readonly facts: Facts } | null,
): ChosenPreset[] {
  const chosen: (ChosenPreset & { readonly at: number })[] = [];
  for (const preset of OWN_PRESETS.toReversed()) {
    const { certificate, ...tested } = calibration
      ? certifyPreset(preset, path, calibration.matches, calibration.facts)
      : { at: 0, certificate: null, note: 'not certified: no calibration' };
    const at = certificate ? tested.at : byShare(preset, path);
    const next = chosen.at(-1);
    if (next && next.at < at) {
      chosen.push({ ...next, preset, note: `${tested.note}; no bolder than ${next.preset}` });
      continue;
    }
    const step = path[at];
    if (!step) throw new RangeError('the path has no point');
    chosen.push({ preset, at, step, certificate, note: tested.note });
  }
  return chosen.reverse().map(({ preset, step, certificate, note }) => ({
    preset,
    step,
    certificate,
    note,
  }));
}
