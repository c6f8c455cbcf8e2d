import { FEATURE_NAMES } from '../../server/stopping/reading/features.ts';
import { probabilityOf } from '../../server/stopping/policy/model.ts';
import { CONTEXT_KINDS } from '../../server/stopping/trace.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { TREES } from '../../server/learning/fit/fit.ts';
import { crossFit } from '../../server/learning/fit/folds.ts';
import { fitLogistic, type Sample } from '../../server/learning/fit/logistic.ts';
import { fitTrees } from '../../server/learning/fit/trees.ts';

/** Per trace, per token. */
export type Grades = readonly (readonly number[])[];

/** What is to be expected, learned from some traces: a number for the features of a token. */
export type Expectation = (features: readonly number[]) => number;

/** A value per trace and token, to learn an expectation of. */
export type Target = (trace: FeatureTrace, token: number) => number;

const WIDTH = FEATURE_NAMES.lite.length;
const LINE_TOKENS = FEATURE_NAMES.lite.indexOf('line tokens');
const FOLDS = 5;
/** Tokens of the whole that a cell of a table begins with. */
const PRIOR = 20;

/** Log-odds. */
export const logit = (p: number): number => Math.log(p / (1 - p));

/** The lite features. */
export const lite = (row: { readonly features: readonly number[] }): readonly number[] =>
  row.features.slice(0, WIDTH);

/** What expectations say that saw none of a trace's problem, averaged over shuffles. */
export function heldOut(
  traces: readonly FeatureTrace[],
  seeds: readonly number[],
  learn: (part: readonly FeatureTrace[]) => Expectation,
): number[][] {
  const sums = traces.map(({ rows }) => new Array<number>(rows.length).fill(0));
  const problemOf = ({ problem }: FeatureTrace) => problem;
  crossFit(traces, { problemOf, folds: FOLDS, seeds, fit: learn }, ({ rows }, expect, i) => {
    const sum = sums[i];
    if (!sum) return;
    rows.forEach((row, t) => (sum[t] = (sum[t] ?? 0) + expect(lite(row)) / seeds.length));
  });
  return sums;
}

/** A value in [0, most] as a share of it; a sample counts as both labels, in proportion. */
function asShares(part: readonly FeatureTrace[], target: Target, most: number): Sample[] {
  return part.flatMap((trace) =>
    trace.rows.flatMap((row, t): Sample[] => {
      const share = Math.min(1, target(trace, t) / most);
      const features = lite(row);
      return [
        { features, label: true, weight: share },
        { features, label: false, weight: 1 - share },
      ].filter(({ weight }) => weight > 0);
    }),
  );
}

/** A log-linear expectation of a value in [0, most]; what is above counts as `most`. */
export const byLogistic =
  (target: Target, most: number, penalty = 10) =>
  (part: readonly FeatureTrace[]): Expectation => {
    const model = fitLogistic(asShares(part, target, most), penalty);
    return (features) => most * probabilityOf(model, features);
  };

/** The same by boosted trees. */
export const byTrees =
  (target: Target, most: number) =>
  (part: readonly FeatureTrace[]): Expectation => {
    const model = fitTrees(asShares(part, target, most), TREES);
    return (features) => most * probabilityOf(model, features);
  };

/** A mean per context kind and number of tokens on the line, shrunk towards the mean of all. */
export const byTable =
  (target: Target) =>
  (part: readonly FeatureTrace[]): Expectation => {
    const cellOf = (features: readonly number[]) =>
      `${kindOf(features)} ${Math.min(8, features[LINE_TOKENS] ?? 0)}`;
    const cells = new Map<string, { sum: number; count: number }>();
    const all = { sum: 0, count: 0 };
    for (const trace of part) {
      trace.rows.forEach(({ features }, t) => {
        const cell = cells.get(cellOf(features)) ?? { sum: 0, count: 0 };
        cells.set(cellOf(features), cell);
        for (const one of [cell, all]) {
          one.sum += target(trace, t);
          one.count += 1;
        }
      });
    }
    const mean = all.sum / all.count;
    return (features) => {
      const { sum, count } = cells.get(cellOf(features)) ?? { sum: 0, count: 0 };
      return (sum + PRIOR * mean) / (count + PRIOR);
    };
  };

/** The index of the context kind among the kinds. */
export function kindOf(features: readonly number[]): number {
  return features.slice(0, CONTEXT_KINDS.length).indexOf(1);
}

/** Tokens until the patient rule decides. */
export const tokensToGo: Target = ({ tokens }, token) => tokens - token - 1;

/** Share of a target's variance that an expectation explains on tokens that it did not see. */
export function explained(
  traces: readonly FeatureTrace[],
  target: Target,
  guesses: Grades,
): number {
  const pairs = traces.flatMap((trace, i) =>
    trace.rows.map((_, t) => [target(trace, t), guesses[i]?.[t] ?? 0] as const),
  );
  const mean = pairs.reduce((sum, [value]) => sum + value, 0) / pairs.length;
  const square = (of: (value: number, guess: number) => number) =>
    pairs.reduce((sum, [value, guess]) => sum + of(value, guess) ** 2, 0);
  return 1 - square((value, guess) => value - guess) / square((value) => value - mean);
}
