import type { Capabilities } from '../engines/engine.ts';

/** First tokens of each model that are remembered, and how many it takes to know what is usual. */
const REMEMBERED = 20;
const ENOUGH = 5;
/** A first token is late from so many times the usual on. */
const LATE = 3;
/** Below this nobody notices, milliseconds. */
const LEAST_MS = 300;
/** So many late ones in a row are no accident. */
const IN_A_ROW = 2;
/** How long the engine is left alone behind the first of these, and at the most; milliseconds. */
const WAIT = { first: 2_000, most: 30_000 };
/** After so long without any first token the engine does not answer, milliseconds. */
const SILENT_MS = 15_000;
/** Of these, late ones that were given up have to have waited so long in all: one cut short tells little. Milliseconds. */
const SILENT_WAITED_MS = 5_000;
const CHARS_PER_TOKEN = 3;

/** How long a request waited for its first token, from when the engine was asked. */
export interface FirstToken {
  readonly capabilities: Pick<Capabilities, 'model' | 'prefillTokensPerSecond'>;
  readonly promptChars: number;
  /** Milliseconds; of one that waits still or was given up before any came, until then. */
  readonly ms: number;
  readonly came: boolean;
}

/**
 * Tells by late first tokens that the engine is slow to answer: another program may be using it, or it hangs. Late is
 * what takes three times as long as the model's median, and as reading its whole prompt anew would: a prompt that is
 * not in the engine's cache is no other program.
 */
export class EngineLoad {
  readonly #usual = new Map<string, number[]>();
  #late = 0;
  #until = 0;
  /** Late ones in a row without a first token: when the first was asked, and how long they waited in all. */
  #silent: { readonly since: number; readonly waitedMs: number } | null = null;

  /**
   * @param now milliseconds since the epoch
   * @returns whether the engine has sent nothing for 15 s, though it was asked
   */
  told(first: FirstToken, now: number): boolean {
    const { name } = first.capabilities.model;
    const seen = this.#usual.get(name) ?? [];
    const isLate =
      seen.length >= ENOUGH && first.ms > LATE * Math.max(median(seen), prefillMs(first));
    if (first.came) this.#usual.set(name, [...seen, first.ms].slice(-REMEMBERED));
    else if (!isLate) return false;
    this.#late = isLate && first.ms >= LEAST_MS ? this.#late + 1 : 0;
    const more = this.#late - IN_A_ROW;
    this.#until = more < 0 ? 0 : now + Math.min(WAIT.most, WAIT.first * 2 ** more);
    return this.#isSilent(first, now);
  }

  #isSilent({ came, ms }: FirstToken, now: number): boolean {
    const { since, waitedMs } = this.#silent ?? { since: now - ms, waitedMs: 0 };
    const waited = waitedMs + ms;
    const isSilent =
      !came && (ms >= SILENT_MS || (now - since >= SILENT_MS && waited >= SILENT_WAITED_MS));
    this.#silent = came || isSilent ? null : { since, waitedMs: waited };
    return isSilent;
  }

  /** Whether the engine is to be left alone for now; once it is not any more, the next request is a try. */
  isBusy(now: number): boolean {
    return now < this.#until && this.#until - now <= WAIT.most;
  }

  /** The engine is another one. */
  forget(): void {
    this.#usual.clear();
    this.#late = 0;
    this.#until = 0;
    this.#silent = null;
  }
}

/** With nothing of the prompt in the engine's cache; 0 where it was not measured. */
function prefillMs({ capabilities: { prefillTokensPerSecond }, promptChars }: FirstToken): number {
  return prefillTokensPerSecond
    ? (1000 * promptChars) / CHARS_PER_TOKEN / prefillTokensPerSecond
    : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
