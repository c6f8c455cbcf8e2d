import { setTimeout as pause } from 'node:timers/promises';
import type { CompletionReport } from '../../shared/protocol.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Capabilities, Engine, EngineModel } from '../engines/engine.ts';
import type { EpisodeDraw, Ledger, RequestRecord, Trigger } from '../outcomes/records.ts';
import type { BenchmarkRule, LearnedWeights } from '../stopping/policy/choose-rule.ts';
import type { ContextKind } from '../stopping/trace.ts';
import { Flight } from './flight.ts';
import { closedGate, type GateReason } from './gate.ts';
import { Memory, type Remembered } from './memory.ts';
import type { LastRequest } from './last-request.ts';
import type { Nothing } from './nothing.ts';
import type { FileVerdict } from './private-files.ts';

export interface CompletionRequest {
  readonly uri: string;
  readonly languageId: string;
  /** The document, as if the editor's suggestion list had inserted its selected entry. */
  readonly text: string;
  /** UTF-16 offset of the cursor behind that entry. */
  readonly offset: number;
  /** What of that entry is not typed yet; empty where no list is open. */
  readonly ahead: string;
  readonly trigger: Trigger;
  readonly settings: Settings;
  readonly file: FileVerdict;
  /** Milliseconds since the epoch. */
  readonly pausedUntil: number;
  /** False once the document or the cursor has moved on: then nothing is offered. */
  readonly isCurrent: () => boolean;
  /** The document as it stands by then; null once it is closed. */
  readonly textNow: () => string | null;
  /** Told before an answer that is nothing, where somebody asked for it by a command. */
  readonly onNothing?: (nothing: Nothing) => void;
}

export interface Suggestion {
  readonly id: string;
  /** To be inserted at the cursor; LF line breaks. */
  readonly text: string;
  /** Characters after the cursor that the text replaces. */
  readonly replaceAfter: number;
  readonly fromMemory: boolean;
}

/** Everything the pipeline needs from outside, so that tests can give it something else. */
export interface PipelinePorts {
  readonly models: {
    readonly engine: Engine;
    /** What was measured of the model, once. @throws EngineError */
    ready(model: string, signal: AbortSignal): Promise<Capabilities>;
  };
  readonly slot: {
    /**
     * Runs when the engine is free; a newer call aborts an older one. `answered` says that only a
     * tail runs on, which anything else may end.
     * @throws EngineError `cancelled` where something newer took its place
     */
    run<T>(
      signal: AbortSignal,
      work: (signal: AbortSignal, answered: () => void) => Promise<T>,
    ): Promise<T>;
  };
  readonly stopping: {
    /** Null for a model that the learned rule was never trained for. */
    weightsFor(model: Pick<EngineModel, 'name' | 'digest'>): LearnedWeights | null;
    /** For benchmarks: another rule in the place of ours. */
    readonly instead?: BenchmarkRule | undefined;
  };
  readonly episodes: {
    /** The episode of a request that is about to reach the engine. */
    draw(place: EpisodePlace): EpisodeDraw;
    offered(offer: Offer): void;
    /** The request that was drawn for has its answer, or has none. */
    over(episodeId: string): void;
  };
  readonly ledger: Pick<Ledger, 'recordRequest' | 'recordControlTail' | 'recordMemoryAnswer'>;
  readonly report: {
    skipped(reason: GateReason): void;
    stopped(record: RequestRecord): void;
    /** The stream is closed; for a control request, later than the stop. */
    finished(report: CompletionReport): void;
    /** An EngineError, or a bug. */
    failed(error: unknown): void;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** False is for benchmarks: no memory, no sharing, windows of a fixed size. */
  readonly reuse: boolean;
}

export interface EpisodePlace {
  readonly uri: string;
  /** The document as it stands, and the UTF-16 offset of the cursor in it. */
  readonly text: string;
  readonly offset: number;
  readonly languageId: string;
  readonly kind: ContextKind;
}

export interface Offer {
  readonly episodeId: string;
  readonly suggestionId: string;
  readonly requestId: string;
  readonly offset: number;
  readonly text: string;
  readonly replaceAfter: number;
}

/** From a keystroke to ghost text; one instance per editor connection. */
export class CompletionPipeline {
  readonly #ports: PipelinePorts;
  readonly #memory = new Memory();
  #flight: Flight | null = null;
  #last: LastRequest | null = null;

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /** Null where there is nothing to offer; never throws but for a bug. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Suggestion | null> {
    const asked = this.#ports.now();
    const closed = closedGate({ ...request, asked: request.trigger !== 'automatic', now: asked });
    if (closed) return this.#skip(closed, request);

    if (this.#ports.reuse && request.trigger !== 'complete-here') {
      const remembered = this.#memory.recall(request);
      if (remembered !== undefined) return this.#answerAgain(remembered, asked);

      const shared = await this.#flight?.join(request, signal);
      if (shared !== undefined) return shared;
    }

    this.#flight?.abort();
    if (!(await this.#typingPauses(request, signal))) return null;

    this.#flight?.abort();
    const flight = new Flight(request, this.#ports, asked, {
      onServed: (suggestion) => {
        const { id, text, replaceAfter } = suggestion ?? {
          id: flight.id,
          text: null,
          replaceAfter: 0,
        };
        this.#memory.keep(request, id, text, replaceAfter);
      },
      onStopped: (last) => (this.#last = last),
    });
    this.#flight = flight;
    const answer = (await flight.join(request, signal)) ?? null;
    if (answer === null) request.onNothing?.(flight.nothing);
    return answer;
  }

  /** The last request whose stop was decided, in full; it holds code. */
  get last(): LastRequest | null {
    return this.#last;
  }

  /** A suggestion was accepted: without early stopping, too, its stream would end here. */
  accepted(): void {
    this.#flight?.abort();
  }

  /** Forgets every suggestion, as after a change of the model or the settings. */
  forget(): void {
    this.#flight?.abort();
    this.#memory.clear();
    this.#last = null;
  }

  #skip(reason: GateReason, request: CompletionRequest): null {
    this.#ports.report.skipped(reason);
    request.onNothing?.({ gate: reason });
    return null;
  }

  #answerAgain(remembered: Remembered | null, asked: number): Suggestion | null {
    this.#flight?.abort();
    if (remembered === null) return null;
    const { suggestionId: id, text, replaceAfter } = remembered;
    const answerMs = this.#ports.now() - asked;
    this.#ports.ledger.recordMemoryAnswer({ suggestionId: id, at: asked, answerMs });
    return { id, text, replaceAfter, fromMemory: true };
  }

  async #typingPauses({ trigger, settings }: CompletionRequest, signal: AbortSignal) {
    if (trigger === 'automatic') {
      await pause(settings.debounce, undefined, { signal }).catch(() => null);
    }
    return !signal.aborted;
  }
}
