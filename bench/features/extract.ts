import { createHash } from 'node:crypto';
import type { StopReason } from '../../shared/protocol.ts';
import { readBoundaries, readToken } from '../../server/stopping/reading/boundary.ts';
import { cursorLine } from '../../server/stopping/reading/cursor-line.ts';
import {
  addFeatures,
  beginFeatures,
  featureVector,
} from '../../server/stopping/reading/features.ts';
import { PATIENT } from '../../server/stopping/policy/point.ts';
import type { StopRule } from '../../server/stopping/controller.ts';
import { firstNewlineRule } from '../../server/stopping/rules/first-newline.ts';
import { cutOverlap } from '../peers/rules/overlap.ts';
import { simpleRule } from '../peers/rules/simple.ts';
import { replay, type Replayed } from '../../server/stopping/replay.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { isExactMatch } from '../match.ts';
import { contextOf } from '../replay/context.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { decide, isReachable, judge } from '../replay/run.ts';
import type { FeatureRow, FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import type { RecordedTrace } from '../traces.ts';

const MAX_TOKENS = 128;

/** The best fair peer, and the simple rule: what a learned one has to beat. */
const BASELINES: readonly StopRule[] = [{ ...firstNewlineRule, trim: cutOverlap }, simpleRule()];

function judgeRule(rule: StopRule, trace: RecordedTrace) {
  return judge(rule, trace, decide(rule, trace, REPLAY_SETTINGS));
}

/** Problems are told apart by the first half of a SHA-256. */
export function hashOf(problem: string): string {
  return createHash('sha256').update(problem).digest('hex').slice(0, 32);
}

function baselinesOf(trace: RecordedTrace): FeatureTrace['baselines'] {
  return Object.fromEntries(
    BASELINES.map((rule) => {
      const { decision, exact } = judgeRule(rule, trace);
      return [rule.id, { matched: exact, tokens: decision.tokens }];
    }),
  );
}

/** What the patient rule makes of a trace: the reference of everything learned. */
export function replayPatient(trace: RecordedTrace): Replayed {
  const settings = { ...PATIENT, maxTokens: MAX_TOKENS };
  const end = trace.end === 'natural-end' ? 'natural-end' : 'cap';
  return replay(shortstopRule, contextOf(trace), settings, trace.tokens, end);
}

/** Features and labels of one trace. */
export function extract(trace: RecordedTrace): FeatureTrace {
  const context = contextOf(trace);
  const { decision, served } = replayPatient(trace);
  const isMatch = (text: string, stoppedAt?: StopReason) =>
    isExactMatch(repair(text, context, stoppedAt).text, trace.gold);
  let reader = readBoundaries(cursorLine(context));
  let state = beginFeatures(context, reader);
  const rows: FeatureRow[] = [];
  for (const token of trace.tokens.slice(0, decision.tokens)) {
    reader = readToken(reader, token.text).reader;
    state = addFeatures(state, token);
    const features = featureVector(state, reader, 'full');
    rows.push({ features, done: isMatch(reader.text) });
  }
  return {
    problem: hashOf(trace.problem),
    ...(trace.packageId !== undefined && { packageId: trace.packageId }),
    lang: trace.lang,
    kind: context.kind,
    complete: trace.end !== 'cut',
    ...(trace.end === 'cut' && { decided: decision.reason !== 'cap' }),
    rows,
    matched: isMatch(served, decision.reason),
    tokens: decision.tokens,
    baselines: baselinesOf(trace),
    reachable: isReachable(trace),
  };
}
