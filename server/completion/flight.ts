import { randomUUID } from 'node:crypto';
import { EngineError, type Capabilities, type GenerateRequest } from '../engines/engine.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Arm, RequestDecision } from '../learning/question.ts';
import type {
  ControlTail,
  EpisodeDraw,
  RequestClock,
  RequestCode,
  RequestCost,
  RequestRecord,
  StreamEnd,
} from '../outcomes/records.ts';
import { insertion } from '../post-process/replace-range.ts';
import { repair } from '../post-process/repairs.ts';
import { tokenLimit } from '../stopping/policy/choose-rule.ts';
import { offeredUntil } from '../stopping/policy/likely-beginning.ts';
import type { CursorContext } from '../stopping/trace.ts';
import type { Escalation, ModelAnswer } from './cascade.ts';
import { generate, noProgress, type Finished, type Follow, type Stopped } from './generation.ts';
import type { LastRequest } from './last-request.ts';
import type { Nothing } from './nothing.ts';
import type { PipelinePorts } from './ports.ts';
import { buildPrompt } from './prompt.ts';
import type { CompletionRequest, Suggestion } from './request.ts';
import { sizeWindow, UNSIZED } from './sizing.ts';
import { StreamClock } from './stream-clock.ts';
import { msPerToken } from './token-pace.ts';
import { agree, gainedSince, typedSince, Waiters, type Answer } from './waiters.ts';
import { readWindow } from './window.ts';

/** Within so long after a cancel the change that it comes with is read, milliseconds. */
const CHANGE_FOLLOWS_MS = 10;
/** How long a stream that nobody waits for any more is kept for the keystroke that cancelled it. */
const KEEP_FOR_NEXT_KEYSTROKE_MS = 200;

/**
 * Told once, at the stop: the request in full, whose tokens grow while its stream is followed behind it, and
 * the whole suggestion, null where there is none.
 */
export type FlightListener = (last: LastRequest, suggestion: Suggestion | null) => void;

/** What follows where a model's answer is not the last word. */
export interface Ensemble {
  next(answer: ModelAnswer, signal: AbortSignal): Promise<Escalation | null>;
  /** Begins the larger model's flight, which takes over who waits here. */
  handOver(handover: Handover): Flight;
  /** @returns the place of the answer to serve */
  choose(answers: readonly ModelAnswer[]): number;
}

/** A larger model is asked for those who wait; the smaller ones' answers are kept meanwhile. */
export interface Handover extends Escalation {
  readonly waiters: Waiters;
  /** The smallest first. */
  readonly earlier: readonly Earlier[];
}

/** An answer of a smaller model, whose row is written once it is known whether it was served. */
export interface Earlier {
  readonly answer: ModelAnswer;
  readonly last: LastRequest;
  close(isServed: boolean): void;
}

/** What is known once the model is. */
interface Prepared {
  readonly capabilities: Capabilities;
  readonly context: CursorContext;
  readonly prompt: GenerateRequest['prompt'];
}

interface Sent extends Omit<Prepared, 'prompt'> {
  /** Milliseconds from the editor's request to when the engine was asked. */
  readonly sentMs: number;
  readonly draw: EpisodeDraw;
  /** The user's, or those of an experiment's arm. */
  readonly settings: Settings;
  readonly chosen: RequestDecision;
}

/**
 * One request on its way through the engine. Later keystrokes share it as long as what was typed
 * agrees with what is generated; it is aborted once nobody waits for it.
 */
