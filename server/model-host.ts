import { setTimeout as pause } from 'node:timers/promises';
import { formatDigest } from '../shared/figures.ts';
import type { ModelSummary } from '../shared/protocol.ts';
import { familyOf } from './completion/families.ts';
import { PaceDrift, type StreamPace } from './completion/pace-drift.ts';
import {
  EngineError,
  type Capabilities,
  type Engine,
  type EngineModel,
  type Identity,
} from './engines/engine.ts';
import { tryOut } from './engines/probe.ts';
import type { Log } from './log.ts';

/** How long the first failed look-up, and at most any, is stood by before the next one. Milliseconds. */
const LOOK_AGAIN = { first: 100, most: 2_000 };
/** The same for measuring and trying out, which cost the engine a few tokens. */
const MEASURE_AGAIN = { first: 3_000, most: 60_000 };
/** Measuring takes a second or two, and loads the model before; then it is given up. Milliseconds. */
const MEASURING_MS = 150_000;
/** Younger figures are not measured again, whatever the pace of streams is. Milliseconds. */
const YOUNG_MS = 2 * 60_000;
/** A request waits for the figures for so long, and then goes without them. Milliseconds. */
const PATIENCE_MS = 5_000;

/** Figures of a model, and how old they are in milliseconds. */
export interface Measured {
  readonly capabilities: Capabilities;
  readonly age: number;
}

/** What is known of one model, and what is on its way. */
interface Entry {
  readonly looking: Promise<Capabilities>;
  measuring: Promise<Capabilities>;
  /** Set once it was looked up; the figures come into it once they are measured. */
  known: Capabilities | null;
  measuredAt: number | null;
  /** Set where the engine failed last, whatever it was asked for. */
  failed: { readonly at: number; readonly error: unknown } | null;
  /** In a row. */
  failures: number;
  /** Since it was measured. */
  drift: PaceDrift;
}

/**
 * Knows which model is ready. What look-ups tell is needed for a request; what is measured is waited
 * for a while, and where measuring fails requests go without. Both are tried again, ever more seldom,
 * so that an engine that fails is not asked more by probes than by the user.
 */
