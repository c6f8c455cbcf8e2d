import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { CalibrationProgress, CalibrationReport } from '../../shared/learned.ts';
import type { Settings } from '../../shared/settings.ts';
import type { PrivateFiles } from '../completion/private-files.ts';
import { EngineError, type Capabilities, type Engine } from '../engines/engine.ts';
import { Gate } from '../engines/gate.ts';
import { SupersededError, type Scheduler } from '../engines/scheduler.ts';
import type { CalibrationKey, CalibrationRecords } from '../learning/calibrate/records.ts';
import type { FeatureTrace } from '../learning/fit/feature-trace.ts';
import type { Observe } from '../learning/observe.ts';
import { certifyTraces, type Known } from './certify-traces.ts';
import type { Fitting } from './fitting.ts';
import { recordSpan } from './record-span.ts';
import { cameOf, verdictOf } from './report.ts';
import { planSpans, type Span, type SpanPlan } from './spans.ts';
import { ANSWERS } from '../stopping/policy/answers.ts';

/** Recorded unless somebody names another number. */
export const DEFAULT_SPANS = 600;
/** After somebody else took the engine, so long it is left alone. Milliseconds. */
const QUIET_MS = 3_000;
/** So many failures in a row end a calibration. */
const MOST_FAILURES = 5;

export interface CalibratorPorts {
  readonly models: {
    readonly engine: Engine;
    /** @throws EngineError */
    measured(model: string): Promise<{ readonly capabilities: Capabilities }>;
    ready(model: string, signal?: AbortSignal): Promise<Capabilities>;
  };
  readonly scheduler: Pick<Scheduler, 'run'>;
  readonly records: CalibrationRecords;
  readonly fitting: Fitting;
  readonly privateFiles: PrivateFiles;
  readonly observe: Observe;
  /** So many tokens were generated for a span, whatever came of them. */
  readonly spent: (tokens: number) => void;
  /** A salted hash of a workspace's root, a uri that ends with a slash; null while it can't be told. */
  readonly workspaceName: (root: string) => string | null;
  /** What is known of a model before. */
  readonly known: (model: Capabilities['model']) => Known;
  /** New weights are in force. */
  readonly calibrated: () => void;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface CalibrationOrder {
  /** A folder of a git checkout. */
  readonly workspace: string;
  readonly spans?: number | undefined;
  readonly settings: Settings;
}

type OnProgress = (progress: CalibrationProgress) => void;

/** Calibrates a model on a workspace, one at a time, at idle; what is recorded outlives a cancel and a restart. */
export class Calibrator {
  readonly #ports: CalibratorPorts;
  #progress: CalibrationProgress | null = null;
  #resumed = new Gate();
  #isPaused = false;

  constructor(ports: CalibratorPorts) {
    this.#ports = ports;
  }

  /** Null while none is under way. */
  get progress(): CalibrationProgress | null {
    return this.#progress;
  }

  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#resumed = new Gate();
    else this.#resumed.open();
  }

