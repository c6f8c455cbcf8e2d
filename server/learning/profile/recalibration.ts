import { solve } from '../fit/logistic.ts';
import { logOdds, probability } from './log-odds.ts';
import { logOddsOf, type Tally } from './tally.ts';

/**
 * What a probability's log-odds x become: centre + intercept + slope (x - centre). Cox's recalibration ("Two further
 * applications of a model for binary regression", Biometrika 45, 1958) about a centre near the thresholds, where the
 * labels tell the two parameters apart.
 */
export interface Recalibration {
  readonly intercept: number;
  readonly slope: number;
}

/** What the shipped model says is so. */
export const UNCHANGED: Recalibration = { intercept: 0, slope: 1 };

/** How far places differ from what they have in common: variances of both parameters. */
export interface Spread {
  readonly intercept: number;
  readonly slope: number;
}

/** No map turns probabilities round, or nearly so. */
const LEAST_SLOPE = 0.25;

/** A probability of the model, recalibrated. */
export function recalibrated(p: number, by: Recalibration, centre: number): number {
  return probability(centre + by.intercept + by.slope * (logOdds(p) - centre));
}

/** The probability of the model that becomes p: where a threshold on what is recalibrated lies on the model's own. */
export function originOf(p: number, by: Recalibration, centre: number): number {
  return probability(centre + (logOdds(p) - centre - by.intercept) / by.slope);
}

/** Of the log-likelihood in intercept and slope. */
interface Derivatives {
  readonly score: readonly [intercept: number, slope: number];
  /** Minus the second ones: of the intercept, of both, of the slope. */
  readonly information: readonly [intercept: number, both: number, slope: number];
}

function derivativesAt(tally: Tally, at: Recalibration, centre: number): Derivatives {
  const score: [number, number] = [0, 0];
  const information: [number, number, number] = [0, 0, 0];
  tally.all.forEach((weight, bin) => {
    if (weight === 0) return;
    const x = logOddsOf(bin) - centre;
    const p = probability(centre + at.intercept + at.slope * x);
    const error = (tally.met[bin] ?? 0) - weight * p;
    const curve = weight * p * (1 - p);
    score[0] += error;
    score[1] += error * x;
    information[0] += curve;
    information[1] += curve * x;
    information[2] += curve * x * x;
  });
  return { score, information };
}

/** One parameter as the labels of one place alone have it, and its variance. */
export interface Effect {
  readonly value: number;
  readonly variance: number;
}

export interface Effects {
  readonly intercept: Effect;
  readonly slope: Effect;
}

/** Of information, so that labels in a single bin have an estimate: a very uncertain one. */
const HAIR = 1e-6;

/** How far a place's labels lie from a recalibration: one step of Newton's method, finite also where all labels agree. */
export function effectsFrom(tally: Tally, from: Recalibration, centre: number): Effects {
  const { score, information } = derivativesAt(tally, from, centre);
  const [a, b, d] = [information[0] + HAIR, information[1], information[2] + HAIR];
  const det = a * d - b * b;
  return {
    intercept: { value: (d * score[0] - b * score[1]) / det, variance: d / det },
    slope: { value: (a * score[1] - b * score[0]) / det, variance: a / det },
  };
}

const MAX_STEPS = 50;
const TOLERANCE = 1e-9;

/**
 * The most probable recalibration of a place whose parameters are normal around what it has in common with others: the
 * maximum of the log-likelihood less (parameter - common)^2 / (2 spread), by Newton's method.
 */
export function fitAround(
  tally: Tally,
  common: Recalibration,
  spread: Spread,
  centre: number,
): Recalibration {
  let { intercept, slope } = common;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { score, information } = derivativesAt(tally, { intercept, slope }, centre);
    const [first = 0, second = 0] = solve(
      [
        Float64Array.of(information[0] + 1 / spread.intercept, information[1]),
        Float64Array.of(information[1], information[2] + 1 / spread.slope),
      ],
      Float64Array.of(
        score[0] - (intercept - common.intercept) / spread.intercept,
        score[1] - (slope - common.slope) / spread.slope,
      ),
    );
    const longest = Math.max(Math.abs(first), Math.abs(second));
    // From far away Newton's method would overshoot.
    const pace = longest > 1 ? 1 / longest : 1;
    intercept += pace * first;
    slope += pace * second;
    if (longest < TOLERANCE) break;
  }
  return { intercept, slope: Math.max(LEAST_SLOPE, slope) };
}
