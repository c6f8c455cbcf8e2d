import { Candidates } from './candidates/candidates.ts';
import type { Candidate } from './candidates/one-candidate.ts';
import { Cascade } from './cascade.ts';
import type { Ensemble } from './ensemble.ts';
import { Flight, type FlightListener } from './flight.ts';
import { closedGate, type GateReason } from './gate.ts';
import type { Pace } from '../learning/question.ts';
import type { LastRequest } from './last-request.ts';
import { Memory, type Answered, type KnownNothing, type Remembered } from './memory.ts';
import { nothingOf } from './nothing.ts';
import type { PipelinePorts } from './ports.ts';
import { realPlace, type CompletionRequest, type Suggestion } from './request.ts';
import { Rhythm } from './rhythm.ts';
import { Stretch } from './stretch.ts';

/** Of a pipeline that learns nothing from one request for the next. */
const NO_PACE: Pace = { gapMs: null, answerMs: null };

/** From a keystroke to ghost text; one instance per editor connection. */
export class CompletionPipeline {
  readonly #ports: PipelinePorts;
  readonly #memory = new Memory();
  #stretch = new Stretch();
  readonly #rhythm = new Rhythm();
  readonly #cascade: Cascade;
  readonly #candidates: Candidates;
  #flight: Flight | null = null;
  #last: LastRequest | null = null;

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
    this.#candidates = new Candidates(ports);
    this.#cascade = new Cascade(ports, {
      pace: () => this.#rhythm.pace(),
      failures: () => this.#stretch.failures,
    });
  }

  /** Null where there is nothing to offer; never throws but for a bug. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Suggestion | null> {
    const asked = this.#ports.now();
    const closed = closedGate({ ...request, asked: request.trigger !== 'automatic', now: asked });
    if (closed) return this.#skip(closed, request);
    if (request.typing) this.#rhythm.key(asked);

    const place = { uri: request.uri, ...realPlace(request) };
    if (request.typing && this.#ports.episodes.withholds(place)) return null;

    if (this.#ports.reuse && request.trigger !== 'complete-here') {
      const remembered = this.#memory.recall(
        request,
        request.typing && this.#ports.silence !== false,
      );
      if (remembered !== undefined) {
        const again = this.#answerAgain(request, remembered, asked);
        if (!again || !request.wantsMore) return again;
        return { ...again, others: await this.#others(request, again, signal) };
      }

      const shared = await this.#flight?.join(request, signal);
      if (shared !== undefined) return shared;
      this.#flight?.passOver(request);
    } else {
      this.#flight?.abort('newer-request');
    }

    if (isLeftToKeys(request)) {
      this.#ports.report.skipped('on-key');
      return null;
    }
    if (request.trigger === 'automatic' && this.#ports.load?.isBusy(asked)) {
      this.#ports.report.skipped('engine busy');
      return null;
    }
    if (!(await this.#isTimeToAsk(request, asked, signal))) return null;

    this.#flight?.abort('newer-request');
    const sent = this.#ports.now();
    const flight = this.#begin(request, asked, (last, suggestion) => {
      this.#rhythm.answer(this.#ports.now() - sent);
      this.#last = last;
      this.#keep(request, last, suggestion);
    });
    const answer = (await flight.join(request, signal)) ?? null;
    if (answer === null) request.onNothing?.(flight.nothing);
    return answer;
  }

  /** The last request whose stop was decided, in full; it holds code. */
  get last(): LastRequest | null {
    return this.#last;
  }

  /** A document has changed: what would have ended a stream that was stopped may have come. */
  edited(): void {
    this.#flight?.heed();
  }

  /** A suggestion was accepted: without early stopping, too, its stream would end here. */
  accepted(): void {
    this.#stretch.accepted();
    this.#flight?.abort('accepted');
  }

  /** Forgets every suggestion, as after a change of the model or the settings. */
  forget(): void {
    this.#flight?.abort('closed');
    this.#memory.clear();
    this.#stretch = new Stretch();
    this.#last = null;
  }

  /** A larger model that takes over is the flight from then on. */
  #begin(request: CompletionRequest, asked: number, listener: FlightListener): Flight {
    const ensemble: Ensemble = {
      next: (answers, signal) => this.#cascade.next(answers, signal),
      choose: (answers) => this.#cascade.choose(answers),
      handOver: (handover) => {
        const larger = { ...request, settings: { ...request.settings, model: handover.model } };
        this.#flight = new Flight(larger, this.#ports, asked, listener, ensemble, handover);
        return this.#flight;
      },
    };
    this.#flight = new Flight(request, this.#ports, asked, listener, ensemble);
    return this.#flight;
  }

  #skip(reason: GateReason, request: CompletionRequest): null {
    this.#ports.report.skipped(reason);
    request.onNothing?.({ gate: reason });
    return null;
  }

  #answerAgain(
    request: CompletionRequest,
    remembered: Remembered | KnownNothing,
    asked: number,
  ): Suggestion | null {
    this.#flight?.passOver(request);
    if ('nothing' in remembered) {
      request.onNothing?.(remembered.nothing);
      return null;
    }
    const { suggestionId: id, text, replaceAfter } = remembered;
    const answerMs = this.#ports.now() - asked;
    this.#ports.ledger.recordMemoryAnswer({ suggestionId: id, at: asked, answerMs });
    return { id, text, replaceAfter, fromMemory: true };
  }

  /** Asked for once; from then on they are remembered. */
  async #others(
    request: CompletionRequest,
    { id: suggestionId, text }: Suggestion,
    signal: AbortSignal,
  ): Promise<Suggestion[]> {
    const written = this.#memory.shown(suggestionId, request);
    if (written && this.#memory.others(suggestionId, request) === null) {
      const made = await this.#candidates.more(request, { suggestionId, text, ...written }, signal);
      if (!made) return [];
      const answered = made.map((candidate) => answeredBy(candidate, written.model));
      this.#memory.keepOthers(suggestionId, request, answered);
    }
    const others = this.#memory.others(suggestionId, request) ?? [];
    return others.map(({ suggestionId: id, ...rest }) => ({ id, ...rest, fromMemory: true }));
  }

  #keep(request: CompletionRequest, last: LastRequest, suggestion: Suggestion | null): void {
    const { text = null, replaceAfter = 0 } = suggestion ?? {};
    const { id: suggestionId, written, tokens, decision } = last;
    if (!last.withheld) {
      this.#memory.keep(request, {
        ...{ suggestionId, text, replaceAfter, written },
        nothing: nothingOf(decision, written),
        tokens: tokens.slice(),
        model: last.model.name,
      });
    }
    const offered = suggestion !== null;
    this.#stretch.answered(request, { tokens, offered, pAlive: decision.pAlive });
  }

  /** False where asking is not worth its cost, or another key comes before typing pauses. */
  async #isTimeToAsk(
    request: CompletionRequest,
    at: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { trigger, typing, languageId } = request;
    const { settings } = this.#ports.decide({ kind: 'stretch', settings: request.settings, at });
    this.#stretch.moveTo(request);
    const asking = this.#ports.decide({
      kind: 'keystroke',
      trigger,
      typing,
      settings: { debounce: settings.debounce, preset: settings.stopping.preset },
      stretch: this.#ports.reuse ? this.#stretch.now(request, languageId) : null,
      pace: this.#ports.reuse ? this.#rhythm.pace() : NO_PACE,
      limits: { ...settings.budget, at: this.#ports.now() },
    });
    if (asking.action === 'wait') await this.#ports.sleep(asking.ms, signal);
    if (asking.action === 'silent') this.#ports.report.skipped(asking.why.join('; '));
    return asking.action !== 'silent' && !signal.aborted;
  }
}

function answeredBy({ suggestion, tokens }: Candidate, model: string): Answered {
  const { id: suggestionId, text, replaceAfter } = suggestion;
  const written = tokens.map((token) => token.text).join('');
  return { suggestionId, text, replaceAfter, written, tokens, model, nothing: 'outdated' };
}

/** What is remembered was asked for by a key before; anything else waits for one. */
function isLeftToKeys({ trigger, settings }: CompletionRequest): boolean {
  return trigger === 'automatic' && settings.suggest === 'on-key';
}
