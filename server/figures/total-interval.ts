import { seededRandom, type Random } from '../learning/random.ts';

/** One sampled cluster: how likely it was to be sampled, and its total of what is estimated. */
export interface SampledCluster {
  /** In (0, 1]. */
  readonly rate: number;
  readonly total: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Draws of a replicate weight that one call may make; bounds the time to some tens of ms. */
const MAX_DRAWS = 500_000;
const REPLICATES = 999;

/** Horvitz and Thompson's estimate of the total over all clusters, sampled or not (JASA 47, 1952). */
export function estimatedTotal(sample: readonly SampledCluster[]): number {
  return sample.reduce((sum, { rate, total }) => sum + total / rate, 0);
}

/**
 * Interval for that total by a studentised bootstrap over clusters. Each replicate draws how often a
 * sampled cluster would be drawn again from the population that it stands for: 1/rate copies of it,
 * each sampled with its rate (pseudo-population bootstrap for Poisson sampling). The spread of a
 * sample is sum (1 - rate) (total / rate)^2. Null where it can't be told: too few clusters differ
 * from nothing.
 */
export function totalInterval(
  sample: readonly SampledCluster[],
  confidence = 0.95,
  seed = 1,
): Interval | null {
  const estimate = estimatedTotal(sample);
  const spread = spreadOf(sample);
  if (spread === 0) {
    return sample.every(({ rate }) => rate >= 1) ? { low: estimate, high: estimate } : null;
  }
  const pivots = replicatePivots(sample, estimate, seededRandom(seed));
  const tail = (1 - confidence) / 2;
  const [lower, upper] = [rank(pivots, tail), rank(pivots, 1 - tail)];
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return null;
  return { low: estimate - upper * spread, high: estimate - lower * spread };
}

/** Sorted. */
function replicatePivots(
  sample: readonly SampledCluster[],
  estimate: number,
  random: Random,
): number[] {
  const replicates = Math.max(199, Math.min(REPLICATES, Math.floor(MAX_DRAWS / sample.length)));
  const tables = new Map<number, readonly number[]>();
  const drawn = sample.map((cluster) => {
    const table = tables.get(cluster.rate) ?? weightTable(cluster.rate);
    tables.set(cluster.rate, table);
    return { table, value: cluster.total / cluster.rate, left: 1 - cluster.rate };
  });
  const pivots = Array.from({ length: replicates }, () => {
    let total = 0;
    let variance = 0;
    for (const { table, value, left } of drawn) {
      const weight = drawWeight(table, random());
      total += weight * value;
      variance += weight * left * value * value;
    }
    if (variance > 0) return (total - estimate) / Math.sqrt(variance);
    return total > estimate ? Infinity : -Infinity;
  });
  return pivots.sort((a, b) => a - b);
}

/**
 * Distribution function of Binomial(1/rate, rate), by inversion; where 1/rate is no whole number,
 * its two neighbours are mixed so that the mean stays 1.
 */
export function weightTable(rate: number): number[] {
  const copies = Math.floor(1 / rate + 1e-9);
  const more = Math.max(0, 1 / rate - copies);
  const [few, many] = [binomial(copies, rate), binomial(copies + 1, rate)];
  let below = 0;
  return many.map((probability, count) => {
    below += (1 - more) * (few[count] ?? 0) + more * probability;
    return below;
  });
}

/** Probabilities of 0 to n successes; stops where the rest is negligible, since n may be large. */
function binomial(n: number, p: number): number[] {
  if (p >= 1) return [...Array.from({ length: n }, () => 0), 1];
  const probabilities: number[] = [];
  let probability = (1 - p) ** n;
  for (let k = 0; k <= n && (k < 8 || probability > 1e-12); k++) {
    probabilities.push(probability);
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return probabilities;
}

function drawWeight(table: readonly number[], uniform: number): number {
  let weight = 0;
  while (weight < table.length - 1 && uniform >= (table[weight] ?? 1)) weight++;
  return weight;
}

function spreadOf(sample: readonly SampledCluster[]): number {
  const variance = sample.reduce(
    (sum, { rate, total }) => sum + (1 - rate) * (total / rate) ** 2,
    0,
  );
  return Math.sqrt(variance);
}

/** The value at that share of a sorted sample (nearest rank). */
function rank(sorted: readonly number[], share: number): number {
  const index = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))] ?? NaN;
}
