import { hashOf } from '../../server/learning/calibrate/content.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import {
  featuresOf,
  replayPatient as replayPatientOf,
  type Recorded,
} from '../../server/learning/fit/extract.ts';
import type { StopRule } from '../../server/stopping/controller.ts';
import type { Replayed } from '../../server/stopping/replay.ts';
import { firstNewlineRule } from '../../server/stopping/rules/first-newline.ts';
import { cutOverlap } from '../peers/rules/overlap.ts';
import { simpleRule } from '../peers/rules/simple.ts';
import { contextOf } from '../replay/context.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { decide, judge } from '../replay/run.ts';
import type { RecordedTrace } from '../traces.ts';

const MAX_TOKENS = 128;

/** The best fair peer, and the simple rule: what a learned one has to beat. */
const BASELINES: readonly StopRule[] = [{ ...firstNewlineRule, trim: cutOverlap }, simpleRule()];

function judgeRule(rule: StopRule, trace: RecordedTrace) {
  return judge(rule, trace, decide(rule, trace, REPLAY_SETTINGS));
}

function baselinesOf(trace: RecordedTrace): FeatureTrace['baselines'] {
  return Object.fromEntries(
    BASELINES.map((rule) => {
      const { decision, exact } = judgeRule(rule, trace);
      return [rule.id, { matched: exact, tokens: decision.tokens }];
    }),
  );
}

const recordedOf = (trace: RecordedTrace): Recorded => ({
  context: contextOf(trace),
  tokens: trace.tokens,
  end: trace.end,
  gold: trace.gold,
});

/** What the patient rule makes of a trace: the reference of everything learned. */
export function replayPatient(trace: RecordedTrace): Replayed {
  return replayPatientOf(recordedOf(trace), MAX_TOKENS);
}

/** Features and labels of one trace. */
export function extract(trace: RecordedTrace): FeatureTrace {
  return {
    problem: hashOf(trace.problem),
    ...(trace.packageId !== undefined && { packageId: trace.packageId }),
    lang: trace.lang,
    ...featuresOf(recordedOf(trace), MAX_TOKENS),
    baselines: baselinesOf(trace),
  };
}