export class Flight {
  readonly id = randomUUID();
  readonly #request: CompletionRequest;
  readonly #ports: PipelinePorts;
  readonly #asked: number;
  readonly #abort = new AbortController();
  readonly #waiters: Waiters;
  readonly #ensemble: Ensemble;
  /** Set where smaller models have answered before. */
  readonly #handover: Handover | null;
  #successor: Flight | null = null;
  readonly #progress = noProgress();
  /** Set once the engine is free and this request is the one it gets. */
  #drawn: EpisodeDraw | null = null;
  /** Set once it is known how the engine is asked. */
  #sent: Sent | null = null;
  /** Once its stream is closed. */
  #cost: RequestCost | null = null;
  /** Runs from the stop on. */
  #clock: StreamClock | null = null;
  /** What the clock said; it is written once the request is. */
  #clockSays: Omit<RequestClock, 'requestId'> | null = null;
  /** As it was at the stop, so that it is the same whether the stream is followed or not. */
  #msPerToken: number | null = null;
  #recorded = false;
  /** Whoever joins after it failed or was cancelled would wait for ever. */
  #over = false;
  #toldOver = false;
  #nothing: Nothing = 'outdated';

  constructor(
    request: CompletionRequest,
    ports: PipelinePorts,
    asked: number,
    listener: FlightListener,
    ensemble: Ensemble,
    handover: Handover | null = null,
  ) {
    this.#request = request;
    this.#ports = ports;
    this.#asked = asked;
    this.#ensemble = ensemble;
    this.#handover = handover;
    this.#waiters = handover?.waiters ?? new Waiters();
    this.#waiters.onLeave = () => this.#left();
    void this.#fly(listener);
  }

