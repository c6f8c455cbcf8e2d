import type { LabelledTrace } from '../../server/learning/learner.ts';
import { FEATURE_NAMES, FIXED_FEATURES } from '../../server/stopping/reading/features.ts';

const WIDTH = FEATURE_NAMES.full.length;

/** As many tokens as `done` has entries. */
export function labelled(
  done: readonly boolean[],
  change: Partial<LabelledTrace> = {},
): LabelledTrace {
  return {
    ...{ problem: 'p', lang: 'go', kind: 'line-end', complete: true, matched: true },
    ...{ reachable: true, tokens: done.length, matchOffset: 4 },
    rows: done.map((one, t) => ({
      features: Array.from({ length: WIDTH }, (_, i) => (i < FIXED_FEATURES ? i : i + t / 2)),
      done: one,
    })),
    baselines: { 'first-newline': { matched: false, tokens: 7 } },
    drawn: { how: 'control', probability: 0.1 },
    served: { matched: false, tokens: 2 },
    ...{ anchored: true, premature: true, overrun: false },
    ...change,
  };
}
