import { choosePresets, DELTA, scoreMatches, type Facts } from '../certify/calibrate.ts';
import { clustersNeeded, recalibrationDelta } from '../certify/certify.ts';
import { pathOf, type PathStep } from '../certify/path.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { fitPolicy, hasAllRows } from '../fit/fit.ts';
import { crossScore, outcomeOf, pointOf, scoreTrace, type ScoredTrace } from '../fit/frontier.ts';
import { choosePreset, storedThresholds } from '../fit/presets.ts';
import type { Labels, OwnPreset } from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { PolicyWeights } from '../../stopping/policy/model.ts';
import { PATIENT, type PartialPoint } from '../../stopping/policy/point.ts';
import { deployedPresets, type DeployedPresets } from './deployed.ts';
import { partOf, type Part } from './split.ts';

/** Weights that are there before a span is recorded: shipped for the model, or lent by another one. */
export type KnownWeights = Pick<LearnedWeights, 'policy' | 'trainedOn' | 'path' | 'problems'>;

/** What ships for a model, and was in force before. */
export type ShippedBefore = Pick<LearnedWeights, 'policy' | 'thresholds' | 'certified'>;

/** Below these, weights fitted on a workspace's spans say more of the spans than of the model. */
export const ENOUGH_TO_FIT = { traces: 150, matches: 30 } as const;
/** Below this, no path of thresholds can be ordered. */
const ENOUGH_TO_ORDER = 10;
const FOLDS = 5;
const SEEDS = [1];
const KIND = 'mean';
/** The largest level at which a point is certified at all. */
const LOOSEST = 0.1;

export interface CalibrationInput {
  /** Of one model and engine. */
  readonly traces: readonly FeatureTrace[];
  /** Null where nothing is known of the model. */
  readonly known: KnownWeights | null;
  /** Null where nothing ships for it, and the simple rule was in force. */
  readonly shipped: ShippedBefore | null;
  readonly facts: Omit<Facts, 'population'>;
  /** How often spans of this workspace were looked at for a certificate, this time included. */
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
  /** Null where none were known and there is too little to fit. */
  readonly weights: {
    readonly policy: PolicyWeights;
    /** `own`: fitted on these spans. */
    readonly origin: 'own' | 'known';
    readonly trainedOn: string;
    readonly path: readonly PartialPoint[];
    readonly presets: DeployedPresets;
  } | null;
  readonly labels: Labels;
  readonly heldOut: HeldOut;
}

/**
 * Weights, thresholds and certificates for one model out of a workspace's spans. Weights come from `known`, or
 * are fitted on the first of three parts where these need fewer tokens and keep as many matches on the second;
 * the path of thresholds is ordered on both. The third part is looked at once, by the fixed sequence of
 * `certify`, which spends 6 delta / (pi^2 look^2).
 */
export function calibrate({ traces, known, shipped, facts, look }: CalibrationInput): Calibrated {
  const trained = new Set(known?.problems);
  const whole = traces.filter((trace) => hasAllRows(trace) && !trained.has(trace.problem));
  const of = (...parts: Part[]) => whole.filter(({ problem }) => parts.includes(partOf(problem)));
  const certifying = of('certify');
  const chosen = chooseWeights(of('fit'), of('select'), known);
  const labels = {
    have: new Set(certifying.filter(({ matched }) => matched).map(({ problem }) => problem)).size,
    needed: clustersNeeded(LOOSEST, recalibrationDelta(DELTA, look)),
  };
  const heldOut = readWithout(certifying, shipped);
  if (!chosen) return { weights: null, labels, heldOut: { ...heldOut, presets: null } };
  const { policy, path } = chosen;
  const matches = scoreMatches(certifying, policy);
  const population = `reference matches in ${matches.length} files, of ${certifying.length} spans of committed code of this workspace`;
  const presets = deployedPresets(
    choosePresets(path, { matches, facts: { ...facts, population }, look }),
    chosen.origin === 'known' ? shipped : null,
  );
  const scored = certifying.map((trace) => scoreTrace(trace, policy));
  return {
    weights: {
      ...chosen,
      path: path.slice(1).map(({ stored: { tauDone, tauAlive } }) => ({ tauDone, tauAlive })),
      presets,
    },
    labels,
    heldOut: { ...heldOut, presets: readPresets(scored, presets) },
  };
}

interface Weights {
  readonly policy: PolicyWeights;
  readonly origin: 'own' | 'known';
  readonly trainedOn: string;
  /** The reference first. */
  readonly path: readonly PathStep[];
}

function chooseWeights(
  fit: readonly FeatureTrace[],
  select: readonly FeatureTrace[],
  known: KnownWeights | null,
): Weights | null {
  const both = [...fit, ...select];
  if (both.length < ENOUGH_TO_ORDER) return null;
  const matches = fit.filter(({ matched }) => matched).length;
  const enough = fit.length >= ENOUGH_TO_FIT.traces && matches >= ENOUGH_TO_FIT.matches;
  if (enough && (!known || isBetter(fit, select, known.policy))) return ownWeights(both);
  if (!known) return null;
  const held = both.map((trace) => scoreTrace(trace, known.policy));
  return { ...known, origin: 'known', path: known.path ? stepsOf(known.path, held) : pathOf(held) };
}

const fitLite = (part: readonly FeatureTrace[]) => fitPolicy(part, 'lite', KIND);

function ownWeights(traces: readonly FeatureTrace[]): Weights {
  return {
    policy: fitLite(traces),
    origin: 'own',
    trainedOn: `${traces.length} spans of this workspace`,
    path: pathOf(crossScore(traces, fitLite, FOLDS, SEEDS)),
  };
}

/** Whether own weights need fewer tokens than the known ones and keep as many matches, where neither was fitted. */
function isBetter(
  fit: readonly FeatureTrace[],
  select: readonly FeatureTrace[],
  known: PolicyWeights,
): boolean {
  const read = (held: readonly ScoredTrace[], weights: PolicyWeights) => {
    const point = choosePreset(held, 'balanced');
    return pointOf(
      select.map((trace) => scoreTrace(trace, weights)),
      point,
    );
  };
  const own = read(crossScore(fit, fitLite, FOLDS, SEEDS), fitLite(fit));
  const before = read(
    fit.map((trace) => scoreTrace(trace, known)),
    known,
  );
  return own.tokens < before.tokens && own.matches >= before.matches;
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
  shipped: ShippedBefore | null,
): Omit<HeldOut, 'presets'> {
  const baseline = (id: string) =>
    meanOf(traces.map(({ baselines }) => baselines[id] ?? { tokens: 0, matched: false }));
  return {
    n: traces.length,
    before: shipped ? readBefore(traces, shipped) : baseline('confidence'),
    firstNewline: baseline('first-newline'),
    reference: meanOf(traces),
  };
}

function readBefore(
  traces: readonly FeatureTrace[],
  { policy, thresholds }: ShippedBefore,
): Reading {
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
