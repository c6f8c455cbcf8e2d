import { formatCount } from '../../../shared/figures.ts';
import type { BudgetGauge } from '../../../shared/stats.ts';
import type { Evidence, Learner } from '../learner.ts';
import type { Limits } from '../limits.ts';
import type { Advice, KeystrokeAdvice, Question } from '../question.ts';
import { gaugesOf, isSpent, SPENT_TOKENS, spentInWords } from './gauges.ts';
import { HIGHEST_PRICE } from './price.ts';
import { NOTHING_SPENT, spend, spendingSchema, type Spending } from './spending.ts';

/**
 * On recorded stretches (docs/statistics.md#budgets): what a request costs and a match is worth, and the price, in
 * matches, from which on asking less often costs fewer of them than stopping still earlier.
 */
const TOKENS_A_REQUEST = 4;
const CHARACTERS_A_MATCH = 12.5;
const ASKS_LESS_FROM = 0.05;
/** A spent budget that gates lets through what is worth so many characters more than waiting: about one in ten. */
const SPENT_BAR = 0.8;

/**
 * Keeps what is spent within the user's limits. As long as spending keeps to plan it says nothing. Else a token has
 * a price: only keys that are worth it are asked at, a request stops no later than the preset's own point, and
 * beyond what is certified once the price is higher than what that point pays anyway; a larger model has to be worth its
 * tokens, and once the budget is spent none is asked.
 * @param session the run of the daemon that spends
 */
export function budgetLearner(session: string): Learner<Spending> {
  return {
    id: 'budget',
    version: 1,
    role: 'budget',
    empty: () => NOTHING_SPENT,
    read: (stored) => spendingSchema.safeParse(stored).data ?? null,
    observe: (state, evidence) => {
      const spent = spentIn(evidence);
      return spent ? spend(state, { ...spent, session }) : state;
    },
    advise(state, question) {
      const limits = limitsIn(question);
      if (!limits) return null;
      const gauges = gaugesOf(withUnwritten(state, question, session), session, limits);
      const spent = gauges.find(isSpent);
      if (spent) return whenSpent(spent, limits, question);
      const price = Math.min(
        HIGHEST_PRICE,
        gauges.reduce((sum, gauge) => sum + gauge.price, 0),
      );
      return price > 0 ? atPrice(price, gauges, question) : null;
    },
  };
}

/** Everything counts, whatever became of it. */
function spentIn(evidence: Evidence): { at: number; requests: 0 | 1; tokens: number } | null {
  switch (evidence.kind) {
    case 'request': {
      const { at, tokensAtStop: tokens } = evidence.request;
      return { at, requests: 1, tokens };
    }
    case 'spent':
      return evidence.tokens > 0 ? { at: evidence.at, requests: 0, tokens: evidence.tokens } : null;
    default:
      return null;
  }
}

/** What a request's smaller models have spent is written once it is known whose answer is served. */
function withUnwritten(state: Spending, question: Question, session: string): Spending {
  if (question.kind !== 'escalation' || !question.limits) return state;
  const { spentTokens: tokens, limits } = question;
  return spend(state, { session, at: limits.at, requests: 1, tokens });
}

function limitsIn(question: Question): Limits | null {
  const limits = 'limits' in question ? question.limits : undefined;
  return limits && (limits.tokensPerDay > 0 || limits.tokensPerSession > 0) ? limits : null;
}

function whenSpent(
  gauge: BudgetGauge,
  { whenSpent: what }: Limits,
  { kind }: Question,
): Advice | null {
  const says = spentInWords(gauge, what);
  if (kind === 'keystroke' && what === 'pause') return { kind, action: 'silent', says };
  if (kind === 'keystroke' && what === 'gate') return raisedBy(SPENT_BAR, says);
  if (kind === 'escalation') return { kind, forbids: true, says };
  if (kind === 'request') {
    const shorter = what === 'shorten' ? { maxTokens: SPENT_TOKENS } : {};
    return { kind, boldness: 1, lambda: ASKS_LESS_FROM, ...shorter, says };
  }
  return null;
}

function atPrice(price: number, gauges: readonly BudgetGauge[], { kind }: Question): Advice | null {
  const says = priceInWords(price, gauges);
  const beyond = price - ASKS_LESS_FROM;
  if (kind === 'keystroke' && beyond > 0)
    return raisedBy(beyond * TOKENS_A_REQUEST * CHARACTERS_A_MATCH, says);
  if (kind === 'request') {
    return { kind, boldness: 1, lambda: Math.min(price, ASKS_LESS_FROM), says };
  }
  if (kind === 'escalation') return { kind, tokenPrice: price, says };
  return null;
}

function raisedBy(characters: number, says: string): KeystrokeAdvice {
  return { kind: 'keystroke', action: 'raise', characters, says };
}

function priceInWords(price: number, gauges: readonly BudgetGauge[]): string {
  const [tightest] = [...gauges].sort((a, b) => b.price - a.price);
  const { of = 'day', spent = 0, limit = 0 } = tightest ?? {};
  const left = `${formatCount((limit ?? 0) - spent)} of ${formatCount(limit ?? 0)} tokens`;
  return `a token costs ${price.toFixed(4)} matches, so that the ${left} that are left of the ${of} last`;
}
