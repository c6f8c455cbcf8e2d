import { join } from 'node:path';
import type { ModelAdvice, Profile } from '../shared/learned.ts';
import type {
  ImportLearningResult,
  LearnedText,
  ResetLearningResult,
} from '../shared/learning-protocol.ts';
import type { DeleteDataResult, DoctorReport, ModelSummary } from '../shared/protocol.ts';
import type { Estimate, Stats } from '../shared/stats.ts';
import { DEFAULT_SETTINGS, type Settings } from '../shared/settings.ts';
import { Comparisons } from './comparison/comparisons.ts';
import type { Calibrator } from './calibration/calibrator.ts';
import { Calibrations } from './calibrations.ts';
import { EngineLoad } from './completion/engine-load.ts';
import { inForce, overruled, type CommandLine } from './command-line.ts';
import { PrivateFiles } from './completion/private-files.ts';
import { examine } from './doctor.ts';
import type { Experiments } from './experiments.ts';
import { Learners } from './learners.ts';
import { createEngine } from './engines/create.ts';
import type { Capabilities, EngineModel, PullStep } from './engines/engine.ts';
import { pull } from './engines/pull.ts';
import { isLoopback } from './engines/http/host.ts';
import { Scheduler } from './engines/scheduler.ts';
import { countersHere, EnergyMeter } from './energy/meter.ts';
import { powerHere, type PowerSource } from './energy/power.ts';
import { SavedToday } from './figures/saved-today.ts';
import { MeasuringLately } from './figures/measuring-lately.ts';
import { readStats } from './figures/stats.ts';
import { seededRandom } from './learning/random.ts';
import { createLog, fileSink, type Log, type LogLevel } from './log.ts';
import { adviseHere } from './model-advice.ts';
import { ModelHost, modelSummary } from './model-host.ts';
import { Notices } from './notices.ts';
import type { Shadow } from './shadow/shadow.ts';
import { shadowOf } from './shadows.ts';
import { stateFolderProblem } from './storage/private-mode.ts';
import { openStore, type Store } from './storage/store.ts';
import type { BenchmarkRule, LearnedWeights } from './stopping/policy/choose-rule.ts';
import { sleep } from './sleep.ts';
import { VERSION } from './version.ts';
import type { Shared } from './window/shared.ts';
import { Window } from './window/window.ts';

export interface DaemonOptions extends CommandLine {
  /** Where the database and the log live; made if it is not there. */
  readonly stateDir: string;
  readonly engine: 'ollama' | 'embedded';
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
  /** For benchmarks: the time of day by another clock, milliseconds since the epoch. */
  readonly now?: () => number;
  /** What the machine runs on, in the place of what it says. */
  readonly power?: Pick<PowerSource, 'current'>;
  readonly logSink?: (level: LogLevel, line: string) => void;
}

const TICK_MS = 1000;

