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
 * What a smaller saving gains is not worth a rule that changes with the noise of a measurement: over a few
 * tokens the ratio of the two times varies by 4 %.
 */
const WORTH = 0.9;

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
