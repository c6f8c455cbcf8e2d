import { balanceOf } from '../../server/learning/cascade/escalate.ts';
import { chosenOf } from '../../server/learning/cascade/choose.ts';
import { beliefsOf, type PairCurve } from '../../server/learning/cascade/curve.ts';
import type { EscalationQuestion, Expert } from '../../server/learning/cascade/question.ts';
import { firstTokenMs, timeOf, type PairPace } from './pace.ts';
import type { Answer, Pair } from './pairs.ts';

/** What one way of using two models makes of a task. */
export interface Outcome {
  readonly problem: string;
  readonly matched: boolean;
  /** Of both models. */
  readonly tokens: number;
  readonly ms: number;
  readonly calledLarge: boolean;
}

/** A way of using two models. */
export type Way = (pair: Pair) => Outcome;

/** Tokens that the larger model is expected to write before it stops: their mean on recorded pairs. */
const EXPECTED_TOKENS = 6;

export function alone(which: 'small' | 'large', pace: PairPace): Way {
  return (pair) => {
    const answer = pair[which];
    return outcome(pair, answer, answer.tokens, timeOf(pair, answer, pace[which]), which);
  };
}

/** The smaller one, then the larger one where that is worth its cost; nobody types meanwhile. */
export function cascade(curve: PairCurve, lambda: number, pace: PairPace): Way {
  return (pair) => {
    const { net } = balanceOf(questionOf(pair, lambda, pace), beliefsOf(curve, pair.small.pAlive));
    return net > 0 ? both(pair, curve, pace) : alone('small', pace)(pair);
  };
}

/** The smaller one, then the larger one just where it alone is right: no rule can know. */
export function hindsight(pace: PairPace): Way {
  return (pair) => {
    const { small, large } = pair;
    if (small.matched || !large.matched) return alone('small', pace)(pair);
    const ms = timeOf(pair, small, pace.small) + timeOf(pair, large, pace.large);
    return outcome(pair, large, small.tokens + large.tokens, ms, 'large');
  };
}

/** Both answer, and the weighted candidate is served. */
export function both(pair: Pair, curve: PairCurve, pace: PairPace): Outcome {
  const { small, large } = pair;
  const groups = new Map<string, number>();
  const candidates = [small, large].map(({ model, text, pAlive }) => {
    if (!groups.has(text)) groups.set(text, groups.size);
    const group = text.trim() === '' ? null : (groups.get(text) ?? null);
    return { expert: expertOf(model), group, pAlive };
  });
  const at = chosenOf({ kind: 'choice', candidates }, {}, curve);
  const ms = timeOf(pair, small, pace.small) + timeOf(pair, large, pace.large);
  return outcome(pair, at === 0 ? small : large, small.tokens + large.tokens, ms, 'large');
}

function questionOf(pair: Pair, lambda: number, { large: pace }: PairPace): EscalationQuestion {
  const { small, large } = pair;
  return {
    kind: 'escalation',
    trigger: 'invoked',
    place: { kind: pair.kind, languageId: pair.lang },
    small: expertOf(small.model),
    large: expertOf(large.model),
    scores: { pDone: small.pDone, pAlive: small.pAlive },
    cost: {
      firstTokenMs: firstTokenMs(pair.promptChars, pace),
      decodeMs: EXPECTED_TOKENS * pace.msPerToken,
      swapBackMs: 0,
      tokens: EXPECTED_TOKENS,
    },
    user: { waitedMs: 0, gapMs: null, failures: 0 },
    lambda,
    spentTokens: small.tokens,
  };
}

function expertOf(model: string): Expert {
  return { model, digest: model, preset: 'balanced' };
}

function outcome(
  { problem }: Pair,
  { matched }: Answer,
  tokens: number,
  ms: number,
  last: 'small' | 'large',
): Outcome {
  return { problem, matched, tokens, ms, calledLarge: last === 'large' };
}

/** What drawing one of two models for each task gives, no answer being looked at: a cascade should do better. */
export interface Drawn {
  /** Share of tasks for the larger one. */
  readonly share: number;
  readonly em: number;
}

/** @param ms mean time of a task that is to be kept to */
export function drawnWithin(ms: number, small: Figures, large: Figures): Drawn {
  const share = Math.min(1, Math.max(0, (ms - small.ms) / (large.ms - small.ms)));
  return { share, em: (1 - share) * small.em + share * large.em };
}

/** Means over tasks. */
export interface Figures {
  readonly n: number;
  readonly em: number;
  readonly tokens: number;
  readonly ms: number;
  readonly calls: number;
}

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const mean = (value: (one: Outcome) => number) =>
    outcomes.reduce((sum, one) => sum + value(one), 0) / outcomes.length;
  return {
    n: outcomes.length,
    em: mean(({ matched }) => Number(matched)),
    tokens: mean(({ tokens }) => tokens),
    ms: mean(({ ms }) => ms),
    calls: mean(({ calledLarge }) => Number(calledLarge)),
  };
}
