import { OWN_PRESETS } from '../../server/stopping/policy/certificate.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import type { Model, PolicyWeights } from '../../server/stopping/policy/model.ts';
import { fitPolicy } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { outcomeOf, scoreTrace, type ScoredTrace } from '../../server/learning/fit/frontier.ts';
import { choosePreset } from '../../server/learning/fit/presets.ts';
import type { ShippedWeights } from '../../server/stopping/policy/weights.ts';
import { outcomesOf, type RuleOutcomes } from './scored.ts';

const FOLDS = 5;
const SEEDS = [1, 2, 3];

/** Traces with scores by weights that saw none of their problems. */
export interface HeldOut {
  readonly scored: readonly ScoredTrace[];
  /** By trace; null for a problem that is not among the training data. */
  readonly folds: readonly (number | null)[];
}

function partsOf(model: Model) {
  return model.kind === 'mean' ? model.models : [model];
}

/** The mean, in log-odds, of all models of several fits. */
function pooled(fits: readonly PolicyWeights[], shipped: PolicyWeights): PolicyWeights {
  const mean = (part: 'alive' | 'done'): Model => ({
    kind: 'mean',
    models: fits.flatMap((weights) => partsOf(weights[part])),
  });
  return { ...shipped, alive: mean('alive'), done: mean('done') };
}

/**
 * Scores traces as the shipped policy would, had it never seen their problems: those of the training data
 * by fits on the other folds (the mean over three ways to cut folds), any other by the shipped weights.
 */
export function scoreHeldOut(
  traces: readonly FeatureTrace[],
  training: readonly FeatureTrace[],
  shipped: PolicyWeights,
): HeldOut {
  const known = training.map(({ problem }) => problem);
  const held = new Set(traces.map(({ problem }) => problem));
  if (!known.some((problem) => held.has(problem))) {
    return {
      scored: traces.map((trace) => scoreTrace(trace, shipped)),
      folds: traces.map(() => null),
    };
  }
  const cuts = SEEDS.map((seed) => {
    const fold = foldsOf(known, FOLDS, seed);
    const fits = Array.from({ length: FOLDS }, (_, out) =>
      fitPolicy(
        training.filter((_trace, i) => fold[i] !== out),
        shipped.set,
        'mean',
      ),
    );
    return { fits, foldOf: new Map(known.map((problem, i) => [problem, fold[i] ?? 0])) };
  });
  const scored = traces.map((trace) => {
    const fits = cuts.flatMap(({ fits, foldOf }) => fits[foldOf.get(trace.problem) ?? -1] ?? []);
    return scoreTrace(trace, fits.length > 0 ? pooled(fits, shipped) : shipped);
  });
  return { scored, folds: traces.map(({ problem }) => cuts[0]?.foldOf.get(problem) ?? null) };
}

/**
 * The learned presets, each trace under thresholds that were not chosen on it: those of the other folds,
 * or the shipped ones where its problem is not of the training data.
 */
export function learnedPresets(
  { scored, folds }: HeldOut,
  shipped: ShippedWeights,
): RuleOutcomes[] {
  return OWN_PRESETS.map((preset) => {
    const byFold = Array.from({ length: FOLDS }, (_, out) => {
      const others = scored.filter((_one, i) => folds[i] !== null && folds[i] !== out);
      return others.length > 0 ? choosePreset(others, preset) : null;
    });
    return outcomesOf(
      `learned-${preset}`,
      scored.map(({ trace }) => trace),
      (_, i) => {
        const one = scored[i];
        if (!one) throw new RangeError('no such trace');
        return outcomeOf(one, byFold[folds[i] ?? -1] ?? shipped.thresholds[preset]);
      },
    );
  });
}

/** The shipped presets' thresholds on held-out scores: what they were chosen on, so a little flattering. */
export function shippedPresets(
  { scored }: Pick<HeldOut, 'scored'>,
  shipped: Pick<ShippedWeights, 'thresholds'>,
  name = 'shipped',
): RuleOutcomes[] {
  return OWN_PRESETS.map((preset) =>
    outcomesOf(
      `${name}-${preset}`,
      scored.map(({ trace }) => trace),
      (_, i) => {
        const one = scored[i];
        if (!one) throw new RangeError('no such trace');
        return outcomeOf(one, shipped.thresholds[preset]);
      },
    ),
  );
}
