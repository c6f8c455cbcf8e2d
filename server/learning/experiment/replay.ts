import { chooseRule, type LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import type { OperatingPoint } from '../../stopping/policy/point.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { FeatureTrace } from '../fit/feature-trace.ts';
import { outcomeOf, scoreTrace } from '../fit/frontier.ts';
import { fixesPoint, overlaid, type Definition, type Overlay } from './definition.ts';
import { NO_PAIRS, type Pairs } from './pairs.ts';

/**
 * Which arm alone serves a trace right; none where both do or neither does, and where that can't be known: arms
 * that differ in more than where they stop write other texts, a bar or a price of tokens is not replayed, and a
 * trace that ends at the stop of the arm that was served says nothing of a later one.
 */
export function replayed(
  { a, b }: Pick<Definition, 'a' | 'b'>,
  trace: FeatureTrace,
  weights: LearnedWeights | null,
): Pairs {
  if (!weights || !trace.complete || weights.policy.set !== 'lite') return NO_PAIRS;
  if (!canReplay({ a })) return NO_PAIRS;
  const [first, second] = [pointOf(a, weights), pointOf(b, weights)];
  if (!first || !second) return NO_PAIRS;
  if (first.showBar !== second.showBar || first.lambda !== second.lambda) return NO_PAIRS;
  const scored = scoreTrace(trace, weights.policy);
  const [onlyA, onlyB] = [outcomeOf(scored, first).matched, outcomeOf(scored, second).matched];
  return { a: Number(onlyA && !onlyB), b: Number(onlyB && !onlyA) };
}

/** Whether the arms differ in nothing but where a request stops: then both are known from one complete trace. */
export function canReplay({ a }: Pick<Definition, 'a'>): boolean {
  const keys = Object.keys(a);
  return (
    fixesPoint(a) &&
    keys.every((key) => key !== 'stopping.maxTokens' && key.startsWith('stopping.'))
  );
}

function pointOf(overlay: Overlay, weights: LearnedWeights): OperatingPoint | null {
  const settings = overlaid(DEFAULT_SETTINGS, overlay).stopping;
  return chooseRule({ weights, logprobs: true, settings, patient: false }).point;
}
