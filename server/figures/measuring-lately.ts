import type { MeasuringCosts } from '../outcomes/records.ts';
import type { FigureRows } from './rows.ts';

/** Costs change slowly: reading them once in so many milliseconds is enough. */
const REST_MS = 60_000;

const NOTHING: MeasuringCosts = {
  requests: 0,
  beforeNewline: 0,
  control: { requests: 0, tokens: 0 },
  toNewline: { requests: 0, tokens: 0 },
  withheldTokens: 0,
};

/** What measuring cost lately, by which its rates are set. */
export class MeasuringLately {
  readonly #figures: Pick<FigureRows, 'measuringCosts'>;
  #costs = NOTHING;
  #readAt = -Infinity;

  constructor(figures: Pick<FigureRows, 'measuringCosts'>) {
    this.#figures = figures;
  }

  /** `now`: milliseconds since the epoch. While the database can't be read, what was read last holds. */
  lately(now: number): MeasuringCosts {
    if (Math.abs(now - this.#readAt) < REST_MS) return this.#costs;
    this.#readAt = now;
    try {
      this.#costs = this.#figures.measuringCosts();
    } catch {
      // The doctor says what is wrong with the database; rates go on as they were.
    }
    return this.#costs;
  }
}
