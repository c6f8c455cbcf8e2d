import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import type { RuleOutcomes } from '../report/scored.ts';
import { crossFit } from '../../server/learning/fit/folds.ts';
import { outcomeOf, type ScoredTrace } from '../../server/learning/fit/frontier.ts';
import { applyPlatt, fitPlatt } from './platt.ts';

/** What is fitted on some problems: thresholds, and what to make of scores before they are compared. */
export interface Fitted {
  readonly thresholds: PartialPoint;
  readonly recalibrate: (one: ScoredTrace) => ScoredTrace;
}
export type Fit = (part: readonly ScoredTrace[]) => Fitted;
type Choose = (part: readonly ScoredTrace[]) => PartialPoint;

/** Thresholds alone. */
export const thresholdsBy =
  (choose: Choose): Fit =>
  (part) => ({ thresholds: choose(part), recalibrate: (one) => one });

/** Platt's maps, and thresholds for what they make of the scores. */
export const mapsAndThresholdsBy =
  (choose: Choose): Fit =>
  (part) => {
    const maps = fitPlatt(part);
    const recalibrate = (one: ScoredTrace) => applyPlatt(maps, one);
    return { thresholds: choose(part.map(recalibrate)), recalibrate };
  };

/** One trace, and what was fitted on problems other than its own. */
interface Reading {
  readonly one: ScoredTrace;
  readonly fitted: Fitted;
}

/** Every trace once per shuffle, in the order of the traces. */
export function readFitted(
  scored: readonly ScoredTrace[],
  fit: Fit,
  folds: number,
  seeds: readonly number[],
): Reading[] {
  const readings: Reading[] = [];
  const problemOf = ({ trace }: ScoredTrace) => trace.problem;
  crossFit(scored, { problemOf, folds, seeds, fit }, (one, fitted) => {
    readings.push({ one, fitted });
  });
  return readings;
}

/** What the learned rule does under it: the traces' outcomes one shuffle after the other. */
export function crossFitted(id: string, readings: readonly Reading[]): RuleOutcomes {
  const outcomes = readings.map(({ one, fitted }) => {
    const { matched, tokens } = outcomeOf(fitted.recalibrate(one), fitted.thresholds);
    const { problem, reachable } = one.trace;
    return { cluster: problem, reachable, tokens, exact: matched };
  });
  return { id, outcomes };
}

/** A rule's outcomes so many times over, to be compared with those of several shuffles. */
export function repeated({ id, outcomes }: RuleOutcomes, times: number): RuleOutcomes {
  return { id, outcomes: Array.from({ length: times }, () => outcomes).flat() };
}
