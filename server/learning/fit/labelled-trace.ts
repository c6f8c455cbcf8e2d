import { createHash } from 'node:crypto';
import type {
  ControlTail,
  RequestCode,
  RequestRecord,
  StopJudgement,
} from '../../outcomes/records.ts';
import { canBecome, judgeServed, matchOffset } from '../../stopping/match.ts';
import type { TraceEnd, TraceToken } from '../../stopping/trace.ts';
import type { LabelledTrace } from '../learner.ts';
import { baselinesOf } from './baselines.ts';
import { featuresOf, type Recorded } from './extract.ts';

/** An episode's first request, with what its episode showed by the time it settled. */
export interface FirstRequest {
  readonly request: RequestRecord;
  readonly code: RequestCode;
  /** Of a request that ran on behind its stop, once its stream is over. */
  readonly tail: ControlTail | null;
  /** All its tokens, where the rest of them was generated at idle. */
  readonly shadow?: ShadowTrace | null;
  /** Of its document. */
  readonly uri: string;
  /** Something was offered in its episode. */
  readonly isOffered: boolean;
}

/** A stopped text that was continued to its end. */
export interface ShadowTrace {
  readonly tokens: readonly TraceToken[];
  readonly end: TraceEnd;
}

/** A request as it is learned from, and what its stop was. */
export interface Labelled {
  readonly trace: LabelledTrace;
  readonly judged: StopJudgement;
}

/**
 * Reduces a request to numbers, labelled by what was kept at its place. What its stop was is told without what was
 * generated at idle: which requests that is known of depends on when somebody pauses.
 * @returns null where its text says nothing: no token came, or what the user typed is no continuation of what
 * it was asked for
 */
export function labelledTrace(first: FirstRequest, kept: string): Labelled | null {
  const { request, code, tail, shadow, uri, isOffered } = first;
  if (request.ended === 'failed' || code.tokens.length === 0) return null;
  if (!kept.startsWith(code.ahead)) return null;
  const gold = kept.slice(code.ahead.length);
  const end = endOf(request, tail);
  const text = textOf(code.tokens);
  const offset = matchOffset(text, gold);
  const judged = judge({ ...code, text, gold, offset, isComplete: end !== 'cut' });
  const { context } = code;
  const recorded: Recorded = { context, gold, ...(shadow ?? { tokens: code.tokens, end }) };
  return {
    judged,
    trace: {
      problem: problemOf(uri),
      lang: request.languageId,
      ...featuresOf(recorded, code.maxTokens),
      baselines: baselinesOf(recorded, code.maxTokens),
      matchOffset: shadow ? matchOffset(textOf(shadow.tokens), gold) : offset,
      drawn: shadow ? { how: 'shadow', probability: 1 } : drawnOf(request),
      anchored: isOffered || !request.withheld,
      premature: judged.premature === true,
      overrun: judged.overrun === true,
      served: code.served === null ? null : servedOf(code.served, request, gold),
    },
  };
}

function textOf(tokens: readonly TraceToken[]): string {
  return tokens.map((token) => token.text).join('');
}

/** Files are told apart by the first half of a SHA-256 of their uri: its text changes while it is edited. */
function problemOf(uri: string): string {
  return createHash('sha256').update(uri).digest('hex').slice(0, 32);
}

function endOf({ stopReason }: RequestRecord, tail: ControlTail | null): Recorded['end'] {
  const ended = tail?.ended ?? stopReason;
  return ended === 'natural-end' || ended === 'cap' ? ended : 'cut';
}

function drawnOf(request: RequestRecord): LabelledTrace['drawn'] {
  const { control, controlRate, withheld, withheldRate } = request;
  if (control) return { how: 'control', probability: controlRate };
  if (withheld) return { how: 'withheld', probability: withheldRate };
  return { how: 'served', probability: 1 - controlRate - withheldRate };
}

function servedOf(served: string, request: RequestRecord, gold: string): LabelledTrace['served'] {
  const { exact } = judgeServed(served, null, gold);
  return { matched: exact, tokens: request.tokensAtStop };
}

interface Stopped {
  readonly text: string;
  readonly gold: string;
  readonly served: string | null;
  /** The text's match offset. */
  readonly offset: number | null;
  readonly isComplete: boolean;
}

/**
 * Where the text was stopped before anything of it matched, and could still have become a match, only this much
 * is known: whether the user typed on where a served text ends.
 */
function judge({ text, gold, served, offset, isComplete }: Stopped): StopJudgement {
  const mayHaveMatched = offset === null && !isComplete && canBecome(text, gold);
  const reachable = mayHaveMatched ? null : offset !== null;
  if (served === null) return { reachable, premature: null, overrun: null };
  const { exact, premature, overrun } = judgeServed(served, offset, gold);
  if (!mayHaveMatched || exact) return { reachable, premature, overrun };
  if (served.trim() === '') return { reachable, premature: null, overrun: null };
  return { reachable, premature: canBecome(served, gold), overrun: false };
}