/** The composition root: store, engine, scheduler, and the windows that share them. */
export class Daemon {
  readonly version = VERSION;
  readonly log: Log;
  readonly privateFiles = new PrivateFiles(Date.now);
  readonly #options: DaemonOptions;
  readonly #file: ReturnType<typeof fileSink>;
  readonly #store: Store;
  readonly #now: () => number;
  readonly #learners: Learners;
  readonly #calibrations: Calibrations;
  readonly #shadow: Shadow;
  readonly #savedToday: SavedToday;
  readonly #measuring: MeasuringLately;
  readonly #models: ModelHost;
  readonly #scheduler = new Scheduler();
  readonly #load = new EngineLoad();
  readonly #energy = new EnergyMeter(countersHere());
  readonly #shared: Shared;
  readonly #windows = new Set<Window>();
  readonly #ticking: NodeJS.Timeout;
  readonly #notices: Notices;
  /** Those that came last, of whichever window. */
  #settings: Settings;
  #saved: Estimate | null = null;
  #disposed: Promise<void> | null = null;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const trouble = stateFolderProblem(options.stateDir);
    this.#file = fileSink(options.stateDir);
    this.log = createLog(this.#file.write, (level, line) => options.logSink?.(level, line));
    this.#notices = new Notices(this.log);
    if (trouble !== null) this.#notices.say(trouble);
    this.#store = openStore(join(options.stateDir, 'shortstop.db'), {
      log: this.log,
      begunAnew: (sentence) => this.#notices.say(sentence),
      emptied: () => this.#forgetAll(),
      ...(options.nativeBinding !== undefined && { nativeBinding: options.nativeBinding }),
    });
    this.#learners = new Learners({
      ...{ store: this.#store, engine: options.engine, instead: options.rule },
      shippedFor: options.weightsFor,
      now: this.#now,
      ready: (model) => this.#models.ready(model),
      notice: (sentence) => this.#notices.say(sentence),
      warn: (line) => this.log.warn(line),
    });
    const { learning } = this.#learners;
    this.#savedToday = new SavedToday(this.#store.figures);
    this.#measuring = new MeasuringLately(this.#store.figures);
    const defaults = this.override(DEFAULT_SETTINGS);
    this.#settings = defaults;
    this.#models = new ModelHost(this.#newEngine(), this.log, Date.now);
    this.#calibrations = this.#newCalibrations();
    this.#shared = {
      engine: options.engine,
      models: this.#models,
      scheduler: this.#scheduler,
      privateFiles: this.privateFiles,
      decide: learning.decide,
      observe: (evidence) => learning.observe(evidence),
      workspaceName: (root) => this.#learners.workspaceName(root),
      ledger: learning.ledger,
      reuse: options.withoutReuse !== true,
      power: options.power ?? powerHere(),
      load: this.#load,
      notices: this.#notices,
      log: this.log,
      now: this.#now,
      random: options.seed === undefined ? Math.random : seededRandom(options.seed),
      defaults,
      meter: (gpuShare) => this.#energy.begin(gpuShare, this.#runsHere()),
      answered: (tokens) =>
        learning.observe({ kind: 'spent', by: 'question', at: this.#now(), tokens }),
      budget: (settings) => this.#learners.budget(settings),
      configured: (settings) => this.#configured(settings),
      modelReplaced: (model) => this.#modelReplaced(model),
      measuringCosts: () => this.#measuring.lately(Date.now()),
      counted: () => this.#counted(),
      active: () => this.#shadow.disturbed(),
    };
    this.#shadow = shadowOf(this.#shared, {
      learners: this.#learners,
      figures: this.#store.figures,
      privateFiles: this.privateFiles,
      settings: () => this.#settings,
      isWelcome: () => this.#runsHere() && ![...this.#windows].some((each) => each.isResting),
    });
    this.#ticking = setInterval(() => {
      this.#store.heedDeletion();
      learning.heed();
      for (const window of this.#windows) window.tick();
      this.#shadow.tick();
      this.#calibrations.tick(this.#modelsInUse());
      this.#tellSaved();
      this.#notices.heed(this.#store.problem);
    }, TICK_MS);
    this.#ticking.unref();
    this.#tellSaved();
  }

  /** What the command line decided beats what the editor says. */
  readonly override = (settings: Settings): Settings => inForce(settings, this.#options);

  /** What of the editor's settings has no effect for that, in sentences. */
  readonly overruled = (asked: Settings): string[] => overruled(asked, this.#options);

  get experiments(): Experiments {
    return this.#learners.experiments;
  }

  openWindow(): Window {
    const window: Window = new Window(this.#shared, () => this.#windows.delete(window));
    this.#windows.add(window);
    if (this.#saved) window.showSaved(this.#saved);
    return window;
  }

  /** @throws EngineError */
  async pull(model: string, signal: AbortSignal, onStep: (step: PullStep) => void): Promise<void> {
    await pull(this.#models.engine, model, onStep, signal);
    this.#models.forget(model);
    for (const window of this.#windows) window.warmUp();
  }

  /**
   * @param settings of the window that asks
   * @throws {Error} that says what is wrong with the database
   */
  stats(since: number | null, settings = this.#shared.defaults): Stats {
    const budget = this.#learners.gauges(settings);
    const experiment = this.experiments.current();
    const stats = readStats(this.#store.figures, since, Date.now());
    return { ...stats, ...(budget && { budget }), ...(experiment && { experiment }) };
  }

  /**
   * @param root of the workspace for which it is told; null for all
   * @throws {Error} that says what is wrong with the database
   */
  profile(settings = this.#shared.defaults, root: string | null = null): Profile {
    const profile = this.#learners.profile(settings, root);
    if (!profile) throw new Error(this.#store.problem ?? "The database can't be read now.");
    return profile;
  }

  /** Of models, on a folder's own code. */
  get comparisons(): Comparisons {
    const { decide, meter } = this.#shared;
    const { privateFiles } = this;
    const spent = (tokens: number) =>
      this.#shared.ledger.recordSpanTokens({ by: 'comparison', at: this.#now(), tokens });
    return new Comparisons({
      ...{ models: this.#models, scheduler: this.#scheduler, sleep, decide, meter, privateFiles },
      ...{ now: this.#now, spent, records: this.#store.comparisons },
    });
  }

  /** @throws EngineError */
  async models(): Promise<ModelSummary[]> {
    return (await this.#models.engine.models()).map(modelSummary);
  }

  modelAdvice({ model }: Settings): Promise<ModelAdvice> {
    return adviseHere(this.#models, model);
  }

  /**
   * @param settings of the window that asks
   * @param asked as its editor gave them
   */
  doctor(settings = this.#shared.defaults, asked = settings): Promise<DoctorReport> {
    return examine({
      engine: this.#models.engine,
      measured: (maxAgeMs, patienceMs) =>
        this.#models.measured(settings.model, maxAgeMs, patienceMs),
      settings,
      overruled: this.overruled(asked),
      stateDir: this.#options.stateDir,
      storageProblem: this.#store.examine(),
      decide: this.#learners.learning.decide,
    });
  }

  /** Certifies the model that the settings name on a folder's code. */
  get calibrator(): Calibrator {
    return this.#calibrations.calibrator;
  }

  async exportTo(path: string): Promise<{ rows: number }> {
    return { rows: await this.#store.exportTo(path) };
  }

  exportLearning(): LearnedText {
    return this.#learners.learning.exported();
  }

  /** @throws {Error} that says what to do, where the text was not exported */
  importLearning(text: string): ImportLearningResult {
    return this.#learners.learning.takeOver(text);
  }

  resetLearning(): ResetLearningResult {
    const learners = this.#learners.reset();
    this.#recalibrated();
    return { learners };
  }

  /** @throws {Error} that says what is wrong with the database */
  deleteData(): DeleteDataResult {
    this.#forgetAll();
    return this.#store.deleteAll();
  }

  /** Ends every window, then the engine, and closes the database; may be called twice. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    clearInterval(this.#ticking);
    await Promise.all(Array.from(this.#windows, (window) => window.end()));
    await this.#shadow.end();
    await this.#calibrations.end();
    await this.#scheduler.dispose();
    await this.#models.dispose();
    this.#energy.dispose();
    this.writeAll();
    await this.#file.close();
  }

  /** What is unsettled and what waits, at once; the last thing that is done with the database. */
  writeAll(): void {
    for (const { episodes } of this.#windows) episodes.suspend();
    this.#store.close();
  }

  #newCalibrations(): Calibrations {
    return new Calibrations({
      models: this.#models,
      scheduler: this.#scheduler,
      store: this.#store,
      learners: this.#learners,
      privateFiles: this.privateFiles,
      log: this.log,
      notice: (sentence) => this.#notices.say(sentence),
      replaced: () => this.#recalibrated(),
    });
  }

  /** Other weights are in force than before. */
  #recalibrated(): void {
    for (const window of this.#windows) window.recalibrated();
  }

  /** Here or in another process, all data were deleted: what is held of them in memory goes, too. */
  #forgetAll(): void {
    for (const window of this.#windows) window.forget();
    this.#learners.forget();
    this.#savedToday.forget();
  }

  /** The engine is one for all windows: the settings that came last hold. */
  async #configured(settings: Settings): Promise<boolean> {
    const { engine, storage, learning } = settings;
    const engineChanged = JSON.stringify(this.#settings.engine) !== JSON.stringify(engine);
    this.#settings = settings;
    if (engineChanged) {
      this.#load.forget();
      await this.#models.replaceEngine(this.#newEngine());
      for (const window of this.#windows) window.renew();
    }
    this.#learners.learning.pause(!learning.enabled);
    this.#store.applyRetention(storage.retentionDays, Date.now());
    return engineChanged;
  }

  #modelsInUse(): Capabilities[] {
    const names = new Set(Array.from(this.#windows, ({ settings }) => settings.model));
    return [...names].flatMap((name) => this.#models.known(name) ?? []);
  }

  #modelReplaced(model: string): void {
    this.#models.forget(model);
    for (const window of this.#windows) if (window.settings.model === model) window.renew();
  }

  /** Whether the engine works on this machine. */
  #runsHere(): boolean {
    const { url } = this.#settings.engine;
    if (this.#options.engine === 'embedded') return true;
    return URL.canParse(url) && isLoopback(new URL(url).hostname);
  }

  #newEngine() {
    const { url, allowedHosts, keepAlive } = this.#settings.engine;
    return createEngine({ kind: this.#options.engine, url, allowedHosts, keepAlive });
  }

  #counted(): void {
    this.#savedToday.changed();
    try {
      this.experiments.heed();
    } catch (error) {
      // As with the figures: it is heeded again when the next stretch has settled.
      this.log.warn(`no verdict: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  #tellSaved(): void {
    try {
      const news = this.#savedToday.news(Date.now());
      if (!news) return;
      this.#saved = news;
      for (const window of this.#windows) window.showSaved(news);
    } catch (error) {
      // Completions go on without a database; the doctor says what is wrong with it.
      this.log.warn(`no figures: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }
}
