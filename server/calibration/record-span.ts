import { buildPrompt } from '../completion/prompt.ts';
import { sizeWindow } from '../completion/sizing.ts';
import { readWindow } from '../completion/window.ts';
import type { Capabilities, Engine } from '../engines/engine.ts';
import type { Recorded } from '../learning/fit/extract.ts';
import type { FeatureTrace } from '../learning/fit/feature-trace.ts';
import { SpanWatch } from '../learning/calibrate/span-watch.ts';
import { spanTrace } from '../learning/calibrate/span-trace.ts';
import { ALTERNATIVES, type TraceToken } from '../stopping/trace.ts';
import type { Settings } from '../../shared/settings.ts';
import { readSpan, type Span } from './spans.ts';

export interface SpanQuestion {
  readonly engine: Engine;
  readonly capabilities: Capabilities;
  readonly settings: Settings;
  /** So many tokens were generated for it, whatever came of them. */
  readonly spent: (tokens: number) => void;
}

/**
 * Asks for a span as the daemon would while it is being typed, with the same window and prompt, and reduces
 * what comes to numbers. Null where the file has changed since it was cut.
 * @throws EngineError
 */
export async function recordSpan(
  span: Span,
  { engine, capabilities, settings, spent }: SpanQuestion,
  signal: AbortSignal,
): Promise<FeatureTrace | null> {
  const read = await readSpan(span);
  if (!read) return null;
  const { maxTokens } = settings.stopping;
  const size = sizeWindow(capabilities, settings.engine.timeToFirstToken, maxTokens);
  const { context } = readWindow(
    read.without,
    span.cursor,
    size,
    span.languageId,
    settings.multiLine,
  );
  const watch = new SpanWatch(context, read.gold, maxTokens);
  const tokens: TraceToken[] = [];
  const stream = engine.generate({
    model: capabilities.model.name,
    prompt: buildPrompt(capabilities.model, context),
    maxTokens,
    alternatives: ALTERNATIVES,
    signal,
  });
  let end: Recorded['end'] = 'cut';
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        ({ end } = next.value);
        break;
      }
      tokens.push(next.value);
      if (watch.add(next.value)) break;
    }
  } finally {
    spent(tokens.length);
    await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  }
  const recorded = { context, tokens, end, gold: read.gold };
  return spanTrace(recorded, span.problem, span.languageId, maxTokens);
}
