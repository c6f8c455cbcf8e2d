import type { Decision, StopRule } from '../controller.ts';
import {
  addFeatures,
  beginFeatures,
  featureVector,
  type FeatureState,
} from '../reading/features.ts';
import { probabilityOf, tokensLeft, type PolicyWeights } from '../policy/model.ts';
import { PATIENT, pointOf, type PartialPoint } from '../policy/point.ts';
import { isServed, type Learned } from '../policy/serving.ts';
import { shortstopRule, type ShortstopState } from './shortstop-rule.ts';

interface State {
  readonly inner: ShortstopState;
  readonly features: FeatureState;
  /** After the last token; null before there was one. */
  readonly scores: Learned | null;
}

/**
 * The learned policy: boundaries and hard stops as they are, and after every token two learned
 * probabilities. It serves at once what is probably complete, and gives up what will probably not
 * become what is wanted, or not for what it would cost. As `tauAlive` or `lambda` falls or `tauDone`
 * rises, no decision moves back.
 * @throws RangeError for a `lambda` where the weights don't say how many tokens to expect
 */
export function learnedRule(
  id: string,
  weights: PolicyWeights,
  point: PartialPoint,
): StopRule<State> {
  const patient = shortstopRule;
  const { tauDone, tauAlive, showBar, lambda } = pointOf(point);
  const { left } = weights;
  if (lambda > 0 && !left) throw new RangeError('these weights expect no number of tokens');
  const paysToGoOn = (pAlive: number, vector: readonly number[]) =>
    lambda === 0 || !left || pAlive >= lambda * tokensLeft(left, vector);
  return {
    id,
    begin(context, { maxTokens }) {
      const inner = patient.begin(context, { ...PATIENT, maxTokens });
      return { inner, features: beginFeatures(context, inner.reader), scores: null };
    },
    step(before, token) {
      const { state: inner, decision } = patient.step(before.inner, token);
      const { reader } = inner;
      const features = addFeatures(before.features, token);
      const vector = featureVector(features, reader, weights.set);
      const pAlive = probabilityOf(weights.alive, vector);
      const pDone = probabilityOf(weights.done, vector);
      const state = { inner, features, scores: { pDone, pAlive } };
      if (decision) return { state, decision: withBar(decision, state.scores, showBar) };
      const { tokens } = features;
      if (isServed(state.scores, tauDone)) {
        const offset = pDone >= showBar ? reader.text.trimEnd().length : 0;
        return { state, decision: { reason: 'confident', offset, tokens, pDone, pAlive } };
      }
      if (pAlive >= tauAlive && paysToGoOn(pAlive, vector)) return { state, decision: null };
      const offset = pAlive >= showBar ? patient.end(inner, 'cap').offset : 0;
      const hopeless: Decision = { reason: 'hopeless', offset, tokens, pDone, pAlive };
      return { state, decision: hopeless };
    },
    // A break of its own comes without its probability, on which the show bar may turn.
    stopStrings: (context, { maxTokens }) =>
      showBar > 0 ? [] : (patient.stopStrings?.(context, { ...PATIENT, maxTokens }) ?? []),
    end: (state, end) => withBar(patient.end(state.inner, end), state.scores, showBar),
    scores: ({ scores }) => scores ?? { pDone: null, pAlive: null },
  };
}

/** What a boundary or a hard stop ended is a match as probably as `pAlive` says by then. */
function withBar(decision: Decision, scores: Learned | null, showBar: number): Decision {
  if (!scores) return decision;
  return { ...decision, ...scores, offset: scores.pAlive >= showBar ? decision.offset : 0 };
}
