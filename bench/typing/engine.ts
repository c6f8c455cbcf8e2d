import { EngineError, type GenerateEnd } from '../../server/engines/engine.ts';
import type { TraceToken } from '../../server/stopping/trace.ts';
import type { VirtualClock } from './clock.ts';
import type { Profile } from './profiles.ts';
import type { Answer, Stretch } from './stretches.ts';

/** Of code. */
export const CHARS_PER_TOKEN = 3.2;

/** What an engine is asked for in a simulation. */
export interface EngineAsk {
  /** Characters of the wanted text that stand before the cursor. */
  readonly typed: number;
  /** As it is sent: what of it is held already is not read again. */
  readonly prompt: string;
  readonly maxTokens: number;
  /** Where the engine cuts the text off, by what has come so far; -1 goes on. */
  readonly cutAt: (text: string) => number;
}

/** What one engine spent. */
export interface Spent {
  requests: number;
  tokens: number;
  busyMs: number;
  /** Requests at places that were not recorded. */
  unrecorded: number;
}

interface Plan {
  readonly lines: readonly TraceToken[];
  /** With the end token, and with those of which nothing is sent. */
  readonly generated: number;
  readonly end: GenerateEnd;
}

export function cutAtStrings(stops: readonly string[]): (text: string) => number {
  return (text) => Math.min(...stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0));
}

export const NEVER_CUT = (): number => Infinity;

/** What of a recorded answer is generated and sent. */
export function planOf(answer: Answer, ask: Pick<EngineAsk, 'maxTokens' | 'cutAt'>): Plan {
  const lines: TraceToken[] = [];
  const counts = { promptTokens: null, tokens: null };
  let text = '';
  for (const token of answer.tokens.slice(0, ask.maxTokens)) {
    text += token.text;
    const at = ask.cutAt(text);
    if (at >= 0 && at < Infinity) {
      const kept = token.text.slice(0, Math.max(0, token.text.length - (text.length - at)));
      const generated = lines.length + 1;
      if (kept !== '') lines.push({ ...token, text: kept });
      const atStop = kept === '' ? 'behind-last-token' : 'within-last-token';
      return { lines, generated, end: { end: 'natural-end', atStop, ...counts } };
    }
    lines.push(token);
  }
  const ended = lines.length < ask.maxTokens && answer.end === 'natural-end';
  // An engine does not tell its model's own end from a stop string behind the last token.
  const atStop = ended && ask.cutAt !== NEVER_CUT ? { atStop: 'behind-last-token' as const } : {};
  return {
    lines,
    generated: lines.length + (ended ? 1 : 0),
    end: { end: ended ? 'natural-end' : 'cap', ...atStop, ...counts },
  };
}

/** An engine that writes what was recorded, at a profile's pace, in simulated time, and counts what that costs. */
export class SimulatedEngine {
  readonly spent: Spent = { requests: 0, tokens: 0, busyMs: 0, unrecorded: 0 };
  readonly #stretch: Stretch;
  readonly #clock: VirtualClock;
  readonly #profile: Profile;
  #slot: Promise<unknown> = Promise.resolve();
  #held = '';

  constructor(stretch: Stretch, clock: VirtualClock, profile: Profile) {
    this.#stretch = stretch;
    this.#clock = clock;
    this.#profile = profile;
  }

  /** Leaving the loop, or aborting the signal, closes the stream. @throws EngineError `cancelled` */
  async *generate(
    ask: EngineAsk,
    signal: AbortSignal,
  ): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const before = this.#slot;
    const turn = Promise.withResolvers<null>();
    if (!this.#profile.parallel) this.#slot = turn.promise;
    await before;
    if (signal.aborted) {
      turn.resolve(null);
      throw cancelled();
    }
    const { msPerToken } = this.#profile;
    const answer = this.#stretch.answerAt(ask.typed);
    const plan = planOf(answer, ask);
    this.spent.requests += 1;
    if (!answer.recorded) this.spent.unrecorded += 1;
    const start = this.#clock.now();
    const from = start + this.#prefillMs(ask.prompt);
    let whole = false;
    try {
      for (const [index, token] of plan.lines.entries()) {
        await this.#until(from + (index + 1) * msPerToken, signal);
        yield token;
      }
      await this.#until(from + plan.generated * msPerToken, signal);
      whole = true;
      return plan.end;
    } finally {
      const end = from + plan.generated * msPerToken;
      const closed = Math.max(from, this.#clock.now()) + this.#profile.closeMs;
      const freed = whole ? end : Math.min(end, closed);
      const made = Math.floor((freed - from) / msPerToken + 1e-6);
      this.spent.tokens += Math.min(plan.generated, made);
      this.spent.busyMs += freed - start;
      void this.#clock.sleep(freed - this.#clock.now()).then(() => turn.resolve(null));
    }
  }

  async #until(time: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(time - this.#clock.now(), signal);
    if (signal.aborted) throw cancelled();
  }

  /** All before the first character that differs is held from the request before. */
  #prefillMs(prompt: string): number {
    let same = 0;
    while (same < prompt.length && prompt[same] === this.#held[same]) same += 1;
    this.#held = prompt;
    const tokens = Math.max(1, Math.ceil((prompt.length - same) / CHARS_PER_TOKEN));
    const { requestMs, prefillTokensPerSecond } = this.#profile;
    return requestMs + (1000 * tokens) / prefillTokensPerSecond;
  }
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'The request was cancelled.');
}
