import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import type { Evidence, LabelledTrace } from '../../server/learning/learner.ts';
import type { RequestQuestion } from '../../server/learning/question.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { FEATURE_NAMES } from '../../server/stopping/reading/features.ts';

/**
 * A trace for `madeUpWeights`, a token a number: its lowest log-probability so far, on which both probabilities turn.
 * The patient rule decides at the last token.
 */
export function traceOf(
  lowest: readonly number[],
  changes: Partial<FeatureTrace> = {},
): FeatureTrace {
  const at = FEATURE_NAMES.lite.indexOf('lowest logprob');
  return {
    problem: 'p',
    lang: 'typescript',
    kind: 'line-end',
    complete: true,
    rows: lowest.map((value) => ({
      features: FEATURE_NAMES.full.map((_, i) => (i === at ? value : 0)),
      done: false,
    })),
    matched: true,
    tokens: lowest.length,
    reachable: true,
    baselines: {},
    ...changes,
  };
}

/** A match that every preset of `madeUpWeights` keeps, and one that every preset cuts at its second token. */
export const keptTrace = (): FeatureTrace => traceOf([0, 0, 0, 0, 0, 0]);
export const lostTrace = (): FeatureTrace => traceOf([0, -9, -9, -9, -9, -9]);

export function labelled(trace: FeatureTrace, changes: Partial<LabelledTrace> = {}): LabelledTrace {
  return {
    ...trace,
    matchOffset: null,
    drawn: { how: 'control', probability: 0.1 },
    served: null,
    ...{ anchored: false, premature: false, overrun: false },
    ...changes,
  };
}

/** The model that the requests and spans here are of. */
export const MODEL = { name: 'some-model:1b', digest: 'sha256:ab' };

/** A request to it under the default settings. */
export const QUESTION: RequestQuestion = {
  kind: 'request',
  trigger: 'automatic',
  settings: DEFAULT_SETTINGS.stopping,
  model: MODEL,
  logprobs: true,
  costs: { msPerToken: 40, msPerTokenWithAlternatives: null },
  place: { kind: 'line-end', languageId: 'typescript', workspace: null },
};

export const span = (trace = keptTrace()): Evidence => ({
  kind: 'span',
  trace,
  modelDigest: MODEL.digest,
});
