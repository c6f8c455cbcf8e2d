import type { CompletionReport } from '../../shared/protocol.ts';
import type { ControlTail, EpisodeDraw } from '../outcomes/records.ts';
import type { Decide } from '../learning/question.ts';
import { insertion } from '../post-process/replace-range.ts';
import { repair } from '../post-process/repairs.ts';
import { offeredUntil } from '../stopping/policy/likely-beginning.ts';
import type { TraceToken } from '../stopping/trace.ts';
import type { ModelAnswer } from './cascade.ts';
import type { Finished, Stopped } from './generation.ts';
import type { LastRequest } from './last-request.ts';
import type { Offer } from './ports.ts';
import type { SentRequest } from './prepared.ts';
import { realPlace, type CompletionRequest, type Suggestion } from './request.ts';

/**
 * What the stop left, repaired.
 * @param tokens up to the stop
 */
export function answerOf(
  id: string,
  request: CompletionRequest,
  sent: SentRequest,
  stopped: Stopped,
  tokens: readonly TraceToken[],
): ModelAnswer {
  const { context, chosen } = sent;
  const raw = stopped.text.slice(0, offeredUntil(stopped.decision, tokens, chosen));
  const repaired = repair(raw, context, stopped.decision.reason).text;
  const { text, replaceAfter } = insertion(repaired, context);
  const suggestion = text === '' ? null : { id, text, replaceAfter, fromMemory: false };
  return { request, ...sent, stopped, suggestion };
}

/** Whether and when it goes to the editor; held for 0 milliseconds where it goes at once. */
export function offeringOf(
  { request: { trigger }, suggestion, stopped, draw }: ModelAnswer,
  decide: Decide,
): { readonly suggestion: Suggestion | null; readonly holdMs: number } {
  if (!suggestion) return { suggestion: null, holdMs: 0 };
  const { text } = suggestion;
  const { reason, pDone, pAlive } = stopped.decision;
  const offering = decide({ kind: 'offer', trigger, text, reason, pDone, pAlive }, draw.chance);
  if (offering.action === 'hide') return { suggestion: null, holdMs: 0 };
  return { suggestion, holdMs: offering.action === 'hold' ? offering.ms : 0 };
}

/** Of what is given to the request's editor. */
export function offerOf(
  { episodeId }: EpisodeDraw,
  { id, text, replaceAfter }: Suggestion,
  request: CompletionRequest,
): Offer {
  return {
    episodeId,
    suggestionId: id,
    requestId: id,
    offset: realPlace(request).offset,
    text: request.ahead + text,
    replaceAfter,
  };
}

/** @param seen its tokens may grow while the stream is followed */
export function lastRequestOf(
  id: string,
  { request, capabilities, context, chosen, draw, settings, stopped }: ModelAnswer,
  seen: Pick<LastRequest, 'at' | 'withheld' | 'tokens'>,
): LastRequest {
  const { decision, text, firstTokenMs, stopMs } = stopped;
  return {
    id,
    uri: request.uri,
    line: lineAt(realPlace(request)),
    ...seen,
    trigger: request.trigger,
    preset: settings.stopping.preset,
    model: capabilities.model,
    control: draw.control,
    context,
    chosen,
    decision,
    written: text,
    firstTokenMs,
    stopMs,
  };
}

/** The cursor's, from 0. */
function lineAt({ text, offset }: Pick<CompletionRequest, 'text' | 'offset'>): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    line++;
  return line;
}

/** How a stream ended, as far as this window can tell. */
export type SeenEnd = ControlTail['ended'] | 'stopped';

/** What is reported of a request once its stream is closed, beside what was served. */
export function reportOf(
  sent: SentRequest | null,
  { decision, tokens: tokensAtStop, firstTokenMs, stopMs }: Stopped,
  { text, tokens, tailMs, ended }: Omit<Finished, 'ended'> & { readonly ended: SeenEnd },
): Omit<CompletionReport, 'suggestionId' | 'served'> {
  return {
    contextKind: sent?.context.kind ?? '',
    generated: text,
    reason: decision.reason,
    control: sent?.draw.control ?? false,
    ...{ tokensAtStop, tokens, firstTokenMs, stopMs, tailMs, ended },
  };
}
