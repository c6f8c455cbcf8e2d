import { randomUUID } from 'node:crypto';
import { EngineError } from '../engines/engine.ts';
import type { EpisodeDraw, StreamEnd } from '../outcomes/records.ts';
import { answerOf, lastRequestOf, offeringOf, offerOf, reportOf, type SeenEnd } from './answer.ts';
import type { ModelAnswer } from './cascade.ts';
import type { Earlier, Ensemble, Handover } from './ensemble.ts';
import { FlightRecord } from './flight-record.ts';
import { GrowingAnswer } from './growing-answer.ts';
import { followOf, generate, noProgress, type Finished, type Stopped } from './generation.ts';
import type { LastRequest } from './last-request.ts';
import { nothingOf, type Nothing } from './nothing.ts';
import type { PipelinePorts } from './ports.ts';
import { decideAndPrepare, prepare, type Prepared, type SentRequest } from './prepared.ts';
import { realPlace, type CompletionRequest, type Suggestion } from './request.ts';
import { StreamClock } from './stream-clock.ts';
import { agree, gainedSince, typedSince, Waiters, type Answer } from './waiters.ts';

/** Within so long after a cancel the change that it comes with is read, milliseconds. */
const CHANGE_FOLLOWS_MS = 10;
/** How long a stream that nobody waits for any more is kept for the keystroke that cancelled it. */
const KEEP_FOR_NEXT_KEYSTROKE_MS = 200;

/**
 * Told once, at the stop: the request in full, whose tokens grow while its stream is followed behind it, and
 * the whole suggestion, null where there is none.
 */
