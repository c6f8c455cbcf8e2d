import { EngineError, type Capabilities, type Engine } from './engines/engine.ts';
import type { Log } from './log.ts';

/** After a failure the engine is left alone for this long, however fast the user types. */
const RETRY_AFTER_MS = 3000;

interface Probe {
  readonly capabilities: Promise<Capabilities>;
  measuredAt: number | null;
  failedAt: number | null;
}

/** What was measured of a model, and how long ago. */
export interface Measured {
  readonly capabilities: Capabilities;
  /** Milliseconds. */
  readonly age: number;
}

/** Knows which model is ready: probes each once, and again after a failure. */
export class ModelHost {
  #engine: Engine;
  readonly #probes = new Map<string, Probe>();
  readonly #log: Log;
  readonly #now: () => number;

  constructor(engine: Engine, log: Log, now: () => number) {
    this.#engine = engine;
    this.#log = log;
    this.#now = now;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Puts another engine in place, as after a change of its address. */
  async replaceEngine(engine: Engine): Promise<void> {
    const old = this.#engine;
    this.#engine = engine;
    this.#probes.clear();
    await old.dispose();
  }

  /**
   * What was measured of a model. The signal ends the waiting, not the measuring, which the next
   * caller shares.
   * @throws EngineError
   */
  async ready(model: string, signal?: AbortSignal): Promise<Capabilities> {
    let probe = this.#probes.get(model);
    if (!probe || this.#isDue(probe)) {
      probe = this.#probe(model);
      this.#probes.set(model, probe);
    }
    return signal ? unlessAborted(probe.capabilities, signal) : probe.capabilities;
  }

  /**
   * As `ready`, but figures older than `maxAgeMs` are measured again; completions go on with the old
   * ones meanwhile.
   * @throws EngineError
   */
  async measured(model: string, maxAgeMs: number): Promise<Measured> {
    const known = this.#probes.get(model);
    if (known && this.#ageOf(known) > maxAgeMs) {
      const again = this.#probe(model);
      await again.capabilities.catch(() => undefined);
      this.#probes.set(model, again);
    }
    const capabilities = await this.ready(model);
    const probe = this.#probes.get(model);
    return { capabilities, age: probe ? this.#ageOf(probe) : 0 };
  }

  /** Measures again next time: the model was pulled, or the engine broke off. */
  forget(model?: string): void {
    if (model === undefined) this.#probes.clear();
    else this.#probes.delete(model);
  }

  /** Milliseconds since it was measured; 0 while it is being measured. */
  #ageOf({ measuredAt }: Probe): number {
    return measuredAt === null ? 0 : Math.abs(this.#now() - measuredAt);
  }

  #isDue(probe: Probe): boolean {
    return probe.failedAt !== null && Math.abs(this.#now() - probe.failedAt) >= RETRY_AFTER_MS;
  }

  #probe(model: string): Probe {
    const capabilities = this.#engine.probe(model);
    const probe: Probe = { capabilities, measuredAt: null, failedAt: null };
    probe.capabilities.then(
      (measured) => {
        probe.measuredAt = this.#now();
        this.#log.info(describe(measured));
      },
      (error: unknown) => {
        probe.failedAt = this.#now();
        const code = error instanceof EngineError ? error.code : 'error';
        this.#log.warn(`probe of ${model} failed: ${code}`);
      },
    );
    return probe;
  }
}

/** One line of what was measured, for the log and the doctor. */
export function describe(capabilities: Capabilities): string {
  const { engine, version, model } = capabilities;
  const ms = (value: number | null) => (value === null ? 'not measured' : `${value.toFixed(1)} ms`);
  const prefill = capabilities.prefillTokensPerSecond;
  return [
    `${engine} ${version}`,
    `${model.name} (${model.digest.slice(0, 19)}, ${model.quantisation || 'unknown quantisation'})`,
    `logprobs ${capabilities.logprobs ? 'yes' : 'no'}`,
    `${ms(capabilities.msPerToken)} per token, with alternatives ${ms(capabilities.msPerTokenWithAlternatives)}`,
    `prefill ${prefill === null ? 'not measured' : `${prefill.toFixed(0)} tokens/s`}`,
    `on the GPU ${capabilities.gpuShare === null ? 'unknown' : `${(capabilities.gpuShare * 100).toFixed(0)} %`}`,
    `context ${capabilities.contextLength} tokens`,
  ].join(', ');
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new EngineError('cancelled', 'Cancelled.'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
