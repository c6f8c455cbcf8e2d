/** Runs `action` at most once every `everyMs`, the last call always. */
export class Throttle {
  readonly #action: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number, action: () => void) {
    this.#everyMs = everyMs;
    this.#action = action;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#everyMs - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** Runs it now and forgets what was waiting. */
  flush(): void {
    this.cancel();
    this.#last = performance.now();
    this.#action();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
