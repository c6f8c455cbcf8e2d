import type { EnergyMeterName } from '../../shared/stats.ts';

/** Something that measures energy. */
export interface EnergyCounter {
  readonly name: EnergyMeterName;
  /** Joules since some moment, so that differences count; null where it can't tell now. */
  read(): number | null;
  dispose(): void;
}

/** Adds up power over time; what was drawn last is taken to be drawn until the next sample. */
export class PowerOverTime {
  readonly #watts = new Map<string, number>();
  #joules = 0;
  #at: number | null = null;

  /**
   * @param of which of several parts draws it
   * @param at milliseconds of a clock that is never set
   */
  sample(of: string, watts: number, at: number): void {
    this.#advance(at);
    this.#watts.set(of, watts);
  }

  /** Null before the first sample. */
  read(at: number): number | null {
    this.#advance(at);
    return this.#watts.size === 0 ? null : this.#joules;
  }

  /** What was drawn before is no longer known. */
  forget(): void {
    this.#watts.clear();
    this.#at = null;
  }

  #advance(at: number): void {
    const watts = [...this.#watts.values()].reduce((sum, each) => sum + each, 0);
    this.#joules += (watts * Math.max(0, at - (this.#at ?? at))) / 1000;
    this.#at = at;
  }
}
