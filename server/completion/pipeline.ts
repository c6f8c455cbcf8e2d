import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CompletionReport } from '../../shared/protocol.ts';
import type { Settings } from '../../shared/settings.ts';
import { EngineError, type Capabilities, type Engine } from '../engines/engine.ts';
import type {
  ControlTail,
  EpisodeDraw,
  Ledger,
  RequestRecord,
  Trigger,
} from '../outcomes/records.ts';
import { insertion } from '../post-process/replace-range.ts';
import { repair } from '../post-process/repairs.ts';
import type { StopSettings } from '../stopping/controller.ts';
import { shortstopRule } from '../stopping/shortstop-rule.ts';
import type { ContextKind, CursorContext } from '../stopping/trace.ts';
import { closedGate, type GateReason } from './gate.ts';
import { generate, type Finished, type Progress, type Stopped } from './generation.ts';
import { Memory, type Remembered } from './memory.ts';
import type { FileVerdict } from './private-files.ts';
import { buildPrompt } from './prompt.ts';
import { sizeWindow } from './sizing.ts';
import { readWindow } from './window.ts';

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
  readonly pausedUntil: number;
  /** False once the document or the cursor has moved on: then nothing is offered. */
  readonly isCurrent: () => boolean;
}

export interface Suggestion {
  readonly id: string;
  /** To be inserted at the cursor, LF line breaks. */
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
    /** Runs when the engine is free; a newer call aborts an older one. */
    run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  };
  readonly episodes: {
    /** The episode that a request belongs to which is about to reach the engine. */
    draw(place: EpisodePlace): EpisodeDraw;
    offered(offer: Offer): void;
  };
  readonly ledger: Pick<Ledger, 'recordRequest' | 'recordControlTail' | 'recordMemoryAnswer'>;
  readonly report: {
    skipped(reason: GateReason): void;
    stopped(record: RequestRecord): void;
    /** The stream is closed; for a control request, later than the stop. */
    finished(report: CompletionReport): void;
    failed(error: EngineError): void;
  };
  readonly now: () => number;
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

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /** Null where there is nothing to offer; never throws but for a bug. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<Suggestion | null> {
    const asked = this.#ports.now();
    const closed = closedGate({
      ...request,
      asked: request.trigger !== 'automatic',
      now: asked,
    });
    if (closed) return this.#skip(closed);

    const remembered =
      request.trigger === 'complete-here' ? undefined : this.#memory.recall(request);
    if (remembered !== undefined) return this.#answerAgain(remembered, asked);

    const attempt = new Attempt(request, this.#ports, asked);
    try {
      if (request.trigger === 'automatic') {
        await pause(request.settings.debounce, undefined, { signal });
      }
      const stopped = await attempt.untilStop(signal);
      const suggestion = attempt.serve(stopped);
      attempt.followTail(stopped, suggestion);
      this.#memory.keep(
        request,
        attempt.id,
        suggestion?.text ?? null,
        suggestion?.replaceAfter ?? 0,
      );
      return suggestion;
    } catch (error) {
      attempt.fail(error, signal);
      return null;
    }
  }

  /** Forgets every suggestion, as after a change of the model or the settings. */
  forget(): void {
    this.#memory.clear();
  }

  #skip(reason: GateReason): null {
    this.#ports.report.skipped(reason);
    return null;
  }

  #answerAgain(remembered: Remembered | null, asked: number): Suggestion | null {
    if (remembered === null) return null;
    const answerMs = this.#ports.now() - asked;
    this.#ports.ledger.recordMemoryAnswer({
      suggestionId: remembered.suggestionId,
      at: asked,
      answerMs,
    });
    const { suggestionId: id, text, replaceAfter } = remembered;
    return { id, text, replaceAfter, fromMemory: true };
  }
}

/** One request on its way through the engine, and what is written down about it. */
class Attempt {
  readonly id = randomUUID();
  readonly #request: CompletionRequest;
  readonly #ports: PipelinePorts;
  readonly #asked: number;
  readonly #progress: Progress = { tokens: 0, firstTokenMs: null, tokensAtFirstNewline: null };
  /** Set once the engine is free and this request is the one it gets. */
  #sent: Sent | null = null;
  #stream: Promise<Finished> | null = null;

  constructor(request: CompletionRequest, ports: PipelinePorts, asked: number) {
    this.#request = request;
    this.#ports = ports;
    this.#asked = asked;
  }

