import { sizeWindow, type WindowSize } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import { insertion } from '../../server/post-process/replace-range.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { FREE } from '../../server/stopping/policy/alternatives.ts';
import { chooseRule, type ChosenRule } from '../../server/stopping/policy/choose-rule.ts';
import { replay } from '../../server/stopping/replay.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { Offer } from './judge.ts';
import type { Span } from './spans.ts';
import { certain } from './tokens.ts';

/** A GPU with the context length that the daemon asks for by itself (docs/laboratory.md). */
const GPU = { prefillTokensPerSecond: 17_000, contextLength: 4096 };

export const GPU_WINDOW: WindowSize = sizeWindow(
  GPU,
  DEFAULT_SETTINGS.engine.timeToFirstToken,
  DEFAULT_SETTINGS.stopping.maxTokens,
);

/** The rule that the default model and the default settings get, on an engine whose alternatives are free. */
export function defaultRule(): ChosenRule {
  return chooseRule({
    weights: weightsFor({ name: DEFAULT_SETTINGS.model, digest: '' }),
    logprobs: true,
    costs: FREE,
    settings: DEFAULT_SETTINGS.stopping,
    patient: false,
  });
}

export interface InProcess {
  readonly chosen: ChosenRule;
  readonly window: WindowSize;
  /** Documents with CRLF line breaks. */
  readonly crlf: boolean;
}

/** The window of a span's document that the daemon would read. */
export function contextOfSpan(span: Span, window: WindowSize, crlf: boolean): CursorContext {
  const lineBreaks = (text: string) => (crlf ? text.replaceAll('\n', '\r\n') : text);
  const before = lineBreaks(span.before);
  const document = before + lineBreaks(span.after);
  const { multiLine } = DEFAULT_SETTINGS;
  return readWindow(document, before.length, window, span.language, multiLine).context;
}

/** What the daemon would offer for a span, without a daemon: its window, its stop rule, its repairs. */
export function serveInProcess(span: Span, { chosen, window, crlf }: InProcess): Offer | null {
  const context = contextOfSpan(span, window, crlf);
  const { rule, settings, alternatives } = chosen;
  const tokens = span.tokens.map((text) => certain(text, alternatives));
  const end = tokens.length > settings.maxTokens ? 'cap' : 'natural-end';
  const sent = tokens.slice(0, settings.maxTokens);
  const { served, decision } = replay(rule, context, settings, sent, end);
  const offer = insertion(repair(served, context, decision.reason).text, context);
  return offer.text === '' ? null : offer;
}
