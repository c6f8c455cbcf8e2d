import { join } from 'node:path';
import type {
  AskResult,
  CompletionReport,
  DeleteDataResult,
  DoctorReport,
  Explanation,
  ModelSummary,
  Stats,
  StatusParams,
} from '../shared/protocol.ts';
import { DEFAULT_SETTINGS, type Settings } from '../shared/settings.ts';
import { answerInTurn, roomFor, type Question } from './ask/ask.ts';
import { familyOf } from './completion/families.ts';
import { explanationOf } from './completion/last-request.ts';
import { CompletionPipeline } from './completion/pipeline.ts';
import { PrivateFiles } from './completion/private-files.ts';
import { CHARS_PER_TOKEN } from './completion/sizing.ts';
import { examine } from './doctor.ts';
import { createEngine } from './engines/create.ts';
import { EngineError, type EngineModel, type PullStep } from './engines/engine.ts';
import { pull } from './engines/pull.ts';
import { Scheduler, SupersededError } from './engines/scheduler.ts';
import { AvoidedToday } from './figures/avoided-today.ts';
import { readStats } from './figures/stats.ts';
import { Learning } from './learning/learning.ts';
import { seededRandom } from './learning/random.ts';
import { createLog, fileSink, type Log, type LogLevel } from './log.ts';
import { ModelHost } from './model-host.ts';
import { EpisodeTracker } from './outcomes/episodes.ts';
import { Notices } from './notices.ts';
import { Readiness } from './readiness.ts';
import { sleep } from './sleep.ts';
import { Status } from './status.ts';
import { openPrivateFolder } from './storage/private-mode.ts';
import { openStore, type Store } from './storage/store.ts';
import type { BenchmarkRule, LearnedWeights } from './stopping/policy/choose-rule.ts';
import { weightsFor } from './stopping/policy/weights.ts';
import { VERSION } from './version.ts';

export interface DaemonOptions {
  /** Where the database and the log live; made if it is not there. */
  readonly stateDir: string;
  readonly engine: 'ollama' | 'embedded';
  /** These beat the editor's settings. */
  readonly url?: string;
  readonly model?: string;
  /** Where better-sqlite3's compiled part is, for a bundle. */
  readonly nativeBinding?: string;
  /** For benchmarks: every keystroke asks the engine, with windows of a fixed size. */
  readonly withoutReuse?: boolean;
  /** For benchmarks: this rule in the place of ours. */
  readonly rule?: BenchmarkRule;
  /** The learned rule's weights by model; without it, those that ship. */
  readonly weightsFor?: (model: Pick<EngineModel, 'name' | 'digest'>) => LearnedWeights | null;
  /** For a simulated user: which episodes are control is drawn the same way each time. */
  readonly seed?: number;
  readonly logSink?: (level: LogLevel, line: string) => void;
}

const TICK_MS = 1000;

/** The composition root: store, engine, model, episodes; lives as long as the process. */
export class Daemon {
  readonly version = VERSION;
  readonly log: Log;
  readonly episodes: EpisodeTracker;
  readonly pipeline: CompletionPipeline;
  readonly privateFiles = new PrivateFiles(Date.now);
  readonly #options: DaemonOptions;
  readonly #file: ReturnType<typeof fileSink>;
  readonly #store: Store;
  readonly #learning: Learning;
  readonly #avoidedToday: AvoidedToday;
  readonly #models: ModelHost;
  readonly #scheduler = new Scheduler();
  readonly #status: Status;
  readonly #readiness: Readiness;
  readonly #statusListeners: ((status: StatusParams) => void)[] = [];
  readonly #reportListeners: ((report: CompletionReport) => void)[] = [];
  readonly #ticking: NodeJS.Timeout;
  readonly #notices: Notices;
  #settings: Settings;
  #simulated = false;
  #disposed: Promise<void> | null = null;

