import type { Decision, StopRule, StopSettings } from '../controller.ts';
import {
  addFeatures,
  beginFeatures,
  featureVector,
  type FeatureState,
} from '../reading/features.ts';
import { probabilityOf, tokensLeft, type PolicyWeights } from '../policy/model.ts';
import { shortstopRule, type ShortstopState } from './shortstop-rule.ts';

/** Thresholds in force; probabilities in [0, 1]. */
export interface LearnedThresholds {
  /**
   * A text is served as it stands, before its line has ended, from this share of `pDone` in `pAlive` on:
   * how probably it is complete, if it is not hopeless anyway. At 1, never.
   */
  readonly tauDone: number;
  /** The request is given up below this `pAlive`. */
  readonly tauAlive: number;
  /** What is less probably a match is not offered; 0, the default, offers everything. */
  readonly showBar?: number;
  /**
   * What a token costs, in matches; 0, the default, asks nothing. The request is also given up where going
   * on costs more than it is expected to bring: `pAlive` < lambda x the tokens expected until the end.
   */
  readonly lambda?: number;
}

/** The rule that the learned one wraps, with all its patience: it gives up by itself on nothing. */
export const PATIENT: Omit<StopSettings, 'maxTokens'> = {
  preset: 'custom',
  tauDone: 1,
  tauAlive: 0,
  showBar: 0,
};

/** In [0, 1]. Two models give the two probabilities, so their ratio may exceed 1. */
export function completeIfAlive(pDone: number, pAlive: number): number {
  return pAlive <= 0 ? 0 : Math.min(1, pDone / pAlive);
}

interface Learned {
  readonly pDone: number;
  readonly pAlive: number;
}

/** Whether a text is served as it stands, before its line has ended. */
export function isServed({ pDone, pAlive }: Learned, tauDone: number): boolean {
  return tauDone < 1 && completeIfAlive(pDone, pAlive) >= tauDone;
}

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
  thresholds: LearnedThresholds,
): StopRule<State> {
  const patient = shortstopRule;
  const { tauDone, tauAlive, showBar = 0, lambda = 0 } = thresholds;
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
