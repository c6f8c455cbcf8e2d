import type { Pace } from '../learning/question.ts';

/** A gap longer than this is no typing. Milliseconds. */
const PAUSE_MS = 1000;
const REMEMBERED = 15;

/** How fast keys and the engine's answers came lately. */
export class Rhythm {
  readonly #gaps: number[] = [];
  readonly #answers: number[] = [];
  #lastKey: number | null = null;

  /** @param at milliseconds since the epoch */
  key(at: number): void {
    const gap = at - (this.#lastKey ?? -Infinity);
    this.#lastKey = at;
    if (gap > 0 && gap <= PAUSE_MS) remember(this.#gaps, gap);
  }

  /** @param ms from the request to its stop at the engine */
  answer(ms: number): void {
    remember(this.#answers, ms);
  }

  pace(): Pace {
    return { gapMs: median(this.#gaps), answerMs: median(this.#answers) };
  }
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > REMEMBERED) values.shift();
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
