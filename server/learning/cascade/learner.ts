import { z } from 'zod';
import type { Evidence, Learner, PairEvidence } from '../learner.ts';
import type { Advice, Question } from '../question.ts';
import { keyOf } from './choose.ts';
import { believed, CELLS, noCells, withPair } from './pairs.ts';
import type { Expert } from './question.ts';
import { hedged } from './weights.ts';

const count = z.number().int().min(0);
const stateSchema = z.object({
  /** Of models under their presets, by `keyOf`. */
  weights: z.record(z.string(), z.number().positive()),
  /** By the two models' digests, the smaller one first. */
  pairs: z.record(
    z.string(),
    z.array(z.object({ n: count, small: count, large: count })).length(CELLS),
  ),
});

/** What is known of the models of an ensemble. */
export type CascadeState = z.infer<typeof stateSchema>;

/** Of the loss that a match not served is, so much is an answer that took {@link SLOW_MS}. */
const COST_SHARE = 0.2;
const SLOW_MS = 3000;

/**
 * Learns from requests that several models have answered: how much each model weighs, and how probably the larger
 * of two is right where the smaller one stopped. What the user kept leans towards what was offered, so these
 * labels certify nothing.
 */
export const cascadeLearner: Learner<CascadeState> = {
  id: 'cascade',
  version: 1,
  role: 'adaptation',
  empty: () => ({ weights: {}, pairs: {} }),
  read: (stored) => stateSchema.safeParse(stored).data ?? null,
  observe: (state, evidence: Evidence) =>
    evidence.kind === 'pair' ? observed(state, evidence) : state,
  advise: (state, question) => adviceOf(state, question),
};

function observed(state: CascadeState, { small, large }: PairEvidence): CascadeState {
  const losses = Object.fromEntries(
    [small, large].map(({ expert, matched, ms }) => [keyOf(expert), lossOf(matched, ms)]),
  );
  const pair = pairOf(small.expert, large.expert);
  const matched = { small: small.matched, large: large.matched };
  const cells = withPair(state.pairs[pair] ?? noCells(), small.pAlive, matched);
  return {
    weights: { ...hedged(state.weights, losses) },
    pairs: { ...state.pairs, [pair]: [...cells] },
  };
}

/** In [0, 1]. */
function lossOf(matched: boolean, ms: number): number {
  const cost = COST_SHARE * Math.min(1, ms / SLOW_MS);
  return (cost + Number(!matched)) / (1 + COST_SHARE);
}

function adviceOf(state: CascadeState, question: Question): Advice | null {
  if (question.kind === 'choice') {
    const { weights } = state;
    if (Object.keys(weights).length === 0) return null;
    return { kind: 'choice', weights, says: 'models weigh what they were right by here' };
  }
  if (question.kind !== 'escalation') return null;
  const cells = state.pairs[pairOf(question.small, question.large)];
  if (!cells) return null;
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const beliefs = believed(cells, question.scores.pAlive);
  return { kind: 'escalation', beliefs, says: `${n} requests that both models answered` };
}

function pairOf(small: Expert, large: Expert): string {
  return `${small.digest} ${large.digest}`;
}
