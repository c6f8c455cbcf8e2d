import type { Estimate } from '../shared/stats.ts';

export interface Known {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** @returns undefined where there is no value or no interval to state it with */
export function knownOf({ value, low, high, n }: Estimate): Known | undefined {
  if (value === null || low === null || high === null) return undefined;
  return [value, low, high].every(Number.isFinite) ? { value, low, high, n } : undefined;
}
