import { directFetch } from '../http/direct-fetch.ts';
import { EngineError } from '../engine.ts';
import { failures, networkFailure, type Where } from '../failures.ts';
import { isLoopback } from '../http/host.ts';
import type { Patience } from '../patience.ts';

/** Characters of the longest line; older servers end with the prompt's tokens as numbers. */
const LONGEST_LINE = 1_000_000;
/** Characters of the longest look-up. */
const LONGEST_LOOK_UP = 16_000_000;

export interface RequestGuard {
  readonly where: Where;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly authorization?: string | undefined;
  /** Characters that a stream may have in all; unlimited where it is not given. */
  readonly longest?: number;
}

/**
 * A `fetch` for one request of the `ollama` package, which hands out its own abort handle only after
 * the first token and swallows lines that are no JSON. This one closes the connection as soon as the
 * signal aborts, follows no redirect, checks status, content type and every line, ends a silence, and
 * goes to this machine without a proxy.
 * It rejects with `EngineError` alone.
 */
export function guardedFetch(guard: RequestGuard): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController();
    const signal = AbortSignal.any([guard.signal, silence.signal]);
    const headers = new Headers(init?.headers);
    if (guard.authorization !== undefined) headers.set('authorization', guard.authorization);
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    const send = isLoopback(hostname) ? directFetch : fetch;
    const response = await withPatience(
      send(input, { ...init, headers, signal, redirect: 'error' }),
      guard.patience.first,
      silence,
      guard,
    );
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok) throw await statusFailure(response, type, guard, silence);
    if (type.includes('application/x-ndjson') && response.body) {
      return new Response(checkedLines(response.body, guard, silence), response);
    }
    if (!type.includes('application/json')) throw failures.notAnEngine(guard.where);
    return new Response(await jsonText(response, guard, silence), response);
  };
}

async function jsonText(response: Response, guard: RequestGuard, silence: AbortController) {
  const text = await wholeText(response, guard, silence);
  parseObject(text, guard.where);
  return text;
}

/** All of a short answer, within the time between two lines of a stream. */
async function wholeText(response: Response, guard: RequestGuard, silence: AbortController) {
  const read = async () => {
    const body: ReadableStream<Uint8Array> | null = response.body;
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      text += decoder.decode(next.value, { stream: true });
      if (text.length <= LONGEST_LOOK_UP) continue;
      await reader?.cancel();
      throw failures.tooMuch(guard.where);
    }
    return text + decoder.decode();
  };
  return withPatience(read(), guard.patience.between, silence, guard);
}

/** Passes complete lines on; the silence is counted only while someone waits for the next one. */
function checkedLines(
  body: ReadableStream<Uint8Array>,
  guard: RequestGuard,
  silence: AbortController,
): ReadableStream<Uint8Array> {
  const { patience, where, longest = Infinity } = guard;
  const until = performance.now() + (patience.whole ?? Infinity);
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let length = 0;
  const nextLines = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    for (let complete = false; !complete;) {
      const { done, value } = await reader.read();
      const text = decoder.decode(value, { stream: !done });
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      length += text.length;
      if (length > longest || rest.length > LONGEST_LINE) throw failures.tooMuch(where);
      for (const line of done ? [...lines, rest] : lines) {
        if (line.trim() !== '') checkLine(line, where);
      }
      if (done) controller.close();
      else controller.enqueue(value);
      complete = done || lines.length > 0;
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const left = until - performance.now();
        const waiting = Math.max(0, Math.min(patience.between, left));
        try {
          await withPatience(nextLines(controller), waiting, silence, guard);
        } catch (error) {
          silence.abort();
          const late = left < patience.between && isStalled(error);
          throw late ? failures.tooSlow(where, (patience.whole ?? 0) / 1000) : error;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function isStalled(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'stalled';
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

async function statusFailure(
  response: Response,
  type: string,
  guard: RequestGuard,
  silence: AbortController,
): Promise<EngineError> {
  const { where } = guard;
  const text = await wholeText(response, guard, silence).catch(() => '');
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

/** Beyond it Node's timers fire at once, milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

async function withPatience<T>(
  promise: Promise<T>,
  milliseconds: number,
  silence: AbortController,
  guard: RequestGuard,
): Promise<T> {
  const timer = setTimeout(() => silence.abort(), Math.min(milliseconds, LONGEST_TIMER));
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
