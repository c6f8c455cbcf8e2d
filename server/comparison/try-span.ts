import { performance } from 'node:perf_hooks';
import type { Settings } from '../../shared/settings.ts';
import { buildPrompt } from '../completion/prompt.ts';
import { UNSIZED, sizeWindow } from '../completion/sizing.ts';
import { readWindow } from '../completion/window.ts';
import type { Metered } from '../energy/meter.ts';
import type { Capabilities, Engine } from '../engines/engine.ts';
import type { Decide } from '../learning/question.ts';
import { insertion } from '../post-process/replace-range.ts';
import { repair } from '../post-process/repairs.ts';
import type { Decision } from '../stopping/controller.ts';
import { isExactMatch } from '../stopping/match.ts';
import { offeredUntil } from '../stopping/policy/likely-beginning.ts';
import type { CursorContext, TraceToken } from '../stopping/trace.ts';

/** A place in a document, and what stands there in truth. */
export interface SpanText {
  readonly languageId: string;
  /** The document without the span. */
  readonly without: string;
  /** UTF-16 offset. */
  readonly cursor: number;
  readonly gold: string;
}

export interface TrialPorts {
  readonly engine: Engine;
  readonly capabilities: Capabilities;
  readonly settings: Settings;
  readonly decide: Decide;
  readonly meter: (gpuShare: number | null) => () => Metered;
  /** False: windows of a fixed size, so that every model sees the same text. */
  readonly sized: boolean;
  /** So many tokens were generated, whatever came of them. */
  readonly spent?: (tokens: number) => void;
}

/** What one model made of one span, as the daemon would have asked it. */
export interface Trial {
  readonly context: CursorContext;
  readonly text: string;
  readonly matched: boolean;
  readonly tokens: number;
  readonly pDone: number | null;
  readonly pAlive: number | null;
  /** From asking the engine to the first token and to the stop, milliseconds. */
  readonly firstTokenMs: number | null;
  readonly ms: number;
  readonly metered: Metered;
}

/**
 * Asks one model for one span, stopped by the rule that is in force for it.
 * @throws EngineError
 */
export async function trySpan(
  span: SpanText,
  ports: TrialPorts,
  signal: AbortSignal,
): Promise<Trial> {
  const { engine, capabilities, settings, decide } = ports;
  const { context } = windowOf(span, ports);
  const { model, logprobs } = capabilities;
  const chosen = decide({
    ...{ kind: 'request', trigger: 'invoked', settings: settings.stopping },
    ...{ model, logprobs, costs: capabilities },
    place: { kind: context.kind, languageId: span.languageId, workspace: null },
  });
  const { rule, alternatives } = chosen;
  const end = ports.meter(capabilities.gpuShare);
  const began = performance.now();
  const stream = engine.generate({
    model: model.name,
    prompt: buildPrompt(model, context),
    maxTokens: chosen.settings.maxTokens,
    ...{ alternatives, signal },
  });
  const tokens: TraceToken[] = [];
  let state = rule.begin(context, chosen.settings);
  let decision: Decision | null = null;
  let firstTokenMs: number | null = null;
  try {
    while (!decision) {
      const next = await stream.next();
      if (next.done) {
        decision = rule.end(state, next.value.end);
        continue;
      }
      firstTokenMs ??= performance.now() - began;
      tokens.push(next.value);
      const step = rule.step(state, next.value);
      ({ state, decision } = step);
    }
  } finally {
    ports.spent?.(tokens.length);
    await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  }
  const ms = performance.now() - began;
  const written = tokens.map((token) => token.text).join('');
  const raw = written.slice(0, offeredUntil(decision, tokens, chosen));
  const { text } = insertion(repair(raw, context, decision.reason).text, context);
  const { pDone, pAlive } = decision;
  const matched = isExactMatch(text, span.gold);
  return {
    ...{ context, text, matched, tokens: decision.tokens, pDone, pAlive, firstTokenMs, ms },
    metered: end(),
  };
}

function windowOf(span: SpanText, { capabilities, settings, sized }: TrialPorts) {
  const { maxTokens } = settings.stopping;
  const size = sized
    ? sizeWindow(capabilities, settings.engine.timeToFirstToken, maxTokens)
    : UNSIZED;
  return readWindow(span.without, span.cursor, size, span.languageId, settings.multiLine);
}
