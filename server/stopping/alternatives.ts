import type { OwnPreset } from './certificate.ts';

/** What one token takes on this engine, in milliseconds; null where it was not measured or can't be had. */
export interface TokenCosts {
  readonly msPerToken: number | null;
  readonly msPerTokenWithAlternatives: number | null;
}

/** Of a replay on traces that hold alternatives: having them cost nothing. */
export const FREE: TokenCosts = { msPerToken: 1, msPerTokenWithAlternatives: 1 };

/** Mean tokens of a request under each preset, on problems that the weights' fit did not see. */
export type Spends = Readonly<Record<OwnPreset, number>>;

/**
 * The share of tokens that must be saved: with less at stake, the noise of a measurement over a few tokens
 * (some 5 %, more on a busy machine) would change the rule from one start to the next.
 */
const LEAST_SAVING = 0.1;

/** Whether alternatives save tokens under a preset, and more time by that than they cost. */
export function alternativesPay(
  preset: OwnPreset,
  lite: Spends,
  full: Spends,
  { msPerToken, msPerTokenWithAlternatives }: TokenCosts,
): boolean {
  if (msPerToken === null || msPerTokenWithAlternatives === null) return false;
  const [without, withThem] = [lite[preset], full[preset]];
  if (withThem > (1 - LEAST_SAVING) * without) return false;
  return withThem * msPerTokenWithAlternatives < without * msPerToken;
}
