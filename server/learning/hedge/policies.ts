import type { OwnPreset } from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { scoreTrace } from '../fit/frontier.ts';
import { pointAtBoldness, replayedAt, weightsOfTrace, type Replayed } from '../fit/replayed.ts';
import { fixedShare, sum, type FixedShare } from './fixed-share.ts';

/** What Hedge weighs: points between giving nothing up and the preset's own. All are certified with that one. */
export const BOLDNESSES = [0, 0.25, 0.5, 0.75, 0.9, 1] as const;

/**
 * The preset's own point was chosen on more labels than a user gives in weeks. So nine tenths of the prior are
 * its, and a user who is like those labels hardly moves it.
 */
const OWN_POINT = 0.9;
const PRIOR = BOLDNESSES.map((boldness) =>
  boldness === 1 ? OWN_POINT : (1 - OWN_POINT) / (BOLDNESSES.length - 1),
);

/**
 * Updates that tell two points apart, by which a change of the user is followed: of 500 labels about one in forty is
 * such a one, since points of one path mostly stop at the same token. `eta` = sqrt(8 ln K / T) for so many
 * (Cesa-Bianchi & Lugosi, 2006, 2.3). With more of them a change is followed too late (docs/statistics.md).
 */
const DECISIVE = 3;
export const HEDGE: FixedShare = {
  eta: Math.sqrt((8 * Math.log(BOLDNESSES.length)) / DECISIVE),
  share: 0.01,
  prior: PRIOR,
};

/**
 * How many tokens a match is worth: about what the preset's own last step pays for one on traces that it was not
 * chosen on (docs/statistics.md). So a user like those neither gains nor loses by moving.
 */
export const TOKENS_A_MATCH: Readonly<Record<OwnPreset, number>> = {
  faithful: 200,
  balanced: 100,
  saver: 50,
};
/** Where a cost counts no more: c_max. One patient request in a hundred is longer. */
const MOST_TOKENS = 32;

/** lambda c / c_max + 1 - M, scaled to [0, 1]. */
export function lossOf({ matched, tokens }: Replayed, preset: OwnPreset): number {
  const lambda = MOST_TOKENS / TOKENS_A_MATCH[preset];
  const cost = Math.min(tokens, MOST_TOKENS) / MOST_TOKENS;
  return (lambda * cost + Number(!matched)) / (lambda + 1);
}

/** By boldness; null where the trace ends before that point would have stopped. */
export function replays(
  trace: FeatureTrace,
  weights: LearnedWeights,
  preset: OwnPreset,
): (Replayed | null)[] {
  const own = weightsOfTrace(weights, trace);
  const scored = scoreTrace(trace, own.policy);
  return BOLDNESSES.map((boldness) => replayedAt(scored, pointAtBoldness(own, preset, boldness)));
}

/** Weights by boldness after one more label. */
export function learned(
  weights: readonly number[],
  outcomes: readonly (Replayed | null)[],
  preset: OwnPreset,
  worth: number,
): readonly number[] {
  const losses = outcomes.map((outcome) => outcome && lossOf(outcome, preset));
  return fixedShare(weights, losses, worth, HEDGE);
}

/** The weighted mean: between two points of the path lies a point that is certified with the bolder one. */
export function boldnessOf(weights: readonly number[]): number {
  return sum(weights.map((weight, i) => weight * (BOLDNESSES[i] ?? 0)));
}