export class ModelHost {
  #engine: Engine;
  readonly #entries = new Map<string, Entry>();
  readonly #log: Log;
  readonly #now: () => number;
  #replaced = new AbortController();

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
    this.#giveUp();
    await old.dispose();
  }

  /** Leaves what is being looked up or measured. */
  async dispose(): Promise<void> {
    this.#giveUp();
    await this.#engine.dispose();
  }

  /**
   * What is known of a model by now, its figures where they could be measured. The signal ends the
   * waiting, not the measuring, which the next caller shares.
   * @throws EngineError where the model can't be looked up
   */
  async ready(model: string, signal?: AbortSignal): Promise<Capabilities> {
    const entry = this.#entry(model);
    if (entry.known && (entry.measuredAt !== null || entry.failures > 0)) return entry.known;
    const known = await unlessAborted(entry.looking, signal);
    const measured = entry.measuring.catch(() => known);
    return unlessAborted(within(PATIENCE_MS, measured, known), signal);
  }

  /**
   * The figures, measured again where they are older than `maxAgeMs`; requests go on with the old
   * ones meanwhile. After a failure it is first tried whether the engine answers again, once it is time.
   * @param patienceMs after which nothing is waited for any more; by default until it is given up
   * @throws EngineError where it can't be looked up or measured, or failed since
   */
  async measured(model: string, maxAgeMs = Infinity, patienceMs = MEASURING_MS): Promise<Measured> {
    const entry = this.#entry(model);
    await entry.looking;
    const { measuredAt, failed } = entry;
    if (measuredAt !== null) {
      if (this.#since(measuredAt) > maxAgeMs) this.#measure(model, entry, 'measure');
      else if (failed && this.#isDue(entry, MEASURE_AGAIN)) this.#measure(model, entry, 'try');
    }
    if (entry.failed) throw entry.failed.error;
    const capabilities = await within(patienceMs, entry.measuring, null);
    if (!capabilities) throw stalled(this.#engine, patienceMs);
    return { capabilities, age: this.#since(entry.measuredAt ?? this.#now()) };
  }

  /** A request of somebody else's failed, or was answered. */
  told(model: string, error: EngineError | null): void {
    const entry = this.#entries.get(model);
    if (!entry?.known) return;
    if (error) this.#failed(entry, error);
    else Object.assign(entry, { failed: null, failures: 0 });
  }

  /** The engine answers after it was away: the next `measured` tries it at once. */
  returned(model: string): void {
    const entry = this.#entries.get(model);
    if (entry?.failed) entry.failed = { ...entry.failed, at: -Infinity };
  }

  /** A stream has ended. */
  paced(stream: StreamPace): void {
    this.#entries.get(stream.capabilities.model.name)?.drift.told(stream, this.#now());
  }

  /** Whether streams have long had another pace than what was measured, and their author pauses. */
  isOutdated(model: string): boolean {
    const entry = this.#entries.get(model);
    if (!entry || entry.measuredAt === null || entry.failed) return false;
    return this.#since(entry.measuredAt) >= YOUNG_MS && entry.drift.isOff(this.#now());
  }

  /**
   * Measures again what was measured before; where that is aborted or fails, the old figures stay, and
   * as many streams as before have to disagree with them.
   * @throws EngineError
   */
  async measureAgain(model: string, signal: AbortSignal): Promise<void> {
    const entry = this.#entries.get(model);
    if (!entry?.known) return;
    entry.drift = new PaceDrift();
    const either = AbortSignal.any([signal, this.#replaced.signal]);
    const known = await this.#engine.measure(entry.known, either);
    entry.measuring = Promise.resolve(known);
    this.#measured(entry, known);
  }

  /** Whether the engine still is what was looked up; true where nothing was yet. */
  agrees(model: string, { version, digest }: Identity): boolean {
    const known = this.#entries.get(model)?.known;
    return !known || (known.version === version && known.model.digest === digest);
  }

  /** Null before it was looked up. */
  known(model: string): Capabilities | null {
    return this.#entries.get(model)?.known ?? null;
  }

  /** Looks and measures anew next time: the model was pulled, or is another one. */
  forget(model: string): void {
    this.#entries.delete(model);
  }

  #giveUp(): void {
    this.#entries.clear();
    this.#replaced.abort();
    this.#replaced = new AbortController();
  }

  #entry(model: string): Entry {
    const before = this.#entries.get(model);
    if (!before?.failed) return before ?? this.#begin(model, 0, 0);
    if (!before.known)
      return this.#begin(model, this.#waitFor(before, LOOK_AGAIN), before.failures);
    const never = before.measuredAt === null;
    if (never && this.#isDue(before, MEASURE_AGAIN)) this.#measure(model, before, 'measure');
    return before;
  }

  #begin(model: string, waitMs: number, failed: number): Entry {
    const { signal } = this.#replaced;
    const looking = pause(Math.max(0, waitMs)).then(() => this.#engine.look(model, signal));
    const entry: Entry = {
      looking,
      measuring: looking,
      known: null,
      measuredAt: null,
      failed: null,
      failures: failed,
      drift: new PaceDrift(),
    };
    this.#entries.set(model, entry);
    looking.then(
      (known) => Object.assign(entry, { known, failures: 0 }),
      (error: unknown) => {
        if (this.#entries.get(model) !== entry) return;
        this.#log.warn(`look-up of ${model} failed: ${codeOf(error)}`);
        this.#failed(entry, error);
      },
    );
    this.#measure(model, entry, 'measure');
    return entry;
  }

  #measure(model: string, entry: Entry, how: 'measure' | 'try'): void {
    entry.failed = null;
    entry.measuring = this.#measuring(entry, how);
    entry.measuring.then(
      (known) => {
        if (how === 'try') entry.known = known;
        else this.#measured(entry, known);
      },
      (error: unknown) => {
        if (!entry.known || this.#entries.get(model) !== entry) return;
        this.#log.warn(`probe of ${model} failed: ${codeOf(error)}`);
        this.#failed(entry, error);
      },
    );
  }

  #measured(entry: Entry, known: Capabilities): void {
    const measuredAt = this.#now();
    Object.assign(entry, { known, measuredAt, failures: 0, drift: new PaceDrift() });
    this.#log.info(describe(known));
  }

  async #measuring(entry: Entry, how: 'measure' | 'try'): Promise<Capabilities> {
    const { signal: replaced } = this.#replaced;
    const known = entry.known ?? (await entry.looking);
    const late = AbortSignal.timeout(MEASURING_MS);
    const signal = AbortSignal.any([replaced, late]);
    try {
      if (how === 'measure') return await this.#engine.measure(known, signal);
      await tryOut(this.#engine, known.model.name, signal);
      return known;
    } catch (error) {
      throw late.aborted ? stalled(this.#engine, MEASURING_MS) : error;
    }
  }

  #failed(entry: Entry, error: unknown): void {
    entry.failed = { at: this.#now(), error };
    entry.failures++;
  }

  #isDue(entry: Entry, wait: typeof LOOK_AGAIN): boolean {
    return this.#waitFor(entry, wait) <= 0;
  }

  /** Milliseconds until it may be tried again. */
  #waitFor({ failed, failures }: Entry, { first, most }: typeof LOOK_AGAIN): number {
    const wait = Math.min(most, first * 2 ** Math.max(0, failures - 1));
    return failed ? wait - this.#since(failed.at) : 0;
  }

  /** A clock that was set back or forward counts as time that went by. Milliseconds. */
  #since(at: number): number {
    return Math.abs(this.#now() - at);
  }
}

function codeOf(error: unknown): string {
  return error instanceof EngineError ? error.code : 'error';
}

/** One line of what was measured, for the log and the doctor. */
export function describe(capabilities: Capabilities): string {
  const { engine, version, model } = capabilities;
  const ms = (value: number | null) => (value === null ? 'not measured' : `${value.toFixed(1)} ms`);
  const prefill = capabilities.prefillTokensPerSecond;
  return [
    `${engine} ${version}`,
    `${model.name} (${formatDigest(model.digest)}, ${model.quantisation || 'unknown quantisation'})`,
    `logprobs ${capabilities.logprobs ? 'yes' : 'no'}`,
    `${ms(capabilities.msPerToken)} per token, with alternatives ${ms(capabilities.msPerTokenWithAlternatives)}`,
    `prefill ${prefill === null ? 'not measured' : `${prefill.toFixed(0)} tokens/s`}`,
    `on the GPU ${capabilities.gpuShare === null ? 'unknown' : `${(capabilities.gpuShare * 100).toFixed(0)} %`}`,
    `context ${capabilities.contextLength} tokens`,
  ].join(', ');
}

function stalled({ name }: Engine, ms: number): EngineError {
  return new EngineError(
    'stalled',
    `The engine (${name}) did not answer a first short request within ${Math.round(ms / 1000)} s: it may still be loading the model; if this stays so, restart it or choose a smaller model.`,
  );
}

/** What the promise gives, or `late` after so many milliseconds. */
async function within<T, L>(ms: number, promise: Promise<T>, late: L): Promise<T | L> {
  const ended = new AbortController();
  const timer = pause(ms, late, { signal: ended.signal, ref: false });
  timer.catch(() => undefined);
  try {
    return await Promise.race([promise, timer]);
  } finally {
    ended.abort();
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
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

/** As editor and command line show it. */
export function modelSummary(model: EngineModel): ModelSummary {
  const { name, digest, bytes, quantisation, remoteHost } = model;
  return {
    name,
    digest,
    bytes,
    quantisation,
    fillsIn: model.insert || familyOf(name, model.family) !== null,
    chats: model.chat,
    ...(remoteHost !== undefined && { remoteHost }),
  };
}
