import type { Logprob } from 'ollama';
import type { TraceToken } from '../../stopping/trace.ts';
import type { GenerateEnd } from '../engine.ts';
import { EngineError } from '../engine.ts';
import { failures, type Where } from '../failures.ts';
import { alternativeText } from './end-token.ts';

/** What a line of `/api/generate` and `/api/chat` has in common; older servers leave fields out. */
export interface StreamLine {
  readonly text: string;
  readonly done: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  readonly logprobs?: readonly Logprob[];
}

/**
 * Ollama ends a stream of its own accord, with no last line, once a chunk equals, but for outer
 * blanks, more than 30 before it (llm/llama_server.go, `tokenRepeat`, v0.32.15).
 */
const REPEATS = 30;

/** UTF-16 units of the longest text that one line may bring; a token has a few. */
const LONGEST_TOKEN = 10_000;

/**
 * The tokens of a stream. A character of several tokens comes as one entry with the last one's
 * logprob and the merged text; that is passed on as one token.
 * @param most tokens after which the stream is left, whatever the server makes of its own limit
 * @param stop the stop strings that were sent
 * @throws EngineError `cut-short` where the stream ends without its last line
 */
export async function* tokensOf(
  lines: AsyncIterable<StreamLine>,
  where: Where,
  sentAt: number,
  most = Infinity,
  stop: readonly string[] = [],
): AsyncGenerator<TraceToken, GenerateEnd, void> {
  const run = new EqualRun();
  let count = 0;
  try {
    for await (const line of lines) {
      const arrivedMs = performance.now() - sentAt;
      if (line.text.length > LONGEST_TOKEN) throw failures.tooMuch(where);
      for (const token of tokensOfLine(line)) {
        if (++count > most) return { end: 'cap', promptTokens: null, tokens: null };
        yield { ...token, arrivedMs };
      }
      run.take(line.text);
      if (line.done) return { ...endOf(line), ...(stop.length > 0 && stopOf(line, count)) };
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (!run.isLong) throw failures.cutShort(where);
  }
  if (!run.isLong) throw failures.cutShort(where);
  return { end: 'natural-end', promptTokens: null, tokens: null };
}

function endOf(line: StreamLine): GenerateEnd {
  return {
    end: line.done_reason === 'length' ? 'cap' : 'natural-end',
    promptTokens: line.prompt_eval_count ?? null,
    tokens: line.eval_count ?? null,
  };
}

/**
 * A stop string takes no line of its own. What stood before it in its token comes as that token, else
 * one token more is counted than came: as for the model's own end, which `done_reason` does not tell
 * from it.
 */
function stopOf(line: StreamLine, tokens: number): Pick<GenerateEnd, 'atStop'> {
  if (line.done_reason !== 'stop') return {};
  const within = tokens > 0 && (line.eval_count ?? Infinity) <= tokens;
  return { atStop: within ? 'within-last-token' : 'behind-last-token' };
}

function tokensOfLine(line: StreamLine): TraceToken[] {
  const entries = line.logprobs ?? [];
  const last = entries.at(-1);
  if (!last) return line.text === '' ? [] : [{ text: line.text, logprob: null }];
  const exact = entries.map((entry) => entry.token).join('') === line.text;
  if (exact) return entries.map((entry) => tokenOf(entry, entry.token));
  return [tokenOf(last, line.text)];
}

function tokenOf(entry: Logprob, text: string): TraceToken {
  const alternatives = entry.top_logprobs?.map(({ token, logprob }) => ({
    text: alternativeText(token),
    logprob,
  }));
  return {
    text,
    logprob: Math.min(0, entry.logprob),
    ...(alternatives && alternatives.length > 0 && { alternatives }),
  };
}

class EqualRun {
  #text: string | null = null;
  #repeats = 0;

  take(text: string): void {
    const trimmed = text.trim();
    this.#repeats = trimmed === this.#text ? this.#repeats + 1 : 0;
    this.#text = trimmed;
  }

  /** Ollama counts from an empty chunk before the first, so one repeat fewer may have arrived. */
  get isLong(): boolean {
    return this.#repeats >= REPEATS - 1;
  }
}