  /** Resolves at the stop; a control request's stream runs on behind it. */
  async untilStop(signal: AbortSignal): Promise<Stopped> {
    const { engine } = this.#ports.models;
    const model = this.#request.settings.model;
    const capabilities = await this.#ports.models.ready(model, signal);
    const settings = stopSettings(this.#request);
    const context = this.#readContext(capabilities, settings);
    const prompt = buildPrompt(capabilities.model, context);

    return new Promise((resolve, reject) => {
      const work = async (slotSignal: AbortSignal): Promise<Finished> => {
        const sent = this.#send(capabilities, context);
        return generate(
          {
            engine,
            request: { model, prompt, maxTokens: settings.maxTokens, alternatives: 0 },
            rule: shortstopRule,
            context,
            settings,
            control: sent.draw.control,
            elapsed: () => this.#elapsed(),
          },
          slotSignal,
          this.#progress,
          resolve,
        );
      };
      this.#stream = this.#ports.slot.run(signal, work);
      this.#stream.catch(reject);
    });
  }

  /** Repairs what the stop left, and offers it if it is still wanted. */
  serve(stopped: Stopped): Suggestion | null {
    const sent = this.#sent;
    if (!sent) throw new Error('served before it was sent');
    const raw = stopped.text.slice(0, stopped.decision.offset);
    const { text, replaceAfter } = insertion(repair(raw, sent.context).text, sent.context);
    const offered = text !== '' && this.#request.isCurrent();
    const record = this.#record(sent, {
      ended: 'stopped',
      stopReason: stopped.decision.reason,
      errorCode: null,
      servedChars: text.length,
      tokensAtStop: stopped.decision.tokens,
      tokensAtFirstNewline: stopped.tokensAtFirstNewline,
      firstTokenMs: stopped.firstTokenMs,
      stopMs: stopped.stopMs,
      offered,
    });
    this.#ports.report.stopped(record);
    if (!offered) return null;
    this.#ports.episodes.offered({
      episodeId: sent.draw.episodeId,
      suggestionId: this.id,
      requestId: this.id,
      offset: realPlace(this.#request).offset,
      text: this.#request.ahead + text,
      replaceAfter,
    });
    return { id: this.id, text, replaceAfter, fromMemory: false };
  }

  /** Once the stream is closed: writes down what a control request cost in all, and reports. */
  followTail(stopped: Stopped, suggestion: Suggestion | null): void {
    void this.#stream?.then((finished) => {
      const control = this.#sent?.draw.control ?? false;
      if (control && finished.ended !== 'stopped') this.#recordTail(finished, finished.ended);
      this.#ports.report.finished({
        suggestionId: this.id,
        contextKind: this.#sent?.context.kind ?? '',
        served: suggestion?.text ?? '',
        generated: finished.text,
        reason: stopped.decision.reason,
        control,
        tokensAtStop: stopped.decision.tokens,
        tokens: finished.tokens,
        firstTokenMs: stopped.firstTokenMs,
        stopMs: stopped.stopMs,
        tailMs: finished.tailMs,
        ended: finished.ended,
      });
    });
  }

  /** Writes down a cancelled or failed request; one that never reached the engine leaves no row. */
  fail(error: unknown, signal: AbortSignal): void {
    const failure = signal.aborted || isCancel(error) ? null : error;
    if (failure !== null && !(failure instanceof EngineError)) throw failure;
    if (this.#sent) {
      this.#record(this.#sent, {
        ended: failure ? 'failed' : 'cancelled',
        stopReason: null,
        errorCode: failure?.code ?? null,
        servedChars: 0,
        tokensAtStop: this.#progress.tokens,
        tokensAtFirstNewline: this.#progress.tokensAtFirstNewline,
        firstTokenMs: this.#progress.firstTokenMs,
        stopMs: null,
        offered: false,
      });
    }
    if (failure) this.#ports.report.failed(failure);
  }

  #readContext(capabilities: Capabilities, settings: StopSettings): CursorContext {
    const { text, offset, languageId, trigger, settings: user } = this.#request;
    const size = sizeWindow(capabilities, user.engine.timeToFirstToken, settings.maxTokens);
    const multiLine = trigger === 'complete-here' ? 'always' : user.multiLine;
    return readWindow(text, offset, size, languageId, multiLine).context;
  }

  #send(capabilities: Capabilities, context: CursorContext): Sent {
    const { uri, languageId } = this.#request;
    const { kind } = context;
    const draw = this.#ports.episodes.draw({ uri, languageId, kind, ...realPlace(this.#request) });
    return (this.#sent = { draw, capabilities, context });
  }

  #record(sent: Sent, end: RequestEnd): RequestRecord {
    const { draw, capabilities, context } = sent;
    const { settings, languageId, trigger } = this.#request;
    const record: RequestRecord = {
      id: this.id,
      episodeId: draw.episodeId,
      at: this.#asked,
      languageId,
      kind: context.kind,
      trigger,
      engine: capabilities.engine,
      engineVersion: capabilities.version,
      model: capabilities.model.name,
      modelDigest: capabilities.model.digest,
      policy: shortstopRule.id,
      preset: settings.stopping.preset,
      first: draw.first,
      control: draw.control,
      controlRate: draw.controlRate,
      promptChars: context.prefix.length + context.suffix.length,
      suffixChars: context.suffix.length,
      ...end,
    };
    this.#ports.ledger.recordRequest(record);
    return record;
  }

  #recordTail(finished: Finished, ended: ControlTail['ended']): void {
    const { tokens, tokensAtFirstNewline, tailMs } = finished;
    const tail = { requestId: this.id, tokens, tokensAtFirstNewline, tailMs, ended };
    this.#ports.ledger.recordControlTail(tail);
  }

  #elapsed(): number {
    return this.#ports.now() - this.#asked;
  }
}

interface Sent {
  readonly draw: EpisodeDraw;
  readonly capabilities: Capabilities;
  readonly context: CursorContext;
}

type RequestEnd = Pick<
  RequestRecord,
  | 'ended'
  | 'stopReason'
  | 'errorCode'
  | 'servedChars'
  | 'tokensAtStop'
  | 'tokensAtFirstNewline'
  | 'firstTokenMs'
  | 'stopMs'
  | 'offered'
>;

/** A longer answer was asked for by name: twice the tokens, and never given up on. */
function stopSettings({ trigger, settings }: CompletionRequest): StopSettings {
  const { stopping } = settings;
  if (trigger !== 'complete-here') return stopping;
  return { ...stopping, preset: 'faithful', maxTokens: stopping.maxTokens * 2 };
}

/** The document as it really stands, without the entry of an open suggestion list. */
function realPlace({ text, offset, ahead }: CompletionRequest): { text: string; offset: number } {
  if (ahead === '') return { text, offset };
  const cursor = offset - ahead.length;
  return { text: text.slice(0, cursor) + text.slice(offset), offset: cursor };
}

function isCancel(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
