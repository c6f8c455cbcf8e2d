import { seededRandom } from '../../server/learning/random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One observation of a weighted mean: `weight` 0 leaves it out (not reachable, say). */
export interface Observation {
  readonly cluster: string;
  readonly value: number;
  readonly weight: number;
}

/** Mean over the observations that count; null where none does. */
export function meanOf(observations: readonly Observation[]): number | null {
  let sum = 0;
  let count = 0;
  for (const { value, weight } of observations) {
    sum += weight * value;
    count += weight;
  }
  return count === 0 ? null : sum / count;
}

/**
 * 95 % percentile interval of a mean by cluster bootstrap: whole clusters are drawn with
 * replacement, as the observations of one file are not independent (Davison & Hinkley 1997, 3.8).
 * @returns null where nothing counts
 */
export function clusterInterval(
  observations: readonly Observation[],
  draws: number,
  seed: number,
): Interval | null {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { cluster, value, weight } of observations) {
    const entry = sums.get(cluster) ?? { sum: 0, count: 0 };
    entry.sum += weight * value;
    entry.count += weight;
    sums.set(cluster, entry);
  }
  const clusters = [...sums.values()];
  const random = seededRandom(seed);
  const means: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < clusters.length; i += 1) {
      const cluster = clusters[Math.floor(random() * clusters.length)];
      sum += cluster?.sum ?? 0;
      count += cluster?.count ?? 0;
    }
    if (count > 0) means.push(sum / count);
  }
  if (means.length === 0) return null;
  means.sort((a, b) => a - b);
  return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (at - below) * (high - low);
}
