import { decider, type Adviser } from '../../server/learning/decide.ts';
import type { Decide } from '../../server/learning/question.ts';
import type { LearnedWeights } from '../../server/stopping/policy/choose-rule.ts';
import { FEATURE_NAMES, type FeatureSet } from '../../server/stopping/reading/features.ts';
import type { LogisticModel } from '../../server/stopping/policy/model.ts';

/** Decisions for one model; with every learner off where no advisers are given. */
export const decideWith = (
  weights: LearnedWeights | null,
  advisers: readonly Adviser[] = [],
): Decide => decider({ weightsFor: () => weights, advisers, asking: null });

/** Weights that a test can foresee: alive as long as no token is improbable, done rather not. */
export function madeUpWeights(set: FeatureSet = 'lite'): LearnedWeights {
  const features = FEATURE_NAMES[set];
  const alive = logistic(features, { 'lowest logprob': 1 }, 2);
  const done = logistic(features, { 'ends a statement': 3 }, -1);
  const policy = { set, features, alive, done };
  return {
    policy,
    hash: '0123456789ab',
    trainedOn: 'nothing but numbers that a test made up',
    thresholds: {
      faithful: { tauDone: 0.9, tauAlive: 0.02 },
      balanced: { tauDone: 0.8, tauAlive: 0.1 },
      saver: { tauDone: 0.7, tauAlive: 0.3 },
    },
  };
}

function logistic(
  names: readonly string[],
  byName: Readonly<Record<string, number>>,
  bias: number,
): LogisticModel {
  return {
    kind: 'logistic',
    means: names.map(() => 0),
    scales: names.map(() => 1),
    weights: names.map((name) => byName[name] ?? 0),
    bias,
  };
}
