import { cursorLine } from './cursor-line.ts';
import { readBoundaries, readToken, type BoundaryReader } from './boundary.ts';
import type { Decision, StopRule, StopSettings } from './controller.ts';
import { addFeatures, beginFeatures, featureVector, type FeatureState } from './features.ts';
import { probabilityOf, type PolicyWeights } from './model.ts';
import { shortstopRule } from './shortstop-rule.ts';

/** Thresholds in force; probabilities in [0, 1]. */
export interface LearnedThresholds {
  /**
   * A text is served as it stands, before its line has ended, from this share of `pDone` in `pAlive` on:
   * how probably it is complete, if it is not hopeless anyway. Above 1, never.
   */
  readonly tauDone: number;
  /** The request is given up below this `pAlive`. */
  readonly tauAlive: number;
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

interface State<Inner> {
  readonly inner: Inner;
  readonly reader: BoundaryReader;
  readonly features: FeatureState;
}

/**
 * The learned policy: boundaries and hard stops as they are, and after every token that decides nothing
 * yet two learned probabilities. It serves at once what is probably complete, and gives up what will
 * probably not become what is wanted. As `tauAlive` falls or `tauDone` rises, no decision moves back.
 */
export function learnedRule(
  id: string,
  weights: PolicyWeights,
  thresholds: LearnedThresholds,
): StopRule<State<unknown>> {
  const patient: StopRule = shortstopRule;
  return {
    id,
    begin(context, { maxTokens }) {
      const reader = readBoundaries(cursorLine(context));
      const features = beginFeatures(context, reader);
      return { inner: patient.begin(context, { ...PATIENT, maxTokens }), reader, features };
    },
    step(before, token) {
      const { state: inner, decision } = patient.step(before.inner, token);
      const { reader } = readToken(before.reader, token.text);
      const state = { inner, reader, features: addFeatures(before.features, token) };
      if (decision) return { state, decision };
      const vector = featureVector(state.features, reader, weights.set);
      const pAlive = probabilityOf(weights.alive, vector);
      const pDone = probabilityOf(weights.done, vector);
      const { tokens } = state.features;
      if (completeIfAlive(pDone, pAlive) >= thresholds.tauDone) {
        const offset = reader.text.trimEnd().length;
        return { state, decision: { reason: 'confident', offset, tokens, pDone, pAlive } };
      }
      if (pAlive >= thresholds.tauAlive) return { state, decision: null };
      const offset = patient.end(inner, 'cap').offset;
      const hopeless: Decision = { reason: 'hopeless', offset, tokens, pDone, pAlive };
      return { state, decision: hopeless };
    },
    end: (state, end) => patient.end(state.inner, end),
  };
}
