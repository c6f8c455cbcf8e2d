import type { PowerSource } from '../energy/power.ts';

/** Whether a window is paused because the machine runs on its battery. Who goes on goes on until it was on mains again. */
export class BatteryPause {
  readonly #power: Pick<PowerSource, 'current'>;
  #goesOn = false;

  constructor(power: Pick<PowerSource, 'current'>) {
    this.#power = power;
  }

  /** @param goesOn in spite of the battery */
  user(goesOn: boolean): void {
    this.#goesOn = goesOn;
  }

  /** @param wanted by the setting: without it, the power is not asked for */
  isOn(wanted: boolean): boolean {
    if (!wanted) return false;
    const power = this.#power.current;
    if (power === 'mains') this.#goesOn = false;
    return power === 'battery' && !this.#goesOn;
  }
}
