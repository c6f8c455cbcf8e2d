import type { Estimate } from '../../shared/stats.ts';

/** Standard normal quantile at 97.5 %. */
const Z = 1.959963984540054;

/**
 * A share with Wilson's score interval at 95 % (E. B. Wilson, JASA 22, 1927), which holds its level
 * well from small n on. Null without any trial.
 */
export function proportion(successes: number, n: number): Estimate {
  if (n === 0) return { value: null, low: null, high: null, n };
  const share = successes / n;
  const scale = 1 + Z ** 2 / n;
  const centre = (share + Z ** 2 / (2 * n)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return {
    value: share,
    low: successes === 0 ? 0 : centre - half,
    high: successes === n ? 1 : centre + half,
    n,
  };
}
