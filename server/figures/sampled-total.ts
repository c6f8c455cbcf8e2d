import { studentQuantile } from './student.ts';

/** One sampled unit: what a model foresaw of it, and what was seen. */
export interface Sampled {
  /** The probability with which it was sampled, whatever else was, in (0, 1]. */
  readonly rate: number;
  readonly foreseen: number;
  readonly seen: number;
}

/** A group of units: what is foreseen of all of them, and those that were sampled. */
export interface Stratum {
  readonly foreseen: number;
  readonly sample: readonly Sampled[];
}

export interface Total {
  readonly value: number;
  /** 95 %. */
  readonly low: number;
  readonly high: number;
}

/** Below this many sampled units a stratum has no ratio of its own. */
const LEAST_SAMPLE = 5;

/**
 * The total over all units, sampled or not: in each stratum what is foreseen of all, times the ratio of what was seen to
 * what was foreseen in its sample, each unit weighted by one over its rate (Hajek). That is the regression estimator
 * under a model through the origin (Sarndal, Swensson and Wretman, Model Assisted Survey Sampling, 1992, 7.3.2); where 1
 * is foreseen of each unit, it is post-stratification (7.6). Small strata share one ratio.
 *
 * The interval comes from the linearised total (5.5) and Student's quantile, with the skewness of the parts taken out.
 * Beside the sample, its lower end reckons with one more unit of which nothing was seen, its upper end with one of which
 * `most` times what was foreseen was: a sample that shows no spread is no proof that there is none.
 *
 * Null without a sample.
 */
export function sampledTotal(strata: readonly Stratum[], most: number): Total | null {
  const groups = collapsed(strata);
  const parts = groups.flatMap(partsOf);
  if (parts.length === 0) return null;
  const value = sumOf(groups, ({ foreseen, sample }) => foreseen * ratioOf(sample));
  const limit = most * sumOf(groups, ({ foreseen }) => foreseen);
  const share = isWhole(groups) ? 0 : 1 / (parts.length + 1);
  const below = -value * share;
  const above = Math.max(0, limit - value) * share;
  return {
    value,
    low: value + below - reach(parts, below, 1),
    high: value + above - reach(parts, above, -1),
  };
}

/** Nothing is left to chance: every unit was sampled. */
function isWhole(groups: readonly Stratum[]): boolean {
  return groups.every(({ sample }) => sample.every(({ rate }) => rate >= 1));
}

/** What each sampled unit adds to the error of the total, to first order. */
function partsOf({ foreseen, sample }: Stratum): number[] {
  const ratio = ratioOf(sample);
  const all = weighted(sample, (unit) => unit.foreseen);
  return sample.map((unit) => {
    const error = unit.seen - ratio * unit.foreseen;
    return all > 0 ? (foreseen / all) * (error / unit.rate) * Math.sqrt(1 - unit.rate) : 0;
  });
}

/**
 * How far above (side 1) or below (-1) the truth the estimate may be: Student's quantile of the spread of the parts and
 * of one more beside them, with the skewness of the parts taken out (Hall 1992, "On the removal of skewness by transformation").
 */
function reach(parts: readonly number[], oneMore: number, side: 1 | -1): number {
  const variance = sumOf(parts, (part) => part ** 2) + oneMore ** 2;
  if (variance === 0) return 0;
  const skewness = sumOf(parts, (part) => part ** 3) / variance ** 1.5;
  const quantile = side * studentQuantile(parts.length);
  return Math.sqrt(variance) * withoutSkewness(quantile, skewness);
}

/** The studentised total whose transform is `quantile`. */
function withoutSkewness(quantile: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-6) return quantile;
  return (3 / skewness) * (Math.cbrt(1 + skewness * (quantile - skewness / 6)) - 1);
}

/** The strata as they are, but for small ones, which become one. */
function collapsed(strata: readonly Stratum[]): Stratum[] {
  const isSmall = ({ sample }: Stratum) => sample.length < LEAST_SAMPLE;
  const small = strata.filter(isSmall);
  const large = strata.filter((stratum) => !isSmall(stratum));
  if (small.length === 0) return large;
  const rest = merged(small);
  if (!isSmall(rest) || large.length === 0) return [...large, rest];
  return [merged([...large, rest])];
}

function merged(strata: readonly Stratum[]): Stratum {
  return {
    foreseen: sumOf(strata, ({ foreseen }) => foreseen),
    sample: strata.flatMap(({ sample }) => sample),
  };
}

/** What was seen, as a share of what was foreseen. */
function ratioOf(sample: readonly Sampled[]): number {
  const foreseen = weighted(sample, (unit) => unit.foreseen);
  return foreseen > 0 ? weighted(sample, ({ seen }) => seen) / foreseen : 0;
}

function weighted(sample: readonly Sampled[], of: (unit: Sampled) => number): number {
  return sumOf(sample, (unit) => of(unit) / unit.rate);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
