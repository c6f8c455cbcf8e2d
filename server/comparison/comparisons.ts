import type { Comparison, ComparisonProgress } from '../../shared/learned.ts';
import { compareOn, type ComparisonOrder, type OrderPorts } from './order.ts';
import type { ComparisonRecords } from './records.ts';

/** Compares models on a folder's own code, and keeps what came of it. */
export class Comparisons {
  readonly #ports: OrderPorts & { readonly records: ComparisonRecords };

  constructor(ports: OrderPorts & { readonly records: ComparisonRecords }) {
    this.#ports = ports;
  }

  /**
   * While nobody types.
   * @throws EngineError
   * @throws Error that says what to do where the folder has no spans, or fewer than two models are named
   */
  async run(
    order: ComparisonOrder,
    signal: AbortSignal,
    onProgress: (progress: ComparisonProgress) => void,
  ): Promise<Comparison> {
    const comparison = await compareOn(order, this.#ports, signal, onProgress);
    this.#ports.records.save(comparison);
    return comparison;
  }

  /**
   * Null where there was none.
   * @throws {Error} that says what is wrong with the database
   */
  last(): Comparison | null {
    return this.#ports.records.last();
  }
}
