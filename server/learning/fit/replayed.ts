import { FEATURE_NAMES } from '../../stopping/reading/features.ts';
import type { OwnPreset } from '../../stopping/policy/certificate.ts';
import { chooseRule, type LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { OperatingPoint, PartialPoint } from '../../stopping/policy/point.ts';
import { isServed } from '../../stopping/policy/serving.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { FeatureTrace } from './feature-trace.ts';
import { hasAllRows } from './fit.ts';
import { outcomeOf, type ScoredTrace } from './frontier.ts';

/** What a policy makes of a trace. */
export interface Replayed {
  readonly matched: boolean;
  /** Up to the one that decides, tokens. */
  readonly tokens: number;
}

/**
 * What the learned rule does with a trace; null where a trace that was stopped early ends before the rule
 * decides, since what would have come is unknown.
 */
export function replayedAt(scored: ScoredTrace, point: PartialPoint): Replayed | null {
  const { trace, alive, done } = scored;
  if (hasAllRows(trace)) return outcomeOf(scored, point);
  for (const [t, row] of trace.rows.entries()) {
    const [pDone, pAlive] = [done[t] ?? 0, alive[t] ?? 0];
    if (isServed({ pDone, pAlive }, point.tauDone)) return { matched: row.done, tokens: t + 1 };
    if (pAlive < point.tauAlive) return { matched: false, tokens: t + 1 };
  }
  return null;
}

/** Those over the features that the trace has: with alternatives where the engine gave them. */
export function weightsOfTrace(weights: LearnedWeights, { rows }: FeatureTrace): LearnedWeights {
  const { withAlternatives } = weights;
  if (!withAlternatives) return weights;
  const lite = FEATURE_NAMES.lite.length;
  const given = rows.some(({ features }) => features.slice(lite).some((value) => value !== 0));
  return given ? withAlternatives : weights;
}

/** Where a preset stops at a boldness in [0, 1], as `decide` would have it. */
export function pointAtBoldness(
  weights: LearnedWeights,
  preset: OwnPreset,
  boldness: number,
): OperatingPoint {
  const settings = { ...DEFAULT_SETTINGS.stopping, preset };
  const { point } = chooseRule({ weights, logprobs: true, settings, patient: false, boldness });
  if (!point) throw new Error('the learned rule has a point');
  return point;
}
