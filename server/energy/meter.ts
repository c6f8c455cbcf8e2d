import type { EnergyMeterName } from '../../shared/stats.ts';
import { batteryCounter } from './battery.ts';
import type { EnergyCounter } from './counter.ts';
import { nvidiaCounter } from './nvidia.ts';
import { raplCounter } from './rapl.ts';

export interface Metered {
  /** Milliseconds. */
  readonly engineMs: number;
  /** Null where nothing measures. */
  readonly joules: number | null;
  readonly meter: EnergyMeterName | null;
}

export interface Counters {
  readonly gpu: EnergyCounter | null;
  /** The first that can tell is read. */
  readonly cpu: readonly EnergyCounter[];
}

/** From this share of the model's memory on, its energy is the GPU's. */
export const ON_GPU = 0.5;

/** Those of this machine. */
export function countersHere(): Counters {
  const cpu = [raplCounter(), batteryCounter()].filter((counter) => counter !== null);
  return { gpu: nvidiaCounter(), cpu };
}

/** Measures what the machine spends while the engine works. */
export class EnergyMeter {
  readonly #counters: Counters;
  readonly #now: () => number;

  constructor(counters: Counters, now: () => number = () => performance.now()) {
    this.#counters = counters;
    this.#now = now;
  }

  /**
   * The engine begins to work; call the result when it has ended.
   * @param gpuShare of the model's memory, 0 to 1; null where that is not known
   * @param isHere whether it works on this machine: only then can anything be measured
   */
  begin(gpuShare: number | null, isHere: boolean): () => Metered {
    const from = this.#now();
    const readings = (isHere ? this.#countersOf(gpuShare) : []).map((counter) => ({
      counter,
      before: counter.read(),
    }));
    return () => {
      const engineMs = this.#now() - from;
      for (const { counter, before } of readings) {
        const after = counter.read();
        if (before !== null && after !== null)
          return { engineMs, joules: after - before, meter: counter.name };
      }
      return { engineMs, joules: null, meter: null };
    };
  }

  #countersOf(gpuShare: number | null): readonly EnergyCounter[] {
    const { gpu, cpu } = this.#counters;
    if ((gpuShare ?? 0) < ON_GPU) return cpu;
    return gpu ? [gpu] : [];
  }

  dispose(): void {
    const { gpu, cpu } = this.#counters;
    for (const counter of [gpu, ...cpu]) counter?.dispose();
  }
}
