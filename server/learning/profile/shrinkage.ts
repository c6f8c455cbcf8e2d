import type { Effect } from './recalibration.ts';

/** A variance, and what is known of it: one over the variance of the estimate, were there no spread at all. */
export interface SpreadEstimate {
  readonly value: number;
  readonly precision: number;
}

/**
 * How far places differ beyond chance, by the method of moments (DerSimonian & Laird, "Meta-analysis in clinical
 * trials", Controlled Clinical Trials 7, 1986): (Q - (k - 1)) / C of k effects with the weights w = 1 / variance, where
 * Q = sum w (value - mean)^2 and C = sum w - sum w^2 / sum w. It may be negative; nothing is known of fewer than two.
 */
export function spreadOf(effects: readonly Effect[]): SpreadEstimate {
  const degrees = effects.length - 1;
  if (degrees < 1) return { value: 0, precision: 0 };
  const weights = effects.map(({ variance }) => 1 / variance);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = effects.reduce((sum, { value }, i) => sum + (weights[i] ?? 0) * value, 0) / total;
  const q = effects.reduce((sum, { value }, i) => sum + (weights[i] ?? 0) * (value - mean) ** 2, 0);
  const c = total - weights.reduce((sum, w) => sum + w * w, 0) / total;
  return { value: (q - degrees) / c, precision: c ** 2 / (2 * degrees) };
}

/** A spread never falls below this share of what is expected: no number of places shows that none will differ. */
const LEAST_SHARE = 0.1;

/**
 * A spread that few places tell little of, drawn towards an expected one. That weighs as much as an estimate with a
 * standard error as large as itself; both are averaged by their precision.
 */
export function steadied({ value, precision }: SpreadEstimate, expected: number): number {
  const own = 1 / expected ** 2;
  const blended = (expected * own + value * precision) / (own + precision);
  return Math.max(LEAST_SHARE * expected, blended);
}

/**
 * An effect drawn towards what it has in common with others: their mean weighted by precision, the posterior mean of
 * the normal-normal model (Efron & Morris, "Data analysis using Stein's estimator", JASA 70, 1975; Morris, "Parametric
 * empirical Bayes inference", JASA 78, 1983).
 */
export function shrunk({ value, variance }: Effect, common: number, spread: number): number {
  return common + (spread / (spread + variance)) * (value - common);
}
