import type { LearnedWeights } from '../../server/stopping/choose-rule.ts';
import { FEATURE_NAMES } from '../../server/stopping/features.ts';
import type { LogisticModel } from '../../server/stopping/model.ts';

/** Weights that a test can foresee: alive as long as no token is improbable, done rather not. */
export function madeUpWeights(): LearnedWeights {
  const alive = logistic({ 'lowest logprob': 1 }, 2);
  const done = logistic({ 'ends a statement': 3 }, -1);
  const policy = { set: 'lite', features: FEATURE_NAMES.lite, alive, done } as const;
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

function logistic(byName: Readonly<Record<string, number>>, bias: number): LogisticModel {
  const names = FEATURE_NAMES.lite;
  return {
    kind: 'logistic',
    means: names.map(() => 0),
    scales: names.map(() => 1),
    weights: names.map((name) => byName[name] ?? 0),
    bias,
  };
}
