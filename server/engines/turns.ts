import { failures } from './failures.ts';
import { Gate } from './gate.ts';

/** One at a time, in order of asking; who gives up while waiting leaves the queue. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /**
   * @returns a function that ends the turn
   * @throws EngineError `cancelled`
   */
  async take(signal: AbortSignal): Promise<() => void> {
    const mine = new Gate();
    const before = this.#last;
    this.#last = before.then(() => mine.opened);
    const gaveUp = new Promise<'gave up'>((resolve) => {
      signal.addEventListener('abort', () => resolve('gave up'), { once: true });
    });
    const won = signal.aborted ? 'gave up' : await Promise.race([before, gaveUp]);
    if (won === 'gave up') {
      mine.open();
      throw failures.cancelled(signal.reason);
    }
    return mine.open;
  }
}
