import { beliefsOf, ownBelief, SHIPPED_CURVE, type PairCurve } from './curve.ts';
import type { ChoiceQuestion, Expert } from './question.ts';
import { weightsOf, type Weights } from './weights.ts';

/** What weights are kept under. */
export function keyOf({ digest, preset }: Expert): string {
  return `${digest} ${preset}`;
}

/**
 * The candidate to serve: each text gets the sum, over the models that wrote it, of weight x probability that the
 * model is right; what two of them agree on counts for both. The later, larger one wins a tie.
 * @returns its place among the candidates; the last one where all of them are empty
 */
export function chosenOf(
  { candidates }: ChoiceQuestion,
  weights: Weights,
  curve: PairCurve = SHIPPED_CURVE,
): number {
  const known = weightsOf(
    weights,
    candidates.map(({ expert }) => keyOf(expert)),
  );
  const scores = new Map<number, number>();
  candidates.forEach(({ expert, group, pAlive }, i) => {
    if (group === null) return;
    const p = i === 0 ? beliefsOf(curve, pAlive).pSmall : ownBelief(curve, pAlive);
    scores.set(group, (scores.get(group) ?? 0) + (known[keyOf(expert)] ?? 0) * p);
  });
  let best = candidates.length - 1;
  let most = -1;
  candidates.forEach(({ group }, i) => {
    const score = group === null ? -1 : (scores.get(group) ?? 0);
    if (score < 0 || score < most) return;
    [best, most] = [i, score];
  });
  return best;
}
