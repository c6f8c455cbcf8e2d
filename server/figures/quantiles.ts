import type { Quantiles } from '../../shared/stats.ts';

/** Median and 95th percentile by nearest rank: values that occurred. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { p50: at(0.5), p95: at(0.95), n: sorted.length };
}