  /**
   * @param signal ends it; what is recorded by then is kept
   * @throws EngineError
   * @throws Error that says what to do where another calibration is under way, the folder is in no checkout, or
   *   the engine gives no log-probabilities
   */
  async run(
    order: CalibrationOrder,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<CalibrationReport> {
    if (this.#progress) {
      throw new Error('A calibration is under way already: wait for its end, or cancel it.');
    }
    const tell = (progress: CalibrationProgress) => onProgress((this.#progress = progress));
    try {
      return await this.#run(order, signal, tell);
    } finally {
      this.#progress = null;
      this.pause(false);
    }
  }

  async #run(
    { workspace, settings, spans = DEFAULT_SPANS }: CalibrationOrder,
    signal: AbortSignal,
    tell: OnProgress,
  ): Promise<CalibrationReport> {
    const { models, records, privateFiles, now } = this.#ports;
    const started = now();
    tell({ state: 'cutting', recorded: 0, of: 0, matches: 0, remainingMs: null });
    const { capabilities } = await models.measured(settings.model);
    requireLogprobs(capabilities, models.engine);
    const folder = await realpath(workspace).catch(() => workspace);
    const plan = await planSpans({ workspace: folder, spans, settings, privateFiles }, signal);
    if (!signal.aborted) requireSpans(plan, folder);
    const key = keyOf(capabilities, folder);
    const recording = new Recording(plan, records.spans(key, ANSWERS));
    const about = {
      model: capabilities.model.name,
      digest: capabilities.model.digest,
      engine: `${capabilities.engine} ${capabilities.version}`,
    };
    const name = this.#ports.workspaceName(pathToFileURL(`${folder}/`).href) ?? undefined;
    const of = { key, capabilities, settings, workspace: name };
    await this.#recordAll(recording, of, signal, tell);
    const counts = { ...recording.counts, files: plan.files, leftOut: plan.leftOut };
    const cancelled = () => {
      const ms = now() - started;
      return { ...about, ...CANCELLED, spans: counts, verdict: kept(counts), ms };
    };
    if (signal.aborted) return cancelled();
    tell(recording.progress('fitting', null));
    const came = await certifyTraces({
      ...{ records, fitting: this.#ports.fitting, key, about, now, signal },
      known: this.#ports.known(capabilities.model),
      traces: recording.traces,
      source: 'spans of committed code of this workspace',
    }).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (!came) return cancelled();
    this.#ports.calibrated();
    const { calibrated, outcome } = came;
    const told = { ...cameOf(calibrated), verdict: verdictOf(calibrated, outcome) };
    return { ...about, ...told, ended: 'calibrated', spans: counts, ms: now() - started };
  }

  async #recordAll(
    recording: Recording,
    of: {
      readonly key: CalibrationKey;
      readonly capabilities: Capabilities;
      readonly settings: Settings;
      readonly workspace: string | undefined;
    },
    signal: AbortSignal,
    tell: OnProgress,
  ): Promise<void> {
    const { now, observe, records } = this.#ports;
    const { key, capabilities, workspace } = of;
    // A call, as the signal may change between two looks at it.
    const stopped = () => signal.aborted;
    let failures = 0;
    let busyMs = 0;
    for (const span of recording.open) {
      await this.#untilResumed(recording, signal, tell);
      if (stopped()) return;
      tell(recording.progress('recording', busyMs));
      const began = now();
      try {
        const trace = await this.#recordAtIdle(span, of, signal, () =>
          tell(recording.progress('waiting', busyMs)),
        );
        busyMs += Math.max(0, now() - began);
        failures = 0;
        recording.add(trace);
        if (!trace) continue;
        const row = { ...key, span: span.id, answers: ANSWERS, recordedAt: now(), trace };
        records.saveSpan(row);
        const { name: model, digest: modelDigest } = capabilities.model;
        observe({ kind: 'span', trace, model, modelDigest, workspace });
      } catch (error) {
        if (stopped()) return;
        failures += 1;
        if (failures >= MOST_FAILURES) throw error;
        recording.add(null);
      }
    }
    tell(recording.progress('recording', busyMs));
  }

  async #untilResumed(recording: Recording, signal: AbortSignal, tell: OnProgress): Promise<void> {
    if (!this.#isPaused) return;
    tell(recording.progress('paused', null));
    const aborted = new Gate();
    signal.addEventListener('abort', aborted.open, { once: true });
    if (!signal.aborted) await Promise.race([this.#resumed.opened, aborted.opened]);
  }

  /** Again after a while, where somebody else took the engine. */
  async #recordAtIdle(
    span: Span,
    {
      key,
      settings,
      capabilities,
    }: {
      readonly key: CalibrationKey;
      readonly capabilities: Capabilities;
      readonly settings: Settings;
    },
    signal: AbortSignal,
    waiting: () => void,
  ): Promise<FeatureTrace | null> {
    const { models, scheduler, sleep, spent } = this.#ports;
    for (;;) {
      try {
        return await scheduler.run('background', signal, async (slotSignal) => {
          const { model } = await models.ready(settings.model, slotSignal);
          if (model.digest !== key.modelDigest) throw replaced(settings.model);
          const { engine } = models;
          return recordSpan(span, { engine, capabilities, settings, spent }, slotSignal);
        });
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
        waiting();
        await sleep(QUIET_MS, signal);
      }
    }
  }
}

/** A plan's spans: what is recorded of them, and what is open. */
class Recording {
  readonly #plan: SpanPlan;
  readonly #traces: FeatureTrace[];
  readonly #before: number;
  #failed = 0;
  readonly open: readonly Span[];

  constructor(
    plan: SpanPlan,
    recorded: readonly { readonly span: string; readonly trace: FeatureTrace }[],
  ) {
    const known = new Map(recorded.map(({ span, trace }) => [span, trace]));
    this.#plan = plan;
    this.#traces = plan.spans.flatMap(({ id }) => known.get(id) ?? []);
    this.#before = this.#traces.length;
    this.open = plan.spans.filter(({ id }) => !known.has(id));
  }

  get traces(): readonly FeatureTrace[] {
    return this.#traces;
  }

  get counts() {
    const { length } = this.#traces;
    return { recorded: length, of: this.#plan.spans.length, failed: this.#failed };
  }

  /** Null counts as a failure. */
  add(trace: FeatureTrace | null): void {
    if (trace) this.#traces.push(trace);
    else this.#failed += 1;
  }

  /** @param busyMs spent on those of this run */
  progress(state: CalibrationProgress['state'], busyMs: number | null): CalibrationProgress {
    const { recorded, of } = this.counts;
    const done = recorded + this.#failed - this.#before;
    const left = of - recorded - this.#failed;
    const remainingMs = busyMs === null || done === 0 ? null : (busyMs / done) * left;
    const matches = this.#traces.filter(({ matched }) => matched).length;
    return { state, recorded, of, matches, remainingMs };
  }
}

const CANCELLED = {
  ended: 'cancelled',
  labels: null,
  weights: null,
  presets: [],
  heldOut: null,
} as const;

function kept({ recorded, of }: { readonly recorded: number; readonly of: number }): string {
  return `cancelled: ${recorded} of ${of} spans are recorded, and the next calibration goes on from there`;
}

function keyOf({ model, engine }: Capabilities, folder: string): CalibrationKey {
  const workspace = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return { modelDigest: model.digest, engine, workspace };
}

function requireLogprobs({ logprobs }: Capabilities, { advice, title }: Engine): void {
  if (logprobs) return;
  const what = advice?.logprobs ?? 'use another one';
  throw new Error(`${title} gives no log-probabilities, so nothing can be calibrated: ${what}`);
}

function requireSpans({ spans, leftOut }: SpanPlan, folder: string): void {
  if (spans.length > 0) return;
  throw new Error(
    `No span can be cut out of ${folder}: git tracks no hand-written source there that may be read (${leftOut} were left out). Choose another folder, or look at the setting shortstop.files.`,
  );
}

function replaced(model: string): EngineError {
  return new EngineError(
    'model-missing',
    `${model} is another model now than when the calibration began: calibrate again.`,
  );
}
