import { setTimeout as pause } from 'node:timers/promises';
import type { Settings } from '../../shared/settings.ts';
import type { PresetsNow } from '../../shared/stats.ts';
import type { EngineLoad, FirstToken } from '../completion/engine-load.ts';
import { presetsNow, ruleInForce } from '../doctor.ts';
import { EngineError, type Capabilities, type Identity } from '../engines/engine.ts';
import type { Scheduler } from '../engines/scheduler.ts';
import type { Decide } from '../learning/question.ts';
import type { Log } from '../log.ts';
import type { ModelHost } from '../model-host.ts';
import { slownessOf } from '../slowness.ts';
import type { Status } from './status.ts';

/** Between two looks at the engine, milliseconds. */
const LOOK_EVERY_MS = 2_000;
/** What a look may take; a second one has to fail, too, before the engine counts as hung. Milliseconds. */
const LOOK_PATIENCE_MS = 1_200;

export interface ReadinessPorts {
  readonly models: ModelHost;
  readonly load: Pick<EngineLoad, 'told'>;
  readonly scheduler: Pick<Scheduler, 'run' | 'isIdle'>;
  readonly status: Status;
  readonly settings: () => Settings;
  readonly decide: Decide;
  /** The model is another one under the same name: whoever uses it has to renew what it knows. */
  readonly modelReplaced: (model: string) => void;
  readonly log: Log;
}

/**
 * Keeps the state that is shown true: loads and measures the model that the settings name, and looks
 * every two seconds whether the engine still answers, and with the same version and model.
 */
export class Readiness {
  /** Which stop rule is in force, in words; empty while no model is ready. */
  rule = '';
  readonly #ports: ReadinessPorts;
  #capabilities: Capabilities | null = null;
  readonly #ended = new AbortController();
  /** Counts the changes of engine and model: what was begun before one tells nothing any more. */
  #round = 0;
  #warmingRound = -1;
  #lost = false;

  constructor(ports: ReadinessPorts) {
    this.#ports = ports;
    void this.#watch();
  }

  /** Engine, model or rule are other ones from here on. */
  renew(what: { readonly engineOrModel: boolean }): void {
    this.#round++;
    this.rule = '';
    if (what.engineOrModel) this.#capabilities = null;
    this.#lost = false;
    if (what.engineOrModel) this.#ports.status.renewed();
    if (this.#ports.settings().enable) void this.warmUp();
  }

  /** Loads and measures the model, so that the first keystroke need not wait for it. */
  async warmUp(): Promise<void> {
    const { models, status, settings, log } = this.#ports;
    const round = this.#round;
    if (this.#warmingRound === round) return;
    this.#warmingRound = round;
    try {
      const { capabilities } = await models.measured(settings().model);
      if (round !== this.#round) return;
      this.#measured(capabilities);
      status.worked();
    } catch (error) {
      if (round !== this.#round) return;
      if (!(error instanceof EngineError)) log.error(`warming up failed: ${String(error)}`);
      this.#show(asEngineError(error));
    } finally {
      if (this.#warmingRound === round) this.#warmingRound = -1;
    }
  }

  /** What is certified of each preset now; null while no model is ready. */
  presets(): PresetsNow | null {
    const { settings, decide } = this.#ports;
    return this.#capabilities && presetsNow(this.#capabilities, settings(), decide);
  }

  /** A completion was answered by the engine. */
  worked(): void {
    this.#ports.models.told(this.#ports.settings().model, null);
    this.#ports.status.worked();
  }

  /** A completion failed. */
  failed(error: EngineError): void {
    this.#ports.models.told(this.#ports.settings().model, error);
    this.#show(error);
  }

  /** How long a completion waited, or waits still, for its first token. */
  firstToken(first: FirstToken, now: number): void {
    const { load, status, models } = this.#ports;
    if (!load.told(first, now) || status.hasProblem) return;
    const { title } = models.engine;
    const sentence = `${title} takes requests, but has sent nothing for 15 s. Unless it is loading a model or answers another program, it hangs: restart it.`;
    this.failed(new EngineError('stalled', sentence));
  }

  dispose(): void {
    this.#round++;
    this.#ended.abort();
  }

  #measured(capabilities: Capabilities): void {
    const { status, settings, decide } = this.#ports;
    this.#capabilities = capabilities;
    this.rule = ruleInForce(capabilities, settings(), decide);
    status.set({ advice: slownessOf(capabilities, settings()) });
  }

  /** Takes over what was measured since, for whomever, and measures again what is outdated. */
  #heedFigures(): void {
    const { models, scheduler, settings } = this.#ports;
    const { model } = settings();
    const known = models.known(model);
    if (known && this.#capabilities && known !== this.#capabilities) this.#measured(known);
    if (!models.isOutdated(model) || !scheduler.isIdle) return;
    scheduler
      .run('shadow', this.#ended.signal, (signal) => models.measureAgain(model, signal))
      // A failing engine is told of by requests, and other work comes first.
      .catch(() => undefined);
  }

  #show(error: EngineError): void {
    const { status, models } = this.#ports;
    status.failed(error, models.engine);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ended;
    for (;;) {
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      if (!this.#ports.settings().enable) continue;
      this.#heedFigures();
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { models, status, settings, modelReplaced } = this.#ports;
    const { model } = settings();
    const round = this.#round;
    let identity: Identity | null;
    try {
      identity = await this.#identity(model);
    } catch (error) {
      if (round !== this.#round) return;
      this.#lost = true;
      this.#show(asEngineError(error));
      return;
    }
    if (round !== this.#round || !identity) return;
    if (!models.agrees(model, identity)) {
      modelReplaced(model);
    } else if (this.#lost || status.hasProblem) {
      if (this.#lost) models.returned(model);
      this.#lost = false;
      void this.warmUp();
    }
  }

  /** Null for an engine that nobody else starts and stops. */
  async #identity(model: string): Promise<Identity | null> {
    const { engine } = this.#ports.models;
    if (!engine.identity) return null;
    try {
      return await engine.identity(model, this.#patience());
    } catch (error) {
      if (error instanceof EngineError && error.code !== 'cancelled') throw error;
    }
    try {
      return await engine.identity(model, this.#patience());
    } catch (error) {
      if (error instanceof EngineError && error.code !== 'cancelled') throw error;
      throw new EngineError(
        'stalled',
        `The engine does not answer within ${LOOK_PATIENCE_MS / 1000} s whether it is there; wait until it has less to do, or restart it.`,
      );
    }
  }

  #patience(): AbortSignal {
    return AbortSignal.any([this.#ended.signal, AbortSignal.timeout(LOOK_PATIENCE_MS)]);
  }
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError(
    'refused',
    'The engine could not be examined; the log says why (Shortstop: Show Log).',
  );
}