  /**
   * Waits for the stop. Undefined where this flight does not lead to the request: another place, or
   * the stream goes another way than what was typed.
   */
  join(request: CompletionRequest, signal: AbortSignal): Promise<Answer> {
    const typed = typedSince(this.#request, request);
    if (typed === null || !this.#canJoin(typed, request)) return Promise.resolve(undefined);
    return this.#waiters.wait(request, typed, this.#ports.now(), signal);
  }

  /** The smaller models' answers. */
  get #earlier(): readonly Earlier[] {
    return this.#handover?.earlier ?? [];
  }

  /** Why who waited got nothing. */
  get nothing(): Nothing {
    return this.#successor?.nothing ?? this.#nothing;
  }

  /** Something else takes its place; ends a tail too. */
  abort(by: StreamEnd): void {
    this.#clock?.end(by);
    this.#abort.abort();
  }

  /** A later request is not answered by it: it ends, unless it is but a tail that typing agrees with. */
  passOver(request: CompletionRequest): void {
    if (!this.#clock) this.abort('newer-request');
    else if (!this.#leadsTo(request)) this.abort('typed-otherwise');
  }

  /** The document has changed: a tail that typing does not agree with ends, unless its text is wanted in full. */
  heed(): void {
    if (this.#clock?.heed() === false && !this.#withholds) this.#abort.abort();
  }

  async #fly(onStopped: FlightListener): Promise<void> {
    try {
      const { stopped, stream } = await this.#untilStop();
      const answer = this.#answer(stopped);
      if (!this.#withholds && (await this.#isHandedOver(answer))) {
        this.#followTail(stopped, null, await stream);
        return;
      }
      const { best, last } = this.#best(answer);
      const { suggestion: meant, holdMs } = this.#offering(best);
      const suggestion = this.#withholds ? null : meant;
      // Before it is held: a key that comes meanwhile and agrees is answered from memory.
      onStopped(last, suggestion);
      if (holdMs > 0) await this.#ports.sleep(holdMs, this.#abort.signal);
      this.#serve(answer, best, suggestion);
      this.#followTail(stopped, suggestion, await stream);
    } catch (error) {
      this.#fail(error, onStopped);
    } finally {
      if (!this.#successor) this.#recordCost();
    }
  }

  /** Behind the request's own row. */
  #recordCost(): void {
    if (this.#cost) this.#ports.costs?.record(this.#cost);
  }

  /** Those who wait wait for a larger model from now on. */
  async #isHandedOver(answer: ModelAnswer): Promise<boolean> {
    const { signal } = this.#abort;
    const escalation = await this.#ensemble.next(answer, signal);
    if (!escalation || signal.aborted || this.#waiters.empty) return false;
    const own: Earlier = {
      answer,
      last: this.#last(answer.stopped),
      close: (isServed) => {
        this.#recordStopped(answer, isServed ? answer.suggestion : null, isServed);
        this.#recordCost();
        this.#tellOver();
      },
    };
    const earlier = [...this.#earlier, own];
    this.#over = true;
    this.#successor = this.#ensemble.handOver({ ...escalation, earlier, waiters: this.#waiters });
    return true;
  }

  /** Of what all models have answered, what is served. */
  #best(own: ModelAnswer) {
    const earlier = this.#earlier;
    const answers = [...earlier.map(({ answer }) => answer), own];
    const at = earlier.length === 0 ? 0 : this.#ensemble.choose(answers);
    const best = answers[at] ?? own;
    return { best, last: earlier[at]?.last ?? this.#last(own.stopped) };
  }

  /** Resolves at the stop; a stream that is followed runs on behind it. */
  async #untilStop(): Promise<{ stopped: Stopped; stream: Promise<Finished> }> {
    const { models, slot } = this.#ports;
    const { signal } = this.#abort;
    const ready = await this.#prepare(this.#request.settings, signal);

    return new Promise((resolve, reject) => {
      const stream = slot.run(signal, async (slotSignal, answered) => {
        const { sent, prompt } = await this.#send(ready, slotSignal);
        const { draw, chosen, context } = sent;
        const { rule, settings, alternatives } = chosen;
        const { model } = sent.settings;
        return this.#metered(sent.capabilities, () =>
          generate(
            {
              engine: models.engine,
              request: { model, prompt, maxTokens: settings.maxTokens, alternatives },
              rule,
              context,
              settings,
              follow: followOf(draw),
              elapsed: () => this.#ports.now() - this.#asked,
              sleep: this.#ports.sleep,
            },
            slotSignal,
            this.#progress,
            {
              onToken: () => this.#tokenCame(),
              onStop: (stopped) => {
                answered();
                this.#startClock(stopped);
                resolve({ stopped, stream });
              },
            },
          ),
        );
      });
      stream.catch(reject);
    });
  }

  /** What the machine spends until the stream is closed. */
  async #metered<T>({ gpuShare }: Capabilities, work: () => Promise<T>): Promise<T> {
    const end = this.#ports.costs?.begin(gpuShare);
    try {
      return await work();
    } finally {
      const { promptTokens } = this.#progress;
      if (end) this.#cost = { requestId: this.id, gpuShare, promptTokens, ...end() };
    }
  }

  /** @throws EngineError where the model is not ready */
  async #prepare(settings: Settings, signal: AbortSignal): Promise<Prepared> {
    const capabilities = await this.#ports.models.ready(settings.model, signal);
    const context = this.#readContext(capabilities, settings);
    return { capabilities, context, prompt: buildPrompt(capabilities.model, context) };
  }

  #readContext(capabilities: Capabilities, user: Settings): CursorContext {
    const { text, offset, languageId, trigger } = this.#request;
    const patient = trigger === 'complete-here';
    const maxTokens = tokenLimit(user.stopping, patient);
    const size = this.#ports.reuse
      ? sizeWindow(capabilities, user.engine.timeToFirstToken, maxTokens)
      : UNSIZED;
    const multiLine = patient ? 'always' : user.multiLine;
    return readWindow(text, offset, size, languageId, multiLine).context;
  }

