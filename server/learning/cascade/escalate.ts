import type { Beliefs } from './curve.ts';
import type { AnswerCost, EscalationQuestion } from './question.ts';

/**
 * Of requests for which the larger model is not worth its cost, it is asked at so many: what is never asked is
 * never learned of.
 */
export const EXPLORATION = 0.03;

/** By a part of the stretch's draw that no experiment reads. */
export function explores(draw: number): boolean {
  return (draw * 4096) % 1 < EXPLORATION;
}

/** Of those who have waited for one answer and not gone on, how many do so for another one. */
export function stays(
  waitedMs: number,
  delayMs: number,
  gapMs: number | null,
  trigger: EscalationQuestion['trigger'],
): number {
  if (trigger === 'complete-here' || gapMs === null) return 1;
  const known = gapMs + waitedMs;
  return known <= 0 ? 0 : known / (known + delayMs);
}

/**
 * The smaller model's chance once answers of it in this stretch came to nothing: a Beta prior that weighs
 * {@link PRIOR_ANSWERS} answers, and as many failures.
 */
export function afterFailures(pSmall: number, failures: number): number {
  return (pSmall * PRIOR_ANSWERS) / (PRIOR_ANSWERS + failures);
}

const PRIOR_ANSWERS = 4;

/** What speaks for asking the larger model, and what against it. */
export interface Balance extends Beliefs {
  /** Probability that the user still waits once it has answered. */
  readonly stay: number;
  /** Of engine and user, seconds. */
  readonly costSeconds: number;
  /** What its tokens cost within the user's budget, matches. */
  readonly tokenCost: number;
  /** Matches; asked where it is above 0. */
  readonly net: number;
}

/**
 * value x (p_large - p_small) - lambda x (engine + added delay) - price x tokens, where the value of a match is 1 for
 * as many as still wait. Pure: nothing of the larger model's answer is in it.
 * @param tokenPrice of one, in matches: what a budget makes of it
 */
export function balanceOf(
  question: EscalationQuestion,
  { pSmall, pLarge }: Beliefs,
  tokenPrice = 0,
): Balance {
  const { cost, user, lambda, trigger } = question;
  const delayMs = delayOf(cost);
  const stay = stays(user.waitedMs, delayMs, user.gapMs, trigger);
  const own = afterFailures(pSmall, user.failures);
  const costSeconds = (delayMs + cost.swapBackMs + delayMs) / 1000;
  const tokenCost = tokenPrice * cost.tokens;
  const net = (pLarge - own) * stay - lambda * costSeconds - tokenCost;
  return { pSmall: own, pLarge, stay, costSeconds, tokenCost, net };
}

/** From the smaller model's stop to the larger one's, milliseconds. */
export function delayOf({ firstTokenMs, decodeMs }: AnswerCost): number {
  return firstTokenMs + decodeMs;
}

/** As a request's row keeps it. */
export function balanceInWords(
  { pSmall, pLarge, stay, costSeconds, tokenCost }: Balance,
  lambda: number,
): string {
  const gain = `gain ${(pLarge - pSmall).toFixed(3)} (${pSmall.toFixed(3)} to ${pLarge.toFixed(3)})`;
  const tokens = tokenCost > 0 ? `, its tokens ${tokenCost.toFixed(3)}` : '';
  return `${gain}, still waiting ${stay.toFixed(2)}, cost ${costSeconds.toFixed(2)} s at ${lambda}${tokens}`;
}
