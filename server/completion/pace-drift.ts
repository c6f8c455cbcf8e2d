import type { Capabilities } from '../engines/engine.ts';
import type { TokenCosts } from '../stopping/policy/alternatives.ts';

/** A stream with fewer gaps says too little of the engine's pace. */
const GAPS_TO_TELL = 4;
/** Off is what is so many times as fast or as slow as was measured, in so many streams in a row. */
const OFF = 2;
const IN_A_ROW = 5;
/** So long after the last stream its author has paused, milliseconds. */
const PAUSE_MS = 3_000;

/** What one stream tells of the engine's pace, and what was measured of it before. */
export interface StreamPace {
  /** Between its tokens: milliseconds in all, and how many gaps they are of. */
  readonly gapMs: number;
  readonly gaps: number;
  readonly capabilities: Pick<Capabilities, 'model' | keyof TokenCosts>;
  readonly alternatives: number;
}

/** Tells whether streams have long been faster, or long slower, than what was measured of their model. */
export class PaceDrift {
  /** In a row: positive where they were slower, negative where faster. */
  #off = 0;
  #lastAt = 0;

  /** @param now milliseconds since the epoch */
  told({ gapMs, gaps, capabilities, alternatives }: StreamPace, now: number): void {
    this.#lastAt = now;
    const before =
      alternatives > 0 ? capabilities.msPerTokenWithAlternatives : capabilities.msPerToken;
    if (before === null || gaps < GAPS_TO_TELL) return;
    const ratio = gapMs / gaps / before;
    if (ratio > OFF) this.#off = Math.max(0, this.#off) + 1;
    else if (ratio < 1 / OFF) this.#off = Math.min(0, this.#off) - 1;
    else this.#off = 0;
  }

  /** True only while its author pauses. */
  isOff(now: number): boolean {
    return Math.abs(this.#off) >= IN_A_ROW && now - this.#lastAt >= PAUSE_MS;
  }
}
