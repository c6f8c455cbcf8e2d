import { randomUUID } from 'node:crypto';
import type { Feedback } from '../../shared/learned.ts';
import type { FeedbackResult } from '../../shared/learning-protocol.ts';
import type { AskResult, CompletionReport, StatusParams } from '../../shared/protocol.ts';
import type { Explanation } from '../../shared/explanation.ts';
import type { Estimate, PresetsNow } from '../../shared/stats.ts';
import type { Settings } from '../../shared/settings.ts';
import { answerInTurn, roomFor, type Question } from '../ask/ask.ts';
import { explanationOf } from '../completion/last-request.ts';
import { OtherFiles } from '../completion/other-files/other-files.ts';
import { CompletionPipeline } from '../completion/pipeline.ts';
import type { PipelinePorts } from '../completion/ports.ts';
import type { CompletionRequest, Suggestion } from '../completion/request.ts';
import { CHARS_PER_TOKEN } from '../completion/sizing.ts';
import { EngineError } from '../engines/engine.ts';
import { SupersededError } from '../engines/scheduler.ts';
import { changeInWords } from '../learning/profile/feedback.ts';
import type { RequestQuestion } from '../learning/question.ts';
import { MAX_NEWLINE_RATE, ratesFor } from '../outcomes/measuring-rates.ts';
import { EpisodeTracker } from '../outcomes/episodes.ts';
import type { EpisodeDraw, RequestRecord } from '../outcomes/records.ts';
import { sleep } from '../sleep.ts';
import { BatteryPause } from './battery-pause.ts';
import { Documents } from './documents.ts';
import { Readiness } from './readiness.ts';
import type { Shared } from './shared.ts';
import { Status } from './status.ts';
import { TypingClient } from './typing-client.ts';
import { Workspaces } from './workspaces.ts';

/** One connection's own: documents, settings, state shown, pause, pipeline, and what becomes of offers. */
export class Window {
  readonly documents = new Documents();
  readonly typing = new TypingClient();
  readonly workspaces = new Workspaces();
  readonly episodes: EpisodeTracker;
  readonly #id = randomUUID();
  readonly #shared: Shared;
  readonly #left: () => void;
  readonly #pipeline: CompletionPipeline;
  readonly #status: Status;
  readonly #readiness: Readiness;
  readonly #ending = new AbortController();
  #settings: Settings;
  #pausedUntil = 0;
  readonly #battery: BatteryPause;
  #simulated = false;
  #lastOffered: RequestRecord | null = null;
  #showStatus: (status: StatusParams) => void = () => undefined;
  #showReport: (report: CompletionReport) => void = () => undefined;
  #ended: Promise<void> | null = null;

