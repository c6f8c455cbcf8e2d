import { logOdds, type Line, type PairCurve } from '../../server/learning/cascade/curve.ts';
import { crossFit } from '../../server/learning/fit/folds.ts';
import { fitLogistic } from '../../server/learning/fit/logistic.ts';
import { alone, cascade, figuresOf, type Figures, type Outcome, type Way } from './evaluate.ts';
import type { PairPace } from './pace.ts';
import type { Pair } from './pairs.ts';

/** As good as none: two parameters need no penalty, but labels that all agree do. */
const PENALTY = 0.1;

const FOLDS = 10;
const SHUFFLES = [1, 2, 3, 4, 5];

/** Prices of a second to choose from, in matches, dearest first. */
const LAMBDAS: readonly number[] = Array.from({ length: 121 }, (_, i) =>
  Number((0.3 * 0.95 ** i).toPrecision(3)),
);

export function fitCurve(pairs: readonly Pair[]): PairCurve {
  const line = (at: (pair: Pair) => number | null, label: (pair: Pair) => boolean): Line => {
    const samples = pairs.map((pair) => ({
      features: [logOdds(at(pair) ?? 0)],
      label: label(pair),
      weight: 1,
    }));
    const { means, scales, weights, bias } = fitLogistic(samples, PENALTY);
    const slope = (weights[0] ?? 0) / (scales[0] ?? 1);
    return { bias: round(bias - slope * (means[0] ?? 0)), slope: round(slope) };
  };
  const bySmall = ({ small }: Pair) => small.pAlive;
  return {
    small: line(bySmall, ({ small }) => small.matched),
    large: line(bySmall, ({ large }) => large.matched),
    own: line(
      ({ large }) => large.pAlive,
      ({ large }) => large.matched,
    ),
  };
}

/** The price of a second with the most matches among those that keep to a limit; the dearest on a tie. */
export function fitLambda(
  pairs: readonly Pair[],
  curve: PairCurve,
  pace: PairPace,
  keeps: (figures: Figures, large: Figures) => boolean,
): number {
  const large = figuresOf(pairs.map(alone('large', pace)));
  let best = { lambda: LAMBDAS[0] ?? 0, em: -1 };
  for (const lambda of LAMBDAS) {
    const figures = figuresOf(pairs.map(cascade(curve, lambda, pace)));
    if (keeps(figures, large) && figures.em > best.em) best = { lambda, em: figures.em };
  }
  return best.lambda;
}

/** Each pair under what was fitted on problems that are not its own, once for every shuffle of the problems. */
export function crossRead(
  pairs: readonly Pair[],
  wayOf: (fittedOn: readonly Pair[]) => Way,
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const problemOf = ({ problem }: Pair) => problem;
  crossFit(pairs, { problemOf, folds: FOLDS, seeds: SHUFFLES, fit: wayOf }, (pair, way) =>
    outcomes.push(way(pair)),
  );
  return outcomes;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
