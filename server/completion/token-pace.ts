import type { TokenCosts } from '../stopping/policy/alternatives.ts';
import type { Progress } from './generation.ts';

/** What was measured at start counts as so many gaps between tokens. */
const GAPS_BEFORE = 4;

/**
 * Milliseconds that a token of this stream takes: the mean of its gaps so far, drawn towards what was measured of the
 * engine before, which a few tokens say little against. Null where neither is known.
 */
export function msPerToken(
  { gapMs, gaps }: Pick<Progress, 'gapMs' | 'gaps'>,
  costs: TokenCosts,
  alternatives: number,
): number | null {
  const before = alternatives > 0 ? costs.msPerTokenWithAlternatives : costs.msPerToken;
  if (before === null) return gaps > 0 ? gapMs / gaps : null;
  return (gapMs + GAPS_BEFORE * before) / (gaps + GAPS_BEFORE);
}