  /** @param left called once it has ended */
  constructor(shared: Shared, left: () => void) {
    this.#shared = shared;
    this.#left = left;
    this.#settings = shared.defaults;
    this.#battery = new BatteryPause(shared.power);
    this.#status = new Status(shared.engine, shared.now, (status) => this.#showStatus(status));
    this.episodes = new EpisodeTracker({
      ledger: shared.ledger,
      now: shared.now,
      random: shared.random,
      settings: () => ({
        ...this.#rates(),
        withheldRate: this.#settings.withheldRate,
        storeCode: this.#settings.storage.storeCode,
        simulated: this.#simulated,
      }),
      settled: shared.counted,
    });
    this.#pipeline = new CompletionPipeline({
      models: shared.models,
      slot: { run: (signal, work) => this.#inSlot(signal, work) },
      decide: shared.decide,
      otherFiles: this.#otherFiles(),
      episodes: this.episodes,
      ledger: shared.ledger,
      report: this.#report(),
      costs: {
        begin: (gpuShare) => shared.meter(gpuShare),
        record: (cost) => shared.ledger.recordCost(cost),
      },
      load: {
        told: (first, now) => this.#readiness.firstToken(first, now),
        isBusy: (now) => !this.#simulated && shared.load.isBusy(now),
      },
      paced: (stream) => {
        if (!this.#simulated) shared.models.paced(stream);
      },
      now: shared.now,
      sleep,
      reuse: shared.reuse,
    });
    this.#readiness = new Readiness({
      ...shared,
      status: this.#status,
      settings: () => this.#settings,
    });
  }

  /** Of the window as a whole; a document may have its own. */
  get settings(): Settings {
    return this.#settings;
  }

  get status(): StatusParams {
    return this.#status.current();
  }

  /** Which stop rule is in force, in words; empty while no model is ready. */
  get rule(): string {
    return this.#readiness.rule;
  }

  /** What is certified of each preset; null while no model is ready. */
  presets(): PresetsNow | null {
    return this.#readiness.presets();
  }

  /** Calls back at once and on every change. */
  onStatus(listener: (status: StatusParams) => void): void {
    this.#showStatus = listener;
    listener(this.status);
  }

  onReport(listener: (report: CompletionReport) => void): void {
    this.#showReport = listener;
  }

  /** Sentences for the user about what is wrong beside the engine; earlier ones at once. */
  onNotice(listener: (sentence: string) => void): void {
    const unlisten = this.#shared.notices.listen(listener);
    this.#ending.signal.addEventListener('abort', unlisten);
  }

  markSimulated(): void {
    this.#simulated = true;
  }

  /** Takes the editor's settings; probes the model they name in the background. */
  async configure(settings: Settings): Promise<void> {
    const { model } = this.#settings;
    this.#settings = settings;
    this.#status.set({ model: settings.model, enabled: settings.enable });
    this.#showBudget();
    const isRenewed = await this.#shared.configured(settings);
    this.#warmUpLarger();
    if (isRenewed) return;
    if (model !== settings.model) this.renew();
    else this.#readiness.renew({ engineOrModel: false });
  }

  /** So that asking one of them need not wait for the model to be loaded and measured. */
  #warmUpLarger(): void {
    const { enable, ensemble } = this.#settings;
    if (!enable) return;
    for (const model of ensemble.models.slice(1)) {
      // Where it is not there, the request that would have asked it says so.
      this.#shared.models.measured(model).catch(() => undefined);
    }
  }

  /** Engine or model is another one: what came of the one before holds no longer. */
  renew(): void {
    this.#pipeline.forget();
    this.#readiness.renew({ engineOrModel: true });
  }

  /** Other weights are in force. */
  recalibrated(): void {
    this.#readiness.renew({ engineOrModel: false });
  }

  warmUp(): void {
    void this.#readiness.warmUp();
  }

  /** @param minutes 0 ends the pause */
  pause(minutes: number): void {
    this.#pausedUntil = minutes > 0 ? this.#shared.now() + minutes * 60_000 : 0;
    this.#battery.user(minutes === 0);
    this.#status.set({ pausedUntil: this.#pausedUntil, onBattery: this.#isPausedByBattery });
    if (minutes > 0) setTimeout(() => this.#status.set({}), minutes * 60_000 + 50).unref();
  }

  /** Its user has switched Shortstop off, or paused it. */
  get isResting(): boolean {
    return !this.#settings.enable || this.#shared.now() < this.#pausedUntil;
  }

  /** Once a second. */
  tick(): void {
    const { load, now } = this.#shared;
    this.episodes.tick();
    this.#showBudget();
    this.#status.set({ onBattery: this.#isPausedByBattery, engineBusy: load.isBusy(now()) });
  }

  showSaved(savedToday: Estimate): void {
    this.#status.set({ savedToday });
  }

  complete(
    request: Omit<CompletionRequest, 'pausedUntil'>,
    signal: AbortSignal,
  ): Promise<Suggestion | null> {
    const pausedUntil = this.#isPausedByBattery ? Infinity : this.#pausedUntil;
    this.#shared.active();
    return this.#pipeline.complete({ ...request, pausedUntil }, this.untilEnd(signal));
  }

  accepted(suggestionId: string): void {
    this.episodes.accepted(suggestionId);
    this.#pipeline.accepted();
  }

  /** A document has changed. */
  edited(): void {
    this.#shared.active();
    this.#pipeline.edited();
  }

  /** @throws EngineError */
  async ask(
    question: Omit<Question, 'room'>,
    signal: AbortSignal,
    onPiece: (piece: string) => void,
  ): Promise<AskResult> {
    const { models, scheduler, answered } = this.#shared;
    const untilEnd = this.untilEnd(signal);
    const { contextLength } = await models.engine.describe(question.model, untilEnd);
    const room = roomFor(contextLength, CHARS_PER_TOKEN);
    const answer = await answerInTurn(
      models.engine,
      { ...question, room },
      untilEnd,
      onPiece,
      (either, work) =>
        scheduler.run(
          'ask',
          either,
          (slotSignal, slot) => work(slotSignal, () => slot.answering()),
          { owner: this.#id },
        ),
    );
    answered(answer.tokens);
    return answer;
  }

  /** Why the last request stopped; null before there was one. Holds code. */
  why(): Explanation | null {
    const { last } = this.#pipeline;
    return last && explanationOf(last);
  }

  /** A salted hash of the root that a document is under; null outside of any. */
  workspaceOf(uri: string): string | null {
    const root = this.workspaces.rootOf(uri);
    return root === null ? null : this.#shared.workspaceName(root);
  }

  /** What the user says of the last suggestion that was offered here. */
  feedback(said: Feedback): FeedbackResult {
    const request = this.#lastOffered;
    if (!request) return { message: 'No suggestion was offered yet in this window.' };
    const { decide, observe } = this.#shared;
    const question = questionAgain(request, this.#settings);
    const before = decide(question);
    observe({ kind: 'feedback', said, request });
    const change = { before, after: decide(question) };
    return { message: changeInWords(said, request, this.#settings, change) };
  }

  /** All data were deleted: what is held of them in memory goes, too. */
  forget(): void {
    this.#lastOffered = null;
    this.#pipeline.forget();
    this.episodes.forget();
  }

  /** Aborts with the signal, and at the end of the window. */
  untilEnd(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#ending.signal]);
  }

  /** Ends its streams and writes what is unsettled; may be called twice. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    this.#readiness.dispose();
    this.#pipeline.forget();
    await this.#shared.scheduler.end(this.#id);
    this.episodes.suspend();
    this.#left();
  }

  #otherFiles(): OtherFiles {
    const { privateFiles, now } = this.#shared;
    return new OtherFiles({
      rootOf: (uri) => this.workspaces.rootOf(uri),
      open: () => this.documents.all(),
      verdict: (uri, files) => privateFiles.verdict(uri, files),
      now,
    });
  }

  #report(): PipelinePorts['report'] {
    const { log, counted } = this.#shared;
    return {
      skipped: (reason) => log.info(`no completion: ${reason}`),
      stopped: (record) => {
        this.#showBudget();
        this.#readiness.worked();
        if (record.offered) this.#lastOffered = record;
        log.info(
          `${record.id} ${record.kind} stopped by ${record.stopReason ?? 'nothing'} after ${record.tokensAtStop} tokens, ${Math.round(record.stopMs ?? 0)} ms${record.offered ? '' : ', nothing offered'}`,
        );
      },
      finished: (report) => {
        if (report.ended !== 'stopped') counted();
        this.#showReport(report);
      },
      failed: (error) => this.#failed(error),
      unready: (model, { message }) =>
        this.#shared.notices.say(`${model} is left out of shortstop.ensemble.models: ${message}`),
    };
  }

  /** A simulated user's are those that were set, whatever they cost: a short session is to say what was avoided. */
  #rates(): Pick<EpisodeDraw, 'controlRate' | 'newlineRate'> {
    const { controlRate } = this.#settings;
    if (this.#simulated)
      return { controlRate, newlineRate: Math.min(controlRate, MAX_NEWLINE_RATE) };
    const { control, newline } = ratesFor(controlRate, this.#shared.measuringCosts());
    return { controlRate: control, newlineRate: newline };
  }

  async #inSlot<T>(
    signal: AbortSignal,
    work: (signal: AbortSignal, answered: () => void) => Promise<T>,
  ): Promise<T> {
    this.#status.began();
    try {
      return await this.#shared.scheduler.run(
        'interactive',
        signal,
        (slotSignal, slot) => work(slotSignal, () => slot.demote()),
        { owner: this.#id },
      );
    } catch (error) {
      if (error instanceof SupersededError) throw new EngineError('cancelled', error.message);
      throw error;
    } finally {
      this.#status.ended();
    }
  }

  get #isPausedByBattery(): boolean {
    return this.#battery.isOn(this.#settings.pauseOnBattery);
  }

  #showBudget(): void {
    this.#status.set({ budget: this.#shared.budget(this.#settings) });
  }

  #failed(error: unknown): void {
    const { log } = this.#shared;
    if (!(error instanceof EngineError)) {
      log.error(
        `completion failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`,
      );
      return;
    }
    log.warn(`completion failed: ${error.code}`);
    this.#readiness.failed(error);
  }
}

/** What was asked of the request, as it would be asked now. */
function questionAgain(
  { languageId, kind, workspace, model, modelDigest, tauAlive }: RequestRecord,
  { stopping: settings, profile: targets }: Settings,
): RequestQuestion {
  return {
    ...{ kind: 'request', trigger: 'automatic', settings, targets },
    model: { name: model, digest: modelDigest },
    logprobs: tauAlive !== null,
    costs: { msPerToken: null, msPerTokenWithAlternatives: null },
    place: { kind, languageId, workspace },
  };
}
