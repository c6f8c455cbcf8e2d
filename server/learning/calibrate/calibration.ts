import {
  choosePresets,
  DELTA,
  deltaOf,
  LOOSEST,
  scoreMatches,
  type Facts,
} from '../certify/calibrate.ts';
import { clustersNeeded } from '../certify/certify.ts';
import { pathOf, type PathStep } from '../certify/path.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { compareFrontiers, type FrontiersCompared } from '../fit/compare-frontiers.ts';
import { fitPolicy, hasAllRows } from '../fit/fit.ts';
import { crossScore, outcomeOf, pointOf, scoreTrace, type ScoredTrace } from '../fit/frontier.ts';
import { storedThresholds } from '../fit/presets.ts';
import {
  OWN_PRESETS,
  uncertifiedInWords,
  type Labels,
  type OwnPreset,
} from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { PolicyWeights } from '../../stopping/policy/model.ts';
import { PATIENT, type PartialPoint } from '../../stopping/policy/point.ts';
import { deployedPresets, type DeployedPresets } from './deployed.ts';
import { partOf, type Part } from './split.ts';

/** Weights that are there before a span is recorded: shipped for the model, or lent by another one. */
export type KnownWeights = Pick<LearnedWeights, 'policy' | 'trainedOn' | 'path' | 'problems'>;

/** The learned weights that are in force before. */
export type InForce = Pick<LearnedWeights, 'policy' | 'thresholds' | 'certified'>;

/** Below these, weights fitted on traces say more of the traces than of the model. */
export const ENOUGH_TO_FIT = { traces: 150, matches: 30 } as const;
/** Below this, no path of thresholds can be ordered. */
const ENOUGH_TO_ORDER = 10;
const FOLDS = 5;
const SEEDS = [1];
const KIND = 'mean';

export interface CalibrationInput {
  /** Of one model and engine, after which nothing was offered. */
  readonly traces: readonly FeatureTrace[];
  /** Labelled after an offer: weights may be fitted on them, and nothing else. */
  readonly anchored?: readonly FeatureTrace[];
  /** May be certified as they are; null where own ones alone are tried. */
  readonly known: KnownWeights | null;
  /** Null where the simple rule is. */
  readonly inForce: InForce | null;
  readonly facts: Omit<Facts, 'population'>;
  /** What the traces are, in words: `spans of committed code of this workspace`. */
  readonly source: string;
  /** How often such traces were looked at for a certificate, this time included. */
  readonly look: number;
}

/** Mean tokens a request, and matches. */
export interface Reading {
  readonly tokens: number;
  readonly matches: number;
}

/** On spans that neither weights nor the order of the points come from. */
export interface HeldOut {
  readonly n: number;
  /** The balanced preset as it was in force before. */
  readonly before: Reading;
  /** Whatever stands at the first line break. */
  readonly firstNewline: Reading;
  /** Never gives up: what the certificates count the matches of. */
  readonly reference: Reading;
  /** As they are in force from now on; null where there are no weights. */
  readonly presets: Readonly<Record<OwnPreset, Reading>> | null;
}

export interface Calibrated {
  /** Null where what is in force stays so. */
  readonly weights: {
    readonly policy: PolicyWeights;
    /** `own`: fitted on these traces. */
    readonly origin: 'own' | 'known';
    readonly trainedOn: string;
    readonly path: readonly PartialPoint[];
    readonly presets: DeployedPresets;
  } | null;
  readonly labels: Labels;
  readonly heldOut: HeldOut;
  /** Own weights against the learned ones in force, held out; null where either is missing, or own ones were not tried. */
  readonly compared: FrontiersCompared | null;
  /** In words: why what is in force stays so; null where it does not. */
  readonly kept: string | null;
}

/**
 * Fits, orders, certifies, compares, and then deploys or keeps, for one model out of traces that nothing was offered
 * for. A hash of each file says on which half its traces are. On the first half own weights are fitted, and take the
 * place of known ones where they need fewer tokens there for as many matches, and the path of thresholds is ordered.
 * The second half is looked at once, by the fixed sequence of `certify`, which spends 6 delta / (pi^2 look^2). Own
 * weights that are certified replace learned ones only where they have the better frontier there, too.
 */
export function calibrate(input: CalibrationInput): Calibrated {
  const { traces, known, inForce, look } = input;
  const trained = new Set(known?.problems);
  const whole = traces.filter((trace) => hasAllRows(trace) && !trained.has(trace.problem));
  const of = (part: Part) => whole.filter(({ problem }) => partOf(problem) === part);
  const certifying = of('certify');
  const anchored = (input.anchored ?? []).filter(
    (trace) => hasAllRows(trace) && partOf(trace.problem) === 'fit',
  );
  const fitting = of('fit');
  const chosen = chooseWeights(fitting, anchored, known);
  const labels = {
    have: new Set(certifying.filter(({ matched }) => matched).map(({ problem }) => problem)).size,
    needed: clustersNeeded(LOOSEST, deltaOf(look)),
  };
  const heldOut = { ...readWithout(certifying, inForce), presets: null };
  const without = { weights: null, labels, heldOut, compared: null };
  if (!chosen) return { ...without, kept: tooFewInWords(labels, fitting, anchored) };
  const presets = presetsOf(chosen, certifying, input);
  if (!presets) return { ...without, kept: uncertifiedInWords(labels) };
  const scored = certifying.map((trace) => scoreTrace(trace, chosen.policy));
  const compared =
    chosen.origin === 'own' && inForce
      ? compareFrontiers(
          certifying.map((trace) => scoreTrace(trace, inForce.policy)),
          scored,
        )
      : null;
  if (compared && !isSure(compared, look)) {
    return { ...without, compared, kept: comparedInWords(compared) };
  }
  return {
    weights: {
      ...chosen,
      path: chosen.path
        .slice(1)
        .map(({ stored: { tauDone, tauAlive } }) => ({ tauDone, tauAlive })),
      presets,
    },
    labels,
    heldOut: { ...heldOut, presets: readPresets(scored, presets) },
    compared,
    kept: null,
  };
}

