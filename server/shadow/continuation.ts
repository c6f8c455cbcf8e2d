import { generate, noProgress } from '../completion/generation.ts';
import { buildPrompt } from '../completion/prompt.ts';
import type { Capabilities, Engine } from '../engines/engine.ts';
import type { Unfinished } from '../learning/observe.ts';
import { PATIENT } from '../stopping/policy/point.ts';
import { noStop } from '../stopping/rules/no-stop.ts';
import { ALTERNATIVES, type TraceEnd, type TraceToken } from '../stopping/trace.ts';

/** How many tokens a text may grow by until its cap. */
export function tokensLeft({ code, tokens }: Unfinished): number {
  return code.maxTokens - tokens.length;
}

export interface ContinuationPorts {
  readonly engine: Engine;
  readonly capabilities: Capabilities;
  /** Milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Generates a stopped text to its end: the same prompt, with what was written so far behind it, so that the engine
 * finds it in its cache.
 * @param onToken also of a try that fails
 * @returns null where the text can't be continued: the model is another one by now, or its prompt is put together
 *   by the engine
 * @throws EngineError also where the signal aborts
 */
export async function continueText(
  unfinished: Unfinished,
  { engine, capabilities, now, sleep }: ContinuationPorts,
  signal: AbortSignal,
  onToken: (token: TraceToken) => void,
): Promise<TraceEnd | null> {
  const { request, code, tokens } = unfinished;
  const { model } = capabilities;
  if (model.digest !== request.modelDigest) return null;
  const prompt = buildPrompt(model, code.context);
  if (!('raw' in prompt)) return null;
  const written = tokens.map(({ text }) => text).join('');
  const maxTokens = tokensLeft(unfinished);
  const began = now();
  let end: TraceEnd = 'cap';
  await generate(
    {
      engine,
      request: {
        model: model.name,
        prompt: { raw: prompt.raw + written },
        maxTokens,
        alternatives: tokens.some(({ alternatives }) => alternatives) ? ALTERNATIVES : 0,
      },
      rule: noStop(maxTokens),
      context: code.context,
      settings: { ...PATIENT, maxTokens },
      follow: null,
      elapsed: () => now() - began,
      sleep,
    },
    signal,
    noProgress(),
    {
      onToken,
      onStop: ({ decision }) => (end = decision.reason === 'natural-end' ? 'natural-end' : 'cap'),
    },
  );
  return end;
}
