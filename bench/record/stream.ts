import { alternativeText } from '../../server/engines/ollama/end-token.ts';
import type { TraceToken } from '../../server/stopping/trace.ts';

/** What every request of a recording sends, and its manifest names. */
export interface EngineOptions {
  readonly url: string;
  readonly model: string;
  /** Tokens. */
  readonly cap: number;
  readonly contextLength: number;
  readonly threads: number | null;
  readonly alternatives: number;
}

/** How the engine says that a stream ended; every figure null where it sent no last line. */
export interface StreamEnd {
  readonly done: 'stop' | 'length' | null;
  readonly promptTokens: number | null;
  /** Milliseconds. */
  readonly promptMs: number | null;
  readonly evalMs: number | null;
}

interface Chunk {
  readonly error?: string;
  readonly logprobs?: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
  }[];
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly prompt_eval_duration?: number;
  readonly eval_duration?: number;
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n')) {
      if (at > 0) yield rest.slice(0, at);
      rest = rest.slice(at + 1);
    }
  }
  if (rest.trim() !== '') yield rest;
}

const inMs = (nanoseconds: number | undefined) =>
  nanoseconds === undefined ? null : Math.round(nanoseconds / 1e4) / 100;

/** The options of Ollama's `/api/generate` that decide about the text; the same on every request. */
export function generateOptions({ cap, contextLength, threads }: EngineOptions): object {
  return {
    temperature: 0,
    repeat_penalty: 1,
    num_predict: cap,
    num_ctx: contextLength,
    ...(threads !== null && { num_thread: threads }),
  };
}

/**
 * Streams the greedy completion of a finished prompt from Ollama, with all that a trace holds. The
 * daemon's own engine adapter is narrower: a recording sets threads and keeps the engine's figures.
 * @throws Error where the engine refuses or breaks off before its first token
 */
export async function* streamTokens(
  prompt: string,
  options: EngineOptions,
  signal: AbortSignal,
): AsyncGenerator<TraceToken, StreamEnd, void> {
  const started = performance.now();
  const response = await fetch(`${options.url}/api/generate`, {
    method: 'POST',
    signal,
    body: JSON.stringify({
      model: options.model,
      prompt,
      raw: true,
      stream: true,
      keep_alive: '30m',
      logprobs: true,
      top_logprobs: options.alternatives,
      options: generateOptions(options),
    }),
  });
  if (!response.ok || !response.body) {
    throw new Error(`the engine answered ${response.status}: ${await response.text()}`);
  }
  for await (const line of lines(response.body)) {
    const chunk = JSON.parse(line) as Chunk;
    if (chunk.error !== undefined) throw new Error(`the engine says: ${chunk.error}`);
    const arrivedMs = Math.round(performance.now() - started);
    for (const { token, logprob, top_logprobs: top } of chunk.logprobs ?? []) {
      yield {
        text: token,
        logprob,
        ...(top && {
          alternatives: top.map((other) => ({
            text: alternativeText(other.token),
            logprob: other.logprob,
          })),
        }),
        arrivedMs,
      };
    }
    if (chunk.done) {
      return {
        done: chunk.done_reason === 'length' ? 'length' : 'stop',
        promptTokens: chunk.prompt_eval_count ?? null,
        promptMs: inMs(chunk.prompt_eval_duration),
        evalMs: inMs(chunk.eval_duration),
      };
    }
  }
  return { done: null, promptTokens: null, promptMs: null, evalMs: null };
}

/**
 * The engine's version and the model's digest.
 * @throws Error where nothing answers or the model is missing
 */
export async function describeEngine(
  url: string,
  model: string,
): Promise<{ version: string; digest: string }> {
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  const { version } = (await get('/api/version')) as { version: string };
  const { models } = (await get('/api/tags')) as { models: { name: string; digest: string }[] };
  const found = models.find(({ name }) => name === model || name === `${model}:latest`);
  if (!found) throw new Error(`${url} has no model ${model}`);
  return { version, digest: `sha256:${found.digest}` };
}
