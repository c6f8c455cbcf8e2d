import type { OwnPreset } from './certificate.ts';

/** What one token takes on this engine, in milliseconds; null where it was not measured or can't be had. */
export interface TokenCosts {
  readonly msPerToken: number | null;
  readonly msPerTokenWithAlternatives: number | null;
}

/** Of a replay on traces that hold alternatives: having them cost nothing. */
export const FREE: TokenCosts = { msPerToken: 1, msPerTokenWithAlternatives: 1 };

/**
 * Mean tokens of a request where so many matches are kept as the preset means to, on training problems that the
 * fit did not see. Nothing of the calibration is in it: a choice that knew which points were certified would pick
 * the luckier certificate, and neither would hold at its level.
 */
export type Spends = Readonly<Record<OwnPreset, number>>;

/** The share of tokens that must be saved: less can't be told from nothing on a thousand traces. */
const LEAST_SAVING = 0.03;

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
