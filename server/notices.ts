import type { Log } from './log.ts';

/** A problem has to last for so many looks, a second each, before it is said: a lock passes. */
const LASTING = 3;

/** Sentences that the user has to see once, whatever the editor shows otherwise. */
export class Notices {
  readonly #log: Log;
  readonly #said = new Map<string, string>();
  readonly #listeners = new Set<(sentence: string) => void>();
  #problem = '';
  #looks = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Calls back at once with what was said before. @returns what ends it */
  listen(listener: (sentence: string) => void): () => void {
    this.#listeners.add(listener);
    for (const sentence of this.#said.values()) listener(sentence);
    return () => this.#listeners.delete(listener);
  }

  say(sentence: string): void {
    const kind = kindOf(sentence);
    if (this.#said.has(kind)) return;
    this.#said.set(kind, sentence);
    this.#log.warn(sentence);
    for (const listener of this.#listeners) listener(sentence);
  }

  /** To be called with what is wrong now, every second; null where nothing is. */
  heed(problem: string | null): void {
    const kind = problem === null ? '' : kindOf(problem);
    this.#looks = kind === this.#problem ? this.#looks + 1 : 1;
    this.#problem = kind;
    if (problem !== null && this.#looks >= LASTING) this.say(problem);
  }
}

/** The same for sentences that differ in a figure only. */
function kindOf(sentence: string): string {
  return sentence.replace(/\d+/g, '0');
}