export type FlightListener = (last: LastRequest, suggestion: Suggestion | null) => void;

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
  #successor: { readonly nothing: Nothing } | null = null;
  readonly #progress = noProgress();
  readonly #record: FlightRecord;
  readonly #growing: GrowingAnswer;
  /** Set once the engine is free and this request is the one it gets. */
  #drawn: EpisodeDraw | null = null;
  /** Set once it is known how the engine is asked. */
  #sent: SentRequest | null = null;
  /** Runs from the stop on. */
  #clock: StreamClock | null = null;
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
    this.#record = new FlightRecord(
      { id: this.id, request, asked, handover, progress: this.#progress },
      ports,
    );
    this.#growing = new GrowingAnswer(this.id, request, ports.episodes);
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
      const { suggestion: meant, holdMs } = offeringOf(best, this.#ports.decide);
      const suggestion = this.#withholds ? null : meant;
      // Before it is held: a key that comes meanwhile and agrees is answered from memory.
      onStopped(last, suggestion);
      if (holdMs > 0) await this.#ports.sleep(holdMs, this.#abort.signal);
      this.#serve(answer, best, suggestion);
      this.#followTail(stopped, suggestion, await stream);
    } catch (error) {
      this.#fail(error, onStopped);
    } finally {
      if (!this.#successor) this.#record.writeCost();
    }
  }

  /** Those who wait wait for a larger model from now on. */
  async #isHandedOver(answer: ModelAnswer): Promise<boolean> {
    const { signal } = this.#abort;
    const answers = [...this.#earlier.map((earlier) => earlier.answer), answer];
    const escalation = await this.#ensemble.next(answers, signal);
    if (!escalation || signal.aborted || this.#waiters.empty) return false;
    const own: Earlier = {
      answer,
      last: this.#last(answer),
      close: (isServed) => {
        this.#recordStopped(answer, isServed ? answer.suggestion : null, isServed);
        this.#record.writeCost();
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
    return { best, last: earlier[at]?.last ?? this.#last(own) };
  }

  /** Resolves at the stop; a stream that is followed runs on behind it. */
  async #untilStop(): Promise<{ stopped: Stopped; stream: Promise<Finished> }> {
    const { models, slot } = this.#ports;
    const { signal } = this.#abort;
    const ready = await prepare(this.#request, this.#request.settings, this.#ports, signal);

    return new Promise((resolve, reject) => {
      const stream = slot.run(signal, async (slotSignal, answered) => {
        const { sent, prompt } = await this.#send(ready, slotSignal);
        const { draw, chosen, context } = sent;
        const { rule, settings, alternatives } = chosen;
        const { model } = sent.settings;
        return this.#record.metered(sent, () =>
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
              onSure: (text) => this.#growing.grow(text, sent),
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

  /**
   * Draws for the episode and decides, before anything is asked of the engine.
   * @throws EngineError where the model of an experiment's arm is not ready
   */
  async #send(ready: Prepared, signal: AbortSignal) {
    const { uri, languageId, typing } = this.#request;
    const { kind } = ready.context;
    const place = { languageId, kind, mayWithhold: typing };
    const draw = this.#ports.episodes.draw({ uri, ...place, ...realPlace(this.#request) });
    this.#drawn = draw;
    const asked = { request: this.#request, asked: this.#asked, isLarger: this.#handover !== null };
    const { sent, prompt } = await decideAndPrepare({ ...asked, draw, ready }, this.#ports, signal);
    this.#sent = sent;
    return { sent, prompt };
  }

  #answer(stopped: Stopped): ModelAnswer {
    if (!this.#sent) throw new Error('answered before it was sent');
    return answerOf(this.id, this.#request, this.#sent, stopped, this.#progress.trace);
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
    const { decision, text } = own.stopped;
    this.#nothing = suggestion === null ? nothingOf(decision, text) : 'outdated';
    for (const one of this.#earlier) one.close(isOffered && one.answer === best);
    const isOwn = best === own;
    this.#recordStopped(own, isOwn ? suggestion : null, isOwn && isOffered);
  }

  /** @returns whether anybody still wanted it */
  #give(draw: EpisodeDraw, suggestion: Suggestion | null): boolean {
    const served = this.#waiters.serve(suggestion);
    const [first] = served;
    if (first) this.#ports.episodes.offered(offerOf(draw, first.rest, first.waiter.request));
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
    const isOneOfSeveral = this.#successor !== null || this.#handover !== null;
    const served = (isOneOfSeveral || this.#withholds ? own : suggestion)?.text ?? '';
    const servedChars = suggestion?.text.length ?? 0;
    const record = this.#record.writeStopped(sent, stopped, { served, servedChars, offered });
    this.#ports.report.stopped(record);
  }

  /** Of what would have ended the stream without its stop. */
  #startClock({ stopMs }: Stopped): void {
    if (this.#sent) this.#record.notePace(this.#sent);
    this.#clock = new StreamClock(this.#request, this.#asked + stopMs, {
      now: this.#ports.now,
      written: () => this.#progress.text,
      onEnd: (says) => this.#record.writeClock(says),
    });
  }

  /** Once the stream is closed: writes down what one that was followed cost in all, and reports. */
  #followTail(stopped: Stopped, suggestion: Suggestion | null, finished: Finished): void {
    const ended = this.#seenEnd(finished);
    this.#record.writeTail(this.#sent, stopped, { ...finished, ended });
    const served = suggestion?.text ?? '';
    const report = reportOf(this.#sent, stopped, { ...finished, ended });
    this.#ports.report.finished({ suggestionId: this.id, served, ...report });
  }

  /** Where nothing of this window's own ended the stream, other work did. */
  #seenEnd({ ended }: Finished): SeenEnd {
    return ended === 'superseded' && !this.#abort.signal.aborted ? 'pre-empted' : ended;
  }

  #last(answer: ModelAnswer): LastRequest {
    const seen = { at: this.#asked, withheld: this.#withholds, tokens: this.#progress.trace };
    return lastRequestOf(this.id, answer, seen);
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
      this.#record.writeUnstopped(this.#sent, failure, this.#growing.text);
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

function isCancel(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
