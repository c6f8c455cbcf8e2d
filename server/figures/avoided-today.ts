import type { Estimate } from '../../shared/stats.ts';
import { netTokensAvoided } from './avoided.ts';
import type { FigureRows } from './rows.ts';

/** Reading a day's rows takes some milliseconds, in which no key is answered. */
const REST_MS = 10_000;

/** Net tokens avoided since local midnight: told when it is another figure, after a rest at the earliest. */
export class AvoidedToday {
  readonly #figures: Pick<FigureRows, 'savings'>;
  #mayDiffer = true;
  #midnight = 0;
  #lookedAt = -Infinity;
  #seen = '';

  constructor(figures: Pick<FigureRows, 'savings'>) {
    this.#figures = figures;
  }

  /** A request or an episode was recorded. */
  changed(): void {
    this.#mayDiffer = true;
  }

  /** All rows were deleted: the figure from before is not to stand there any longer. */
  forget(): void {
    this.#mayDiffer = true;
    this.#lookedAt = -Infinity;
  }

  /** `now`: milliseconds since the epoch; null where nothing is new. @throws StorageError */
  news(now: number): Estimate | null {
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    const isDue = this.#mayDiffer && Math.abs(now - this.#lookedAt) >= REST_MS;
    if (!isDue && midnight === this.#midnight) return null;
    this.#midnight = midnight;
    this.#lookedAt = now;
    this.#mayDiffer = false;
    const rows = this.#figures.savings(midnight);
    const seen = JSON.stringify(rows);
    if (seen === this.#seen) return null;
    this.#seen = seen;
    return netTokensAvoided(rows);
  }
}
