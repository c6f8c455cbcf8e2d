import type { Decision, StopRule, StopSettings } from '../../server/stopping/controller.ts';
import { replay as replayTokens } from '../../server/stopping/replay.ts';
import { judgeServed, matchOffset } from '../../server/stopping/match.ts';
import type { RecordedTrace } from '../traces.ts';
import { contextOf } from './context.ts';

/** A rule under test. An oracle differs from trace to trace, as it knows the gold text. */
export interface Candidate {
  readonly id: string;
  ruleFor(trace: RecordedTrace): StopRule;
}

/** What one rule makes of one trace. */
export interface Replayed {
  readonly decision: Decision;
  /** After the rule's own trimming; null where no insertion would leave what its tool leaves. */
  readonly served: string | null;
  readonly exact: boolean;
  /** Only where a match offset exists. */
  readonly premature: boolean;
  readonly overrun: boolean;
}

export function textOf(trace: RecordedTrace): string {
  return trace.tokens.map((token) => token.text).join('');
}

/** A trace whose recording was cut short counts as one that ran into the cap. */
export function decide(rule: StopRule, trace: RecordedTrace, settings: StopSettings): Decision {
  const end = trace.end === 'cut' ? 'cap' : trace.end;
  return replayTokens(rule, contextOf(trace), settings, trace.tokens, end).decision;
}

/** Judges a decision by the gold text (vocabulary: match offset, premature, overrun). */
export function judge(rule: StopRule, trace: RecordedTrace, decision: Decision): Replayed {
  const text = textOf(trace);
  const stopped = text.slice(0, decision.offset);
  const served = rule.trim ? rule.trim(stopped, contextOf(trace), decision.reason) : stopped;
  const match = matchOffset(text, trace.gold);
  return { decision, served, ...judgeServed(served, match, trace.gold) };
}

/** Whether a perfect stop would serve a match. */
export function isReachable(trace: RecordedTrace): boolean {
  return matchOffset(textOf(trace), trace.gold) !== null;
}

/** One candidate's outcomes, in the order of the traces, and its own time with judging left out. */
export interface Run {
  readonly id: string;
  readonly outcomes: readonly Replayed[];
  readonly microsPerToken: number;
}

export function replay(
  candidate: Candidate,
  traces: readonly RecordedTrace[],
  settings: StopSettings,
): Run {
  let elapsed = 0;
  let tokens = 0;
  const outcomes = traces.map((trace) => {
    const rule = candidate.ruleFor(trace);
    const start = performance.now();
    const decision = decide(rule, trace, settings);
    elapsed += performance.now() - start;
    tokens += decision.tokens;
    return judge(rule, trace, decision);
  });
  return {
    id: candidate.id,
    outcomes,
    microsPerToken: tokens === 0 ? 0 : (1000 * elapsed) / tokens,
  };
}