  constructor(options: DaemonOptions) {
    this.#options = options;
    const trouble = this.#openFolder();
    this.#file = fileSink(options.stateDir);
    this.log = createLog(this.#file.write, (level, line) => options.logSink?.(level, line));
    this.#notices = new Notices(this.log);
    if (trouble !== null) this.#notices.say(trouble);
    this.#settings = this.override(DEFAULT_SETTINGS);
    this.#store = openStore(join(options.stateDir, 'shortstop.db'), {
      log: this.log,
      begunAnew: (sentence) => this.#notices.say(sentence),
      emptied: () => this.#forgetAll(),
      ...(options.nativeBinding !== undefined && { nativeBinding: options.nativeBinding }),
    });
    this.#learning = new Learning({
      learners: [],
      ledger: this.#store.ledger,
      states: this.#store.policyStates,
      weightsFor: this.#weightsFor,
      instead: options.rule,
      now: Date.now,
      notice: (sentence) => this.#notices.say(sentence),
      warn: (line) => this.log.warn(line),
    });
    this.#avoidedToday = new AvoidedToday(this.#store.figures);
    this.#models = new ModelHost(this.#newEngine(), this.log, Date.now);
    this.#status = new Status(options.engine, Date.now, (status) => {
      for (const listener of this.#statusListeners) listener(status);
    });
    this.episodes = new EpisodeTracker({
      ledger: this.#learning.ledger,
      now: Date.now,
      random: options.seed === undefined ? Math.random : seededRandom(options.seed),
      settings: () => ({
        controlRate: this.#settings.controlRate,
        storeCode: this.#settings.storage.storeCode,
        simulated: this.#simulated,
      }),
      settled: () => this.#avoidedToday.changed(),
    });
    this.pipeline = this.#newPipeline();
    this.#readiness = new Readiness({
      models: this.#models,
      status: this.#status,
      settings: () => this.#settings,
      decide: this.#learning.decide,
      modelReplaced: () => this.pipeline.forget(),
      log: this.log,
    });
    this.#ticking = setInterval(() => {
      this.#store.heedDeletion();
      this.episodes.tick();
      this.#tellAvoided();
      this.#notices.heed(this.#store.problem);
    }, TICK_MS);
    this.#ticking.unref();
    this.#tellAvoided();
  }

  /** What the command line decided beats what the editor says. */
  readonly override = (settings: Settings): Settings => {
    const { url, model } = this.#options;
    return {
      ...settings,
      ...(model !== undefined && { model }),
      ...(url !== undefined && { engine: { ...settings.engine, url } }),
    };
  };

  get status(): StatusParams {
    return this.#status.current();
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Calls back at once and on every change. */
  onStatus(listener: (status: StatusParams) => void): void {
    this.#statusListeners.push(listener);
    listener(this.#status.current());
  }

  /** Sentences for the user about what is wrong beside the engine; earlier ones at once. */
  onNotice(listener: (sentence: string) => void): void {
    this.#notices.listen(listener);
  }

  onReport(listener: (report: CompletionReport) => void): void {
    this.#reportListeners.push(listener);
  }

  /** Takes the editor's settings for all documents; probes the model they name in the background. */
  async configure(settings: Settings): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    const engineChanged = JSON.stringify(before.engine) !== JSON.stringify(settings.engine);
    if (engineChanged) await this.#models.replaceEngine(this.#newEngine());
    const engineOrModel = engineChanged || before.model !== settings.model;
    if (engineOrModel) this.pipeline.forget();
    this.#store.applyRetention(settings.storage.retentionDays, Date.now());
    this.#status.set({ model: settings.model, enabled: settings.enable });
    this.#readiness.renew({ engineOrModel });
  }

  paused(until: number): void {
    this.#status.set({ pausedUntil: until });
    if (until > Date.now()) {
      setTimeout(() => this.#status.set({}), until - Date.now() + 50).unref();
    }
  }

  markSimulated(): void {
    this.#simulated = true;
  }

  /** @throws EngineError */
  async ask(
    question: Omit<Question, 'room'>,
    signal: AbortSignal,
    onPiece: (piece: string) => void,
  ): Promise<AskResult> {
    const { contextLength } = await this.#models.engine.describe(question.model, signal);
    const room = roomFor(contextLength, CHARS_PER_TOKEN);
    return answerInTurn(
      this.#models.engine,
      { ...question, room },
      signal,
      onPiece,
      (either, work) =>
        this.#scheduler.run('ask', either, (slotSignal, slot) =>
          work(slotSignal, () => slot.answering()),
        ),
    );
  }

  /** @throws EngineError */
  async pull(model: string, signal: AbortSignal, onStep: (step: PullStep) => void): Promise<void> {
    await pull(this.#models.engine, model, onStep, signal);
    this.#models.forget(model);
    void this.#readiness.warmUp();
  }

  /** @throws {Error} that says what is wrong with the database */
  stats(since: number | null): Stats {
    const stats = readStats(this.#store.figures, since, Date.now());
    const { rule } = this.#readiness;
    return { ...stats, ...(rule !== '' && { rule }) };
  }

  /** @throws EngineError */
  async models(): Promise<ModelSummary[]> {
    return (await this.#models.engine.models()).map(summary);
  }

  /** Why the last request stopped; null before there was one. Holds code. */
  why(): Explanation | null {
    const { last } = this.pipeline;
    return last && explanationOf(last);
  }

  doctor(): Promise<DoctorReport> {
    return examine({
      engine: this.#models.engine,
      measured: (maxAgeMs, patienceMs) =>
        this.#models.measured(this.#settings.model, maxAgeMs, patienceMs),
      settings: this.#settings,
      stateDir: this.#options.stateDir,
      storageProblem: this.#store.examine(),
      decide: this.#learning.decide,
    });
  }

  async exportTo(path: string): Promise<{ rows: number }> {
    return { rows: await this.#store.exportTo(path) };
  }

  /** @throws {Error} that says what is wrong with the database */
  deleteData(): DeleteDataResult {
    this.#forgetAll();
    return this.#store.deleteAll();
  }

  /** Ends every stream, writes what is unsettled, closes the database; may be called twice. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    clearInterval(this.#ticking);
    this.#readiness.dispose();
    await this.#scheduler.dispose();
    await this.#models.engine.dispose();
    this.writeAll();
    await this.#file.close();
  }

  /** What is unsettled and what waits, at once; the last thing that is done with the database. */
  writeAll(): void {
    this.episodes.suspend();
    this.#store.close();
  }

  readonly #weightsFor = (model: Pick<EngineModel, 'name' | 'digest'>): LearnedWeights | null =>
    (this.#options.weightsFor ?? weightsFor)({ ...model, engine: this.#options.engine });

  /** @returns what is wrong with the state folder; null where it is there */
  #openFolder(): string | null {
    const { stateDir } = this.#options;
    try {
      openPrivateFolder(stateDir);
      return null;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return `The state folder ${stateDir} can't be made or used (${code}): choose another one, or make it writable. Completions go on, and nothing is recorded meanwhile.`;
    }
  }

  /** Here or in another window, all data were deleted: what is held of them in memory goes, too. */
  #forgetAll(): void {
    this.pipeline.forget();
    this.episodes.forget();
    this.#learning.forget();
    this.#avoidedToday.forget();
  }

  #newEngine() {
    const { url, allowedHosts, keepAlive } = this.#settings.engine;
    return createEngine({ kind: this.#options.engine, url, allowedHosts, keepAlive });
  }

  #newPipeline(): CompletionPipeline {
    return new CompletionPipeline({
      models: this.#models,
      slot: {
        run: (signal, work) => this.#inSlot(signal, work),
      },
      decide: this.#learning.decide,
      episodes: this.episodes,
      ledger: this.#learning.ledger,
      report: {
        skipped: (reason) => this.log.info(`no completion: ${reason}`),
        stopped: (record) => {
          this.#readiness.worked();
          this.log.info(
            `${record.id} ${record.kind} stopped by ${record.stopReason ?? 'nothing'} after ${record.tokensAtStop} tokens, ${Math.round(record.stopMs ?? 0)} ms${record.offered ? '' : ', nothing offered'}`,
          );
        },
        finished: (report) => {
          if (report.control) this.#avoidedToday.changed();
          for (const listener of this.#reportListeners) listener(report);
        },
        failed: (error) => this.#failed(error),
      },
      now: Date.now,
      sleep,
      reuse: this.#options.withoutReuse !== true,
    });
  }

  async #inSlot<T>(
    signal: AbortSignal,
    work: (signal: AbortSignal, answered: () => void) => Promise<T>,
  ): Promise<T> {
    this.#status.began();
    try {
      return await this.#scheduler.run('interactive', signal, (slotSignal, slot) =>
        work(slotSignal, () => slot.demote()),
      );
    } catch (error) {
      if (error instanceof SupersededError) throw new EngineError('cancelled', error.message);
      throw error;
    } finally {
      this.#status.ended();
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof EngineError)) {
      this.log.error(
        `completion failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
      );
      return;
    }
    this.log.warn(`completion failed: ${error.code}`);
    this.#readiness.failed(error);
  }

  #tellAvoided(): void {
    try {
      const avoidedToday = this.#avoidedToday.news(Date.now());
      if (avoidedToday) this.#status.set({ avoidedToday });
    } catch (error) {
      // Completions go on without a database; the doctor says what is wrong with it.
      this.log.warn(`no figures: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }
}

function summary(model: EngineModel): ModelSummary {
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
