import { EngineError } from './engine.ts';
import { failures, networkFailure, type Where } from './failures.ts';

/** Milliseconds of silence after which a request counts as stalled. */
export interface Patience {
  /** Until the answer's first bytes; a cold model loads first. */
  readonly first: number;
  /** Between two chunks of it. */
  readonly between: number;
}

export interface RequestGuard {
  readonly where: Where;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly authorization?: string | undefined;
}

/**
 * A `fetch` for one request of the `ollama` package, which hands out its own abort handle only after
 * the first token and swallows lines that are no JSON. This one closes the connection as soon as the
 * signal aborts, follows no redirect, checks status, content type and every line, and ends a silence.
 * It rejects with `EngineError` alone.
 */
export function guardedFetch(guard: RequestGuard): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController();
    const signal = AbortSignal.any([guard.signal, silence.signal]);
    const headers = new Headers(init?.headers);
    if (guard.authorization !== undefined) headers.set('authorization', guard.authorization);
    const response = await withPatience(
      fetch(input, { ...init, headers, signal, redirect: 'error' }),
      guard.patience.first,
      silence,
      guard,
    );
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok) throw await statusFailure(response, type, guard.where);
    if (type.includes('application/x-ndjson') && response.body) {
      return new Response(checkedLines(response.body, guard, silence), response);
    }
    if (!type.includes('application/json')) throw failures.notAnEngine(guard.where);
    return new Response(await jsonText(response, guard, silence), response);
  };
}

async function jsonText(response: Response, guard: RequestGuard, silence: AbortController) {
  const text = await withPatience(response.text(), guard.patience.between, silence, guard);
  parseObject(text, guard.where);
  return text;
}

/** Passes complete lines on; the silence is counted only while someone waits for the next chunk. */
function checkedLines(
  body: ReadableStream<Uint8Array>,
  guard: RequestGuard,
  silence: AbortController,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { patience } = guard;
        const { done, value } = await withPatience(reader.read(), patience.between, silence, guard);
        const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of done ? [...lines, rest] : lines) {
          if (line.trim() !== '') checkLine(line, guard.where);
        }
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function checkLine(line: string, where: Where): void {
  const { error } = parseObject(line, where);
  if (error !== undefined) throw saidFailure(JSON.stringify(error), null, where);
}

function parseObject(text: string, where: Where): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw failures.notAnEngine(where);
  }
  if (typeof value !== 'object' || value === null) throw failures.notAnEngine(where);
  return value as Record<string, unknown>;
}

async function statusFailure(response: Response, type: string, where: Where): Promise<EngineError> {
  const text = await response.text().catch(() => '');
  if (response.status === 401 || response.status === 403) return failures.unauthorised(where);
  if (!type.includes('application/json')) return failures.notAnEngine(where);
  try {
    parseObject(text, where);
    return saidFailure(text, response.status, where);
  } catch {
    return failures.notAnEngine(where);
  }
}

/** The engine's own words may quote the prompt, so they choose the sentence and are not passed on. */
function saidFailure(said: string, status: number | null, where: Where): EngineError {
  if (/not found|does not exist/i.test(said)) return failures.modelMissing(where);
  if (/does not support (insert|generate)/i.test(said)) return failures.cannotFillIn(where);
  if (/does not support chat/i.test(said)) return failures.cannotChat(where);
  if (/terminated|crashed|exited|connection reset|EOF/i.test(said)) return failures.died(where);
  return failures.refused(where, status);
}

async function withPatience<T>(
  promise: Promise<T>,
  milliseconds: number,
  silence: AbortController,
  guard: RequestGuard,
): Promise<T> {
  const timer = setTimeout(() => silence.abort(), milliseconds);
  try {
    return await promise;
  } catch (error) {
    if (guard.signal.aborted) throw failures.cancelled(guard.signal.reason);
    if (silence.signal.aborted) throw failures.stalled(guard.where, milliseconds / 1000);
    throw error instanceof EngineError ? error : networkFailure(error, guard.where);
  } finally {
    clearTimeout(timer);
  }
}
