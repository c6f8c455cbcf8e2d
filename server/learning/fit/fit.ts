import { FEATURE_NAMES, type FeatureSet } from '../../stopping/reading/features.ts';
import type {
  LogisticModel,
  Model,
  PolicyWeights,
  TokensLeft,
  TreeModel,
} from '../../stopping/policy/model.ts';
import type { FeatureTrace } from './feature-trace.ts';
import { fitLogistic, type Sample } from './logistic.ts';
import { fitTrees } from './trees.ts';

export type ModelKind = 'logistic' | 'trees' | 'mean';

/** Chosen before any held-out figure was looked at; nothing here is tuned per run. */
const PENALTY = 100;
export const TREES = {
  trees: 120,
  depth: 2,
  rate: 0.05,
  subsample: 0.5,
  featureShare: 0.3,
  minLeaf: 30,
  penalty: 1,
  seed: 1,
} as const;

function fitModel(kind: ModelKind, samples: readonly Sample[]): Model {
  const logistic = (): LogisticModel => fitLogistic(samples, PENALTY);
  const trees = (): TreeModel => fitTrees(samples, TREES);
  if (kind === 'logistic') return logistic();
  return kind === 'trees' ? trees() : { kind: 'mean', models: [logistic(), trees()] };
}

/**
 * The mean over tokens of those still to come. A constant, as a model without trees: ways to learn more explain
 * up to a ninth of the variance on unseen problems and save no token that shows (docs/policy-experiments.md).
 */
export function meanTokensLeft(traces: readonly FeatureTrace[]): TokensLeft {
  const tokens = traces.reduce((sum, { rows }) => sum + rows.length, 0);
  // As many in all as came before each token: the same pairs, counted from the other end.
  const left = traces.reduce((sum, { rows }) => sum + (rows.length * (rows.length - 1)) / 2, 0);
  const most = Math.max(2, ...traces.map(({ rows }) => rows.length));
  const mean = Math.max(left / tokens, 1);
  return { model: { kind: 'trees', bias: Math.log(mean / (most - mean)), trees: [] }, most };
}

/**
 * Whether every token's row is there, up to where the reference decides. A recording that ended once its
 * label was known mostly lacks the last ones of a request that failed: late tokens would look more hopeful
 * than they are (docs/laboratory.md).
 */
export function hasAllRows({ complete, decided }: FeatureTrace): boolean {
  return complete || decided === true;
}

/**
 * Fits both probabilities over so many of a row's first features. A trace's tokens share a weight that grows with
 * the root of their number: a long trace says more than a short one, but its tokens say much the same. Traces
 * that lack rows are left out.
 */
export function fitBoth(
  traces: readonly FeatureTrace[],
  width: number,
  kind: ModelKind,
): Pick<PolicyWeights, 'alive' | 'done'> {
  const samplesBy = (label: (trace: FeatureTrace, row: number) => boolean): Sample[] =>
    traces.filter(hasAllRows).flatMap((trace) =>
      trace.rows.map((row, i) => ({
        features: row.features.slice(0, width),
        label: label(trace, i),
        weight: 1 / Math.sqrt(trace.rows.length),
      })),
    );
  return {
    alive: fitModel(
      kind,
      samplesBy((trace) => trace.matched),
    ),
    done: fitModel(
      kind,
      samplesBy((trace, i) => trace.rows[i]?.done ?? false),
    ),
  };
}

/** Fits the policy over a set of features. */
export function fitPolicy(
  traces: readonly FeatureTrace[],
  set: FeatureSet,
  kind: ModelKind,
): PolicyWeights {
  const features = FEATURE_NAMES[set];
  const left = meanTokensLeft(traces.filter(hasAllRows));
  return { set, features, ...fitBoth(traces, features.length, kind), left };
}
