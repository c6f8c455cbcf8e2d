import { formatTokens } from '../../../shared/figures.ts';
import type { BudgetGauge, BudgetStatus } from '../../../shared/stats.ts';
import type { Limits } from '../limits.ts';
import { localSlot } from './local-time.ts';
import { priceOf } from './price.ts';
import { asOf, sumOf, type Slot, type Spending } from './spending.ts';
import { requestsToCome } from './usual-day.ts';

/** What was spent today and in a session, whether it is limited or not. */
export function gaugesOf(before: Spending, session: string, limits: Limits): BudgetGauge[] {
  const { sessions, usual } = asOf(before, limits.at);
  const now = localSlot(limits.at);
  const own = sessions.find(({ id }) => id === session) ?? { earlier: 0, slots: [] };
  const today = summed(sessions.flatMap(({ slots }) => slots));
  const toCome = requestsToCome(usual, now, sumOf(today, 'requests'));
  const gauge = (of: BudgetGauge['of'], limit: number, earlier: number, slots: readonly Slot[]) => {
    const spent = earlier + sumOf(slots, 'tokens');
    if (limit === 0) return { of, spent, limit: null, price: 0, perRequest: null };
    const price = priceOf({ budget: limit - earlier, slots, now, usual });
    const perRequest = Math.max(0, limit - spent) / Math.max(1, toCome);
    return { of, spent, limit, price, perRequest };
  };
  return [
    gauge('day', limits.tokensPerDay, 0, today),
    gauge('session', limits.tokensPerSession, own.earlier, own.slots),
  ];
}

/** Null where nothing is limited. */
export function budgetStatus(
  gauges: readonly BudgetGauge[],
  whenSpent: Limits['whenSpent'],
): BudgetStatus | null {
  const limited = gauges.filter(({ limit }) => limit !== null);
  if (limited.length === 0) return null;
  const spent = limited.find(isSpent);
  return {
    gauges: limited.map(({ of, spent: tokens, limit }) => ({ of, spent: tokens, limit })),
    ...(spent && { spent: `${capitalised(spentInWords(spent, whenSpent))}.` }),
  };
}

/** Whether nothing is left of it. */
export function isSpent({ spent, limit }: BudgetGauge): boolean {
  return limit !== null && spent >= limit;
}

/** A spent budget that shortens leaves a request so many tokens. */
export const SPENT_TOKENS = 4;

const THEN: Readonly<Record<Limits['whenSpent'], string>> = {
  gate: 'only what is most likely to help is asked for',
  shorten: `answers have ${SPENT_TOKENS} tokens at most`,
  pause: 'nothing is asked while you type',
};

/** What people read of a budget that is spent. */
export function spentInWords({ of, limit }: BudgetGauge, whenSpent: Limits['whenSpent']): string {
  const whose = of === 'day' ? "today's" : "this session's";
  const until = of === 'day' ? 'midnight' : 'the next session';
  return `${whose} budget of ${formatTokens(limit ?? 0)} is spent: ${THEN[whenSpent]} until ${until}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Those of several sessions in one row, in the order of their time. */
function summed(slots: readonly Slot[]): Slot[] {
  const bySlot = new Map<number, Slot>();
  for (const { slot, requests, tokens } of slots) {
    const sum = bySlot.get(slot) ?? { slot, requests: 0, tokens: 0 };
    bySlot.set(slot, {
      slot,
      requests: sum.requests + requests,
      tokens: sum.tokens + tokens,
    });
  }
  return [...bySlot.values()].sort((a, b) => a.slot - b.slot);
}
