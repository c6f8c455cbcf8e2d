import { SLOTS_A_DAY } from './local-time.ts';
import type { Slot } from './spending.ts';
import { usualBetween, type UsualDay } from './usual-day.ts';

/** In matches: at the highest price a token can have, no key is worth asking at. */
export const HIGHEST_PRICE = 0.08;
/**
 * By how much the price rises for a whole budget too much. Of a budget of T requests at rho tokens a step of
 * `HIGHEST_PRICE` / (rho sqrt(T)) has the least regret (Balseiro, Lu & Mirrokni, Operations Research 71, 2023);
 * T is a usual day's 400.
 */
const STEP = HIGHEST_PRICE * Math.sqrt(400);

export interface Pacing {
  /** Tokens. */
  readonly budget: number;
  /** What was spent of it today. */
  readonly slots: readonly Slot[];
  /** In slots since midnight. */
  readonly now: number;
  readonly usual: UsualDay;
}

/**
 * What a token costs now, in matches, so that a budget lasts until midnight. Dual descent: lambda <- max(0, lambda +
 * eta (c - rho)), summed over each slot of time, with c the tokens that were spent in it and rho what it may have:
 * of what was left before it, as much as it usually has of the requests from there on. Were today's pace another
 * than usual, it would multiply the slot's requests and those to come alike. Slots without a request lower the
 * price, so that one at which nothing was asked does not stay.
 */
export function priceOf({ budget, slots, now, usual }: Pacing): number {
  const [first] = slots;
  if (!first || budget <= 0) return 0;
  const spent = new Map(slots.map(({ slot, tokens }) => [slot, tokens]));
  const step = STEP / budget;
  let [price, left] = [0, budget];
  for (let slot = first.slot; slot <= now; slot += 1) {
    const until = Math.min(slot + 1, now);
    const share = usualBetween(usual, slot, until) / usualBetween(usual, slot, SLOTS_A_DAY);
    const tokens = spent.get(slot) ?? 0;
    price += step * (tokens - Math.max(0, left) * share);
    price = Math.min(HIGHEST_PRICE, Math.max(0, price));
    left -= tokens;
  }
  return price;
}
