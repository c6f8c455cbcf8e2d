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

/** A smaller difference is within what measuring a few tokens can't tell, and asking for alternatives is work too. */
const WORTH = 0.95;

/** Whether a request is cheaper, in time, with the tokens that alternatives save and what they cost. */
export function alternativesPay(
  preset: OwnPreset,
  lite: Spends,
  full: Spends,
  { msPerToken, msPerTokenWithAlternatives }: TokenCosts,
): boolean {
  if (!msPerToken || !msPerTokenWithAlternatives) return false;
  const without = lite[preset] * msPerToken;
  return full[preset] * msPerTokenWithAlternatives < WORTH * without;
}
