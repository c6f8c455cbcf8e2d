import { certify, recalibrationDelta, type Claim } from './certify.ts';
import {
  OWN_PRESETS,
  type OwnPreset,
  type PackageClaim,
  type PresetCertificate,
} from '../../stopping/policy/certificate.ts';
import type { PolicyWeights } from '../../stopping/policy/model.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { seededRandom } from '../random.ts';
import { hasAllRows } from '../fit/fit.ts';
import { overlapOf } from '../fit/folds.ts';
import { outcomeOf, scoreTrace, type ScoredTrace } from '../fit/frontier.ts';
import { PRESET_SHARES } from '../fit/presets.ts';
import type { PathStep } from './path.ts';
import { certifyStrata, planStrata, type StrataPlan } from './strata.ts';

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

/** What tells where a trace comes from. */
type Known = Pick<FeatureTrace, 'problem' | 'packageId'>;

/** @throws Error where problems or packages of the training are among the calibration's */
export function refuseOverlap(training: readonly Known[], calibration: readonly Known[]): void {
  const units = {
    problems: ({ problem }: Known) => [problem],
    packages: ({ packageId }: Known) => (packageId === undefined ? [] : [packageId]),
  };
  for (const [name, unitOf] of Object.entries(units)) {
    const shared = overlapOf(training.flatMap(unitOf), calibration.flatMap(unitOf)).length;
    if (shared === 0) continue;
    const all = new Set(calibration.flatMap(unitOf)).size;
    throw new Error(
      `${shared} of ${all} calibration ${name} are of the training: nothing certified`,
    );
  }
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

/** Levels that a claim may be made at; the safest presets aim at the smallest. */
const LEVELS = [0.01, 0.02, 0.05, 0.1] as const;
/** The largest of them. */
export const LOOSEST = 0.1;

/**
 * What one look at a calibration that grows may spend, so that DELTA holds for all looks together.
 * @param look how often it was looked at, this time included
 */
export function deltaOf(look: number): number {
  return recalibrationDelta(DELTA, look);
}

/** How many points of the path pass at a level, from the first on. */
function passedAt(
  alpha: number,
  path: readonly PathStep[],
  lossesAt: (step: PathStep) => readonly number[],
  claim: Facts & Pick<Claim, 'sampling'>,
  delta = deltaOf(1),
): Result {
  const candidates = path.map((step, point) => ({ point, losses: lossesAt(step) }));
  const result = certify(candidates, {
    ...claim,
    alpha,
    delta,
  });
  return result.certified
    ? { passed: result.passed, note: `${result.passed} of ${path.length} points passed` }
    : { passed: 0, note: result.reason };
}

interface Result {
  readonly passed: number;
  /** In words. */
  readonly note: string;
}

/**
 * The mean loss of each package; none where a match is of no known package. Packages may be taken for
 * independent, the files of one may not.
 */
export function packageLosses(
  matches: readonly ScoredTrace[],
  point: { readonly tauAlive: number; readonly tauDone: number },
): number[] {
  const byPackage = new Map<string, number[]>();
  for (const one of matches) {
    const { packageId } = one.trace;
    if (packageId === undefined) return [];
    const own = byPackage.get(packageId) ?? [];
    byPackage.set(packageId, [...own, Number(!outcomeOf(one, point).matched)]);
  }
  return [...byPackage.values()].map((own) => own.reduce((sum, x) => sum + x, 0) / own.length);
}

/** The smallest level at which the path's points up to this one all pass, packages taken for independent. */
export function claimByPackage(
  at: number,
  path: readonly PathStep[],
  matches: readonly ScoredTrace[],
  facts: Facts,
  delta = deltaOf(1),
): PackageClaim {
  const lossesAt = ({ stored }: PathStep) => packageLosses(matches, stored);
  let alpha: number | null = null;
  // From the largest on: each is tested only where the one before held, so all together spend delta once.
  for (const level of LEVELS.toReversed()) {
    const claim = { ...facts, sampling: 'cluster-means' } as const;
    if (passedAt(level, path, lossesAt, claim, delta).passed <= at) break;
    alpha = level;
  }
  const packages = new Set(matches.map(({ trace }) => trace.packageId)).size;
  return { packages, alpha };
}

/** The certificate of a point of the path at a level that it passed. */
function certificateAt(
  at: number,
  alpha: number,
  path: readonly PathStep[],
  { matches, facts, plan }: Planned,
): PresetCertificate {
  const stored = path[at]?.stored;
  if (!stored) throw new RangeError('the path has no such point');
  const k = lossesOf(matches, stored).reduce((sum, loss) => sum + loss, 0);
  const known = matches.every(({ trace }) => trace.packageId !== undefined);
  const byPackage = known
    ? { byPackage: claimByPackage(at, path, matches, facts, plan.pooled) }
    : {};
  return { alpha, delta: DELTA, n: matches.length, k, ...facts, ...byPackage };
}

export interface Calibration {
  readonly matches: readonly ScoredTrace[];
  readonly facts: Facts;
  /** How often a calibration with these traces in it was looked at, this time included; once by default. */
  readonly look?: number;
  /** Whether languages and kinds of place are certified by themselves, too, where they have matches enough. */
  readonly inStrata?: boolean;
}

interface Planned extends Calibration {
  readonly plan: StrataPlan;
}

function planned(calibration: Calibration): Planned {
  const { matches, look = 1, inStrata = false } = calibration;
  const delta = deltaOf(look);
  const traces = inStrata ? matches.map(({ trace }) => trace) : [];
  return { ...calibration, plan: planStrata(traces, LOOSEST, delta) };
}

/** Matches with which a point that loses half of alpha passes in four of five tries. */
const ENOUGH = { faithful: 1950, balanced: 970, saver: 390 } as const;

/**
 * A preset's point and what is certified of it: the boldest that passes at the preset's own alpha. Few matches
 * let only more cautious ones pass, whatever is lost: then the point is no more cautious than the preset's share
 * of the matches asks for, at the smallest level that it passes.
 */
function certifyPreset(
  preset: OwnPreset,
  path: readonly PathStep[],
  calibration: Planned,
  lossesAt: (step: PathStep) => readonly number[],
): { readonly at: number; readonly certificate: PresetCertificate | null; readonly note: string } {
  const own = PRESET_ALPHAS[preset];
  const { plan } = calibration;
  const { pooled } = plan;
  const claim = { ...calibration.facts, sampling: 'one-per-cluster' } as const;
  const boldest = passedAt(own, path, lossesAt, claim, pooled);
  const few = calibration.matches.length < ENOUGH[preset];
  const share = byShare(preset, path);
  const at = boldest.passed === 0 || few ? Math.max(boldest.passed - 1, share) : boldest.passed - 1;
  const note = `at ${100 * own} %: ${boldest.note.replace(/^not certified: /, '')}`;
  if (!((path[at]?.scored.tokens ?? 0) < (path[0]?.scored.tokens ?? 0))) {
    return { at, certificate: null, note: `${note}; none saves a token` };
  }
  const levels = LEVELS.filter((alpha) => alpha >= own);
  const level = levels.find((alpha) => passedAt(alpha, path, lossesAt, claim, pooled).passed > at);
  if (level === undefined) return { at, certificate: null, note };
  const certificate = certificateAt(at, level, path, calibration);
  if (plan.strata.length === 0) return { at, certificate, note };
  const strata = certifyStrata(plan, path.slice(0, at + 1).map(lossesAt), levels);
  return { at, certificate: { ...certificate, strata }, note };
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
  calibration: Calibration | null,
): ChosenPreset[] {
  const chosen: (ChosenPreset & { readonly at: number })[] = [];
  const plan = calibration && planned(calibration);
  const losses = new Map(
    path.map((step) => [step, calibration ? lossesOf(calibration.matches, step.stored) : []]),
  );
  const lossesAt = (step: PathStep) => losses.get(step) ?? [];
  for (const preset of OWN_PRESETS.toReversed()) {
    const { at, certificate, note } = plan
      ? certifyPreset(preset, path, plan, lossesAt)
      : { at: byShare(preset, path), certificate: null, note: 'no calibration' };
    const next = chosen.at(-1);
    if (next && next.at < at) {
      chosen.push({ ...next, preset, note: `${note}; no bolder than ${next.preset}` });
      continue;
    }
    const step = path[at];
    if (!step) throw new RangeError('the path has no point');
    chosen.push({ preset, at, step, certificate, note });
  }
  return chosen.reverse().map(({ preset, step, certificate, note }) => ({
    preset,
    step,
    certificate,
    note,
  }));
}
