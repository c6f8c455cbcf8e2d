/** A daemon that lived this long has started well: the next crash is its first. Milliseconds. */
const HEALTHY_AFTER = 60_000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 60_000;

/** How long to wait before a crashed daemon is started again: doubles with each crash in a row. */
export class BackOff {
  #crashes = 0;

  /**
   * @param livedMs how long the daemon that has just crashed had been running; 0 where it never did
   * @returns milliseconds until the next start
   */
  nextDelay(livedMs: number): number {
    this.#crashes = livedMs >= HEALTHY_AFTER ? 1 : this.#crashes + 1;
    return Math.min(FIRST_DELAY * 2 ** (this.#crashes - 1), LONGEST_DELAY);
  }

  reset(): void {
    this.#crashes = 0;
  }
}