  /**
   * Draws for the episode and decides, before anything is asked of the engine.
   * @throws EngineError where the model of an experiment's arm is not ready
   */
  async #send(
    ready: Prepared,
    signal: AbortSignal,
  ): Promise<Pick<Prepared, 'prompt'> & { readonly sent: Sent }> {
    const { uri, languageId, workspace, trigger } = this.#request;
    const { kind } = ready.context;
    const place = { languageId, kind, mayWithhold: this.#request.typing };
    const draw = this.#ports.episodes.draw({ uri, ...place, ...realPlace(this.#request) });
    this.#drawn = draw;
    const { arm: assigned, settings } = this.#settingsFor(draw);
    const { prompt, ...prepared } = assigned ? await this.#prepare(settings, signal) : ready;
    const { model, logprobs } = prepared.capabilities;
    const chosen = this.#ports.decide(
      {
        ...{ kind: 'request', trigger, settings: settings.stopping },
        ...{ model, logprobs, costs: prepared.capabilities },
        ...{ assigned, place: { kind, languageId, workspace } },
        targets: settings.profile,
        limits: { ...settings.budget, at: this.#ports.now() },
      },
      draw.chance,
    );
    const sentMs = this.#ports.now() - this.#asked;
    const sent = { ...prepared, sentMs, draw, settings, chosen };
    this.#sent = sent;
    return { sent, prompt };
  }

  /**
   * The user's, or those of the arm that the stretch was given. Who asks for a longer answer has the user's, and a
   * larger model that takes over stays the one that was chosen.
   */
  #settingsFor({ chance }: EpisodeDraw): { readonly arm: Arm | null; readonly settings: Settings } {
    const { trigger, settings: user } = this.#request;
    if (trigger === 'complete-here') return { arm: null, settings: user };
    const asked = { kind: 'stretch', settings: user, at: this.#asked } as const;
    const { arm, settings } = this.#ports.decide(asked, chance);
    return { arm, settings: this.#handover ? { ...settings, model: user.model } : settings };
  }

  /** What the stop left, repaired. */
  #answer(stopped: Stopped): ModelAnswer {
    const sent = this.#sent;
    if (!sent) throw new Error('answered before it was sent');
    const { context, chosen } = sent;
    const raw = stopped.text.slice(0, offeredUntil(stopped.decision, this.#progress.trace, chosen));
    const repaired = repair(raw, context, stopped.decision.reason).text;
    const { text, replaceAfter } = insertion(repaired, context);
    const suggestion = text === '' ? null : { id: this.id, text, replaceAfter, fromMemory: false };
    return { request: this.#request, ...sent, stopped, suggestion };
  }

  /** Decides whether and when it goes to the editor. */
  #offering({ suggestion, stopped, draw }: ModelAnswer): {
    readonly suggestion: Suggestion | null;
    readonly holdMs: number;
  } {
    if (!suggestion) return { suggestion: null, holdMs: 0 };
    const { trigger } = this.#request;
    const { text } = suggestion;
    const { reason, pDone, pAlive } = stopped.decision;
    const offering = this.#ports.decide(
      { kind: 'offer', trigger, text, reason, pDone, pAlive },
      draw.chance,
    );
    if (offering.action === 'hide') return { suggestion: null, holdMs: 0 };
    return { suggestion, holdMs: offering.action === 'hold' ? offering.ms : 0 };
  }

  /** From whoever types, in a withheld episode. */
  get #withholds(): boolean {
    return this.#request.typing && this.#sent?.draw.withheld === true;
  }

  /**
   * Gives it to everyone who still waits, and writes it down.
   * @param best whose the suggestion is: this model's own answer, or a smaller one's
   */
  #serve(own: ModelAnswer, best: ModelAnswer, suggestion: Suggestion | null): void {
    const isOffered = this.#give(own.draw, suggestion);
    this.#tellOver();
    this.#nothing = nothingOf(own.stopped, suggestion);
    for (const one of this.#earlier) one.close(isOffered && one.answer === best);
    const isOwn = best === own;
    this.#recordStopped(own, isOwn ? suggestion : null, isOwn && isOffered);
  }

  /** @returns whether anybody still wanted it */
  #give(draw: EpisodeDraw, suggestion: Suggestion | null): boolean {
    const served = this.#waiters.serve(suggestion);
    const [first] = served;
    if (first) this.#offer(draw, first.rest, first.waiter.request);
    const now = this.#ports.now();
    const { request: asked } = this.#earlier[0]?.answer ?? { request: this.#request };
    for (const { waiter, rest } of served.filter(({ waiter: { request } }) => request !== asked)) {
      const answer = { suggestionId: rest.id, at: waiter.since, answerMs: now - waiter.since };
      this.#ports.ledger.recordMemoryAnswer(answer);
    }
    return served.length > 0;
  }

  #recordStopped(
    { stopped, suggestion: own, ...sent }: ModelAnswer,
    suggestion: Suggestion | null,
    offered: boolean,
  ): void {
    const end: RequestEnd = {
      ended: 'stopped',
      stopReason: stopped.decision.reason,
      servedChars: suggestion?.text.length ?? 0,
      tokensAtStop: stopped.tokens,
      tokensAtFirstNewline: stopped.tokensAtFirstNewline,
      stopMs: stopped.stopMs,
      offered,
    };
    const isOneOfSeveral = this.#successor !== null || this.#handover !== null;
    const served = (isOneOfSeveral || this.#withholds ? own : suggestion)?.text ?? '';
    const { pAlive } = stopped.decision;
    const record = this.#record(sent, { end, served, pAlive });
    this.#ports.report.stopped(record);
  }

  /** Of what would have ended the stream without its stop. */
  #startClock({ stopMs }: Stopped): void {
    if (this.#sent) this.#msPerToken = this.#paceSoFar(this.#sent);
    this.#clock = new StreamClock(this.#request, this.#asked + stopMs, {
      now: this.#ports.now,
      written: () => this.#progress.text,
      onEnd: (says) => {
        this.#clockSays = says;
        this.#writeClock();
      },
    });
  }

  /** Once there is a request to write it to. */
  #writeClock(): void {
    if (!this.#recorded || !this.#clockSays) return;
    this.#ports.ledger.recordClock({ requestId: this.id, ...this.#clockSays });
  }

  #paceSoFar({ capabilities, chosen }: Sent): number | null {
    return msPerToken(this.#progress, capabilities, chosen.alternatives);
  }

  #offer(draw: EpisodeDraw, rest: Suggestion, request: CompletionRequest): void {
    this.#ports.episodes.offered({
      episodeId: draw.episodeId,
      suggestionId: rest.id,
      requestId: rest.id,
      offset: realPlace(request).offset,
      text: request.ahead + rest.text,
      replaceAfter: rest.replaceAfter,
    });
  }

  /** Once the stream is closed: writes down what one that was followed cost in all, and reports. */
  #followTail(stopped: Stopped, suggestion: Suggestion | null, finished: Finished): void {
    const draw = this.#sent?.draw;
    const { tokens, tokensAtFirstNewline, tailMs } = finished;
    const ended = this.#seenEnd(finished);
    const isFull = draw !== undefined && followOf(draw) === 'to-end';
    if (ended !== 'stopped' && (isFull || !hasEnded(stopped))) {
      const tail = { requestId: this.id, tokens, tokensAtFirstNewline, tailMs, ended };
      this.#ports.ledger.recordControlTail(tail);
    }
    this.#ports.report.finished({
      suggestionId: this.id,
      contextKind: this.#sent?.context.kind ?? '',
      served: suggestion?.text ?? '',
      generated: finished.text,
      reason: stopped.decision.reason,
      control: draw?.control ?? false,
      tokensAtStop: stopped.tokens,
      tokens,
      firstTokenMs: stopped.firstTokenMs,
      stopMs: stopped.stopMs,
      tailMs,
      ended,
    });
  }

  /** Where nothing of this window's own ended the stream, other work did. */
  #seenEnd({ ended }: Finished): ControlTail['ended'] | 'stopped' {
    return ended === 'superseded' && !this.#abort.signal.aborted ? 'pre-empted' : ended;
  }

  #last({ decision, text, firstTokenMs, stopMs }: Stopped): LastRequest {
    const sent = this.#sent;
    if (!sent) throw new Error('stopped before it was sent');
    const { context, chosen, draw, capabilities, settings } = sent;
    const { trigger } = this.#request;
    return {
      id: this.id,
      at: this.#asked,
      trigger,
      preset: settings.stopping.preset,
      model: capabilities.model,
      control: draw.control,
      withheld: this.#withholds,
      context,
      chosen,
      decision,
      written: text,
      tokens: this.#progress.trace,
      firstTokenMs,
      stopMs,
    };
  }

  /** Writes down a cancelled or failed request; one that never reached the engine leaves no row. */
  #fail(error: unknown, onStopped: FlightListener): void {
    const failure = this.#abort.signal.aborted || isCancel(error) ? null : error;
    this.#over = true;
    this.#nothing = failure === null ? 'outdated' : { failure };
    if (this.#progress.stopMs === null) this.#closeEarlier(failure !== null, onStopped);
    this.#waiters.serve(null);
    this.#tellOver();
    if (this.#sent && this.#progress.stopMs === null) {
      const errorCode = failure instanceof EngineError ? failure.code : 'bug';
      const ended = failure ? ('failed' as const) : ('cancelled' as const);
      this.#msPerToken = this.#paceSoFar(this.#sent);
      this.#clockSays = { afterMs: 0, endedBy: ended };
      const end: RequestEnd = failure ? { ended, errorCode } : { ended };
      this.#record(this.#sent, { end, served: null, pAlive: null });
    }
    if (failure === null) return;
    const { model } = this.#request.settings;
    if (this.#handover && failure instanceof EngineError)
      this.#ports.report.unready(model, failure);
    else this.#ports.report.failed(failure);
  }

  /** Where the larger model fails, the smaller one's answer is served. */
  #closeEarlier(isServed: boolean, onStopped: FlightListener): void {
    const earlier = this.#earlier;
    const last = isServed ? earlier.at(-1) : undefined;
    const isOffered = last !== undefined && this.#give(last.answer.draw, last.answer.suggestion);
    for (const one of earlier) one.close(isOffered && one === last);
    if (last) onStopped(last.last, last.answer.suggestion);
  }

  /** Once: its episode may settle from now on. */
  #tellOver(): void {
    if (!this.#drawn || this.#toldOver) return;
    this.#toldOver = true;
    this.#ports.episodes.over(this.#drawn.episodeId);
  }

  #record(sent: Sent, { end, ...seen }: Recorded): RequestRecord {
    const { draw, capabilities, context, chosen, settings } = sent;
    const { languageId, workspace, trigger } = this.#request;
    const { episodeId, first, control, controlRate, withheld, withheldRate, newlineRate } = draw;
    const { tokens, firstTokenMs, tokensAtFirstNewline } = this.#progress;
    const record: RequestRecord = {
      ...{ episodeId, first, control, controlRate, withheld, withheldRate, newlineRate },
      maxTokens: chosen.settings.maxTokens,
      msPerToken: this.#msPerToken,
      id: this.id,
      at: this.#asked,
      languageId,
      workspace,
      kind: context.kind,
      trigger,
      engine: capabilities.engine,
      engineVersion: capabilities.version,
      model: capabilities.model.name,
      modelDigest: capabilities.model.digest,
      policy: chosen.policy,
      preset: settings.stopping.preset,
      arm: chosen.arm,
      propensity: chosen.propensity,
      tauDone: chosen.point?.tauDone ?? null,
      tauAlive: chosen.point?.tauAlive ?? null,
      showBar: chosen.point?.showBar ?? null,
      lambda: chosen.point?.lambda ?? null,
      escalatedFrom: this.#earlier.at(-1)?.last.id ?? null,
      escalation: this.#handover?.reason ?? null,
      promptChars: context.prefix.length + context.suffix.length,
      suffixChars: context.suffix.length,
      stopReason: null,
      errorCode: null,
      tokensAtStop: tokens,
      tokensAtFirstNewline,
      servedChars: 0,
      firstTokenMs,
      stopMs: null,
      offered: false,
      ...end,
    };
    const isLearnedFrom = first || this.#handover !== null;
    this.#ports.ledger.recordRequest(record, isLearnedFrom ? this.#code(sent, seen) : undefined);
    this.#recorded = true;
    this.#writeClock();
    return record;
  }

  #code({ context, chosen }: Sent, seen: Omit<Recorded, 'end'>): RequestCode {
    const { ahead } = this.#request;
    const { maxTokens } = chosen.settings;
    return { context, ahead, tokens: this.#progress.trace, maxTokens, ...seen };
  }

  #canJoin(typed: string, request: CompletionRequest): boolean {
    if (this.#over || this.#abort.signal.aborted) return false;
    if (request === this.#request) return true;
    if (this.#withholds && !request.typing) return false;
    const underWay = this.#sent !== null && this.#progress.stopMs === null;
    return underWay && agree(this.#progress.text, typed);
  }

  /** Whether one who asked then would be served by what this stream writes. */
  #leadsTo(request: CompletionRequest): boolean {
    const typed = typedSince(this.#request, request);
    return typed !== null && agree(this.#progress.text, typed);
  }

  #tokenCame(): void {
    if (this.#progress.stopMs !== null) {
      this.heed();
      return;
    }
    this.#waiters.dropAllBut(this.#progress.text);
    if (this.#waiters.empty) this.#abandonUnlessWanted();
  }

  /** A cancel overtakes the change of the document that it comes with: both are heard before anything is ended. */
  #left(): void {
    if (!this.#sent) this.#abandonUnlessWanted();
    else void this.#ports.sleep(CHANGE_FOLLOWS_MS).then(() => this.#abandonUnlessWanted());
  }

  /** A cancel that comes with an agreeing keystroke is followed by that keystroke's own request. */
  #abandonUnlessWanted(): void {
    if (!this.#waiters.empty || this.#progress.stopMs !== null || this.#withholds) return;
    const gained = this.#sent && gainedSince(this.#request);
    if (gained === null || !agree(this.#progress.text, gained)) {
      this.abort('cancelled');
      return;
    }
    void this.#ports.sleep(KEEP_FOR_NEXT_KEYSTROKE_MS).then(() => {
      if (this.#waiters.empty && this.#progress.stopMs === null) this.abort('cancelled');
    });
  }
}

/**
 * A control request shows all that it would have cost, another one only what its first line would have. A withheld episode's
 * first request is wanted in full; later ones were asked for by a command.
 */
function followOf({ control, withheld, first, toNewline }: EpisodeDraw): Follow {
  if (control || (withheld && first)) return 'to-end';
  return toNewline ? 'to-newline' : null;
}

/** Its stream was over at the stop. */
function hasEnded({ decision: { reason } }: Stopped): boolean {
  return reason === 'natural-end' || reason === 'cap';
}

function nothingOf(stopped: Stopped, suggestion: Suggestion | null): Nothing {
  if (suggestion) return 'outdated';
  return { stop: stopped.decision.reason, wrote: stopped.text.trim() !== '' };
}

type RequestEnd = Pick<RequestRecord, 'ended'> & Partial<RequestRecord>;
interface Recorded extends Pick<RequestCode, 'served' | 'pAlive'> {
  readonly end: RequestEnd;
}

/** The document as it really stands, without the entry of an open suggestion list. */
export function realPlace({ text, offset, ahead }: CompletionRequest): {
  text: string;
  offset: number;
} {
  if (ahead === '') return { text, offset };
  const cursor = offset - ahead.length;
  return { text: text.slice(0, cursor) + text.slice(offset), offset: cursor };
}

function isCancel(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