/** Why there were no weights to try. */
function tooFewInWords(
  labels: Labels,
  fitting: readonly FeatureTrace[],
  anchored: readonly FeatureTrace[],
): string {
  const all = [...fitting, ...anchored];
  const { traces, matches } = ENOUGH_TO_FIT;
  const few =
    fitting.length < ENOUGH_TO_ORDER
      ? `too few spans to order thresholds on: ${fitting.length} of ${ENOUGH_TO_ORDER}`
      : `too few traces to fit weights on: ${all.length} of ${traces}, with ${countMatches(all)} of ${matches} matches`;
  return labels.have < labels.needed ? `${uncertifiedInWords(labels)}; ${few}` : few;
}

function countMatches(traces: readonly FeatureTrace[]): number {
  return traces.filter(({ matched }) => matched).length;
}

function comparedInWords({ n, before, after }: FrontiersCompared): string {
  return `own weights are not surely better: ${after.toFixed(2)} tokens in place of ${before.toFixed(2)} for as many matches, n = ${n}`;
}

/** The chance that weights which are no better replace others is DELTA at most over all looks together. */
function isSure({ confidence }: FrontiersCompared, look: number): boolean {
  return confidence >= 1 - deltaOf(look);
}

/** Null where no preset has a certificate that it had not before. */
function presetsOf(
  { policy, path, origin }: Weights,
  certifying: readonly FeatureTrace[],
  { inForce, facts, source, look }: CalibrationInput,
): DeployedPresets | null {
  const matches = scoreMatches(certifying, policy);
  const population = `reference matches in ${matches.length} files, of ${certifying.length} ${source}`;
  const before = origin === 'known' ? inForce : null;
  const presets = deployedPresets(
    choosePresets(path, { matches, facts: { ...facts, population }, look, inStrata: true }),
    before,
  );
  const isNew = (preset: OwnPreset) => {
    const { certificate } = presets[preset];
    return certificate !== null && certificate !== before?.certified?.[preset];
  };
  return OWN_PRESETS.some(isNew) ? presets : null;
}

interface Weights {
  readonly policy: PolicyWeights;
  readonly origin: 'own' | 'known';
  readonly trainedOn: string;
  /** The reference first. */
  readonly path: readonly PathStep[];
}

function chooseWeights(
  traces: readonly FeatureTrace[],
  anchored: readonly FeatureTrace[],
  known: KnownWeights | null,
): Weights | null {
  if (traces.length < ENOUGH_TO_ORDER) return null;
  const all = [...traces, ...anchored];
  const enough = all.length >= ENOUGH_TO_FIT.traces && countMatches(all) >= ENOUGH_TO_FIT.matches;
  const own = enough ? crossScore(all, fitLite, FOLDS, SEEDS).slice(0, traces.length) : null;
  if (!known) return own && ownWeights(all, own);
  const held = traces.map((trace) => scoreTrace(trace, known.policy));
  if (own && compareFrontiers(held, own).confidence >= 1 - DELTA) return ownWeights(all, own);
  return { ...known, origin: 'known', path: known.path ? stepsOf(known.path, held) : pathOf(held) };
}

const fitLite = (part: readonly FeatureTrace[]) => fitPolicy(part, 'lite', KIND);

/** @param held scores by models that saw none of the problem's traces */
function ownWeights(traces: readonly FeatureTrace[], held: readonly ScoredTrace[]): Weights {
  return {
    policy: fitLite(traces),
    origin: 'own',
    trainedOn: `${traces.length} traces of its own`,
    path: pathOf(held),
  };
}

/** A path that was ordered before, as it scores here. */
function stepsOf(path: readonly PartialPoint[], held: readonly ScoredTrace[]): PathStep[] {
  return [PATIENT, ...path].map((point) => {
    const stored = storedThresholds(point);
    return { stored, scored: pointOf(held, stored) };
  });
}

function readWithout(
  traces: readonly FeatureTrace[],
  inForce: InForce | null,
): Omit<HeldOut, 'presets'> {
  const baseline = (id: string) =>
    meanOf(traces.map(({ baselines }) => baselines[id] ?? { tokens: 0, matched: false }));
  return {
    n: traces.length,
    before: inForce ? readBefore(traces, inForce) : baseline('confidence'),
    firstNewline: baseline('first-newline'),
    reference: meanOf(traces),
  };
}

function readBefore(traces: readonly FeatureTrace[], { policy, thresholds }: InForce): Reading {
  return meanOf(traces.map((trace) => outcomeOf(scoreTrace(trace, policy), thresholds.balanced)));
}

function readPresets(scored: readonly ScoredTrace[], presets: DeployedPresets) {
  const read = ({ point }: DeployedPresets['saver']): Reading =>
    meanOf(scored.map((one) => outcomeOf(one, point)));
  const { faithful, balanced, saver } = presets;
  return { faithful: read(faithful), balanced: read(balanced), saver: read(saver) };
}

function meanOf(
  outcomes: readonly { readonly tokens: number; readonly matched: boolean }[],
): Reading {
  const tokens = outcomes.reduce((sum, one) => sum + one.tokens, 0);
  return {
    tokens: outcomes.length === 0 ? 0 : tokens / outcomes.length,
    matches: outcomes.filter(({ matched }) => matched).length,
  };
}
