import type { Estimate } from '../../shared/stats.ts';
import { engineTimeSaved } from './avoided.ts';
import { midnight } from './days.ts';
import type { FigureRows } from './rows.ts';

/** Reading a day's rows takes some milliseconds, in which no key is answered. */
const REST_MS = 10_000;

/** The share of engine time saved since local midnight: told when it is another figure, after a rest at the earliest. */
export class SavedToday {
  readonly #figures: Pick<FigureRows, 'savings' | 'engineMs'>;
  #mayDiffer = true;
  #midnight = 0;
  #lookedAt = -Infinity;
  #seen = '';

  constructor(figures: Pick<FigureRows, 'savings' | 'engineMs'>) {
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
    const begins = midnight(now);
    const isDue = this.#mayDiffer && Math.abs(now - this.#lookedAt) >= REST_MS;
    if (!isDue && begins === this.#midnight) return null;
    this.#midnight = begins;
    this.#lookedAt = now;
    this.#mayDiffer = false;
    const saved = engineTimeSaved(this.#figures.savings(begins), this.#figures.engineMs(begins));
    const seen = JSON.stringify(saved);
    if (seen === this.#seen) return null;
    this.#seen = seen;
    return saved;
  }
}
