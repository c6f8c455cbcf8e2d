import { setImmediate as turn } from 'node:timers/promises';

interface Due {
  readonly at: number;
  readonly wake: () => void;
}

/** A promise that waits on promises alone has settled after so many turns of the event loop. */
const TURNS = 5;

/** Simulated time: it stands still while anything runs, and then jumps to what is due next. */
export class VirtualClock {
  #time = 0;
  #due: Due[] = [];

  readonly now = (): number => this.#time;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const due: Due = {
        at: this.#time + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', early);
          resolve();
        },
      };
      const early = () => {
        this.#due = this.#due.filter((other) => other !== due);
        resolve();
      };
      signal?.addEventListener('abort', early, { once: true });
      const behind = this.#due.findIndex(({ at }) => at > due.at);
      if (behind < 0) this.#due.push(due);
      else this.#due.splice(behind, 0, due);
    });
  };

  /** Lets time pass until the work is done, and what it left behind as well. */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { settled: false };
    const watched = work.finally(() => (state.settled = true));
    watched.catch(() => undefined);
    for (;;) {
      for (let i = 0; i < TURNS; i += 1) await turn();
      const next = this.#due.shift();
      if (next) {
        this.#time = next.at;
        next.wake();
      } else if (state.settled) return watched;
      else throw new Error('simulated time stands still: something waits for what is never due');
    }
  }
}
