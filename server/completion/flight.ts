import { randomUUID } from 'node:crypto';
import { EngineError, type Capabilities } from '../engines/engine.ts';
import type { EpisodeDraw, RequestRecord } from '../outcomes/records.ts';
import { insertion } from '../post-process/replace-range.ts';
import { repair } from '../post-process/repairs.ts';
import type { StopSettings } from '../stopping/controller.ts';
import { shortstopRule } from '../stopping/shortstop-rule.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { generate, type Finished, type Progress, type Stopped } from './generation.ts';
import type { CompletionRequest, PipelinePorts, Suggestion } from './pipeline.ts';
import { buildPrompt } from './prompt.ts';
import { sizeWindow, UNSIZED } from './sizing.ts';
import { readWindow } from './window.ts';

/** How long a stream that nobody waits for any more is kept for the keystroke that cancelled it. */
const KEEP_FOR_NEXT_KEYSTROKE_MS = 200;

interface Waiter {
  readonly request: CompletionRequest;
  readonly joinedAt: number;
  /** What was typed since the flight's place. */
  readonly typed: string;
  /** Undefined: the stream goes another way than the user. */
  readonly resolve: (answer: Suggestion | null | undefined) => void;
}

interface Sent {
  readonly draw: EpisodeDraw;
  readonly capabilities: Capabilities;
  readonly context: CursorContext;
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
  readonly #waiters = new Set<Waiter>();
  readonly #progress: Progress = {
    text: '',
    tokens: 0,
    firstTokenMs: null,
    tokensAtFirstNewline: null,
    stopMs: null,
  };
  /** Set once the engine is free and this request is the one it gets. */
  #sent: Sent | null = null;
  #stopped = false;

  /** @param onServed hears what to remember: the whole suggestion, null where there is none */
  constructor(
    request: CompletionRequest,
    ports: PipelinePorts,
    asked: number,
    onServed: (suggestion: Suggestion | null) => void,
  ) {
    this.#request = request;
    this.#ports = ports;
    this.#asked = asked;
    void this.#fly(onServed);
  }

  /**
   * Waits for the stop. Undefined where this flight does not lead to the request: another place, or
   * the stream goes another way than what was typed.
   */
  join(request: CompletionRequest, signal: AbortSignal): Promise<Suggestion | null | undefined> {
    const typed = this.#typedBy(request);
    if (typed === null || !this.#canJoin(typed, request)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiter: Waiter = { request, joinedAt: this.#ports.now(), typed, resolve };
      this.#waiters.add(waiter);
      const leave = () => this.#leave(waiter);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Something newer takes its place; ends a control request's tail too. */
  abort(): void {
    this.#abort.abort();
  }

  async #fly(onServed: (suggestion: Suggestion | null) => void): Promise<void> {
    try {
      const { stopped, stream } = await this.#untilStop();
      const suggestion = this.#serve(stopped);
      onServed(suggestion);
      this.#followTail(stopped, suggestion, await stream);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Resolves at the stop; a control request's stream runs on behind it. */
  async #untilStop(): Promise<{ stopped: Stopped; stream: Promise<Finished> }> {
    const { models, slot } = this.#ports;
    const { signal } = this.#abort;
    const { model } = this.#request.settings;
    const capabilities = await models.ready(model, signal);
    const settings = stopSettings(this.#request);
    const context = this.#readContext(capabilities, settings);
    const prompt = buildPrompt(capabilities.model, context);

    return new Promise((resolve, reject) => {
      const stream = slot.run(signal, async (slotSignal, answered) => {
        const { draw } = this.#send(capabilities, context);
        return generate(
          {
            engine: models.engine,
            request: { model, prompt, maxTokens: settings.maxTokens, alternatives: 0 },
            rule: shortstopRule,
            context,
            settings,
            control: draw.control,
            elapsed: () => this.#ports.now() - this.#asked,
          },
          slotSignal,
          this.#progress,
          {
            onToken: () => this.#dropThoseWhoDisagree(),
            onStop: (stopped) => {
              answered();
              resolve({ stopped, stream });
            },
          },
        );
      });
      stream.catch(reject);
    });
  }

  #readContext(capabilities: Capabilities, settings: StopSettings): CursorContext {
    const { text, offset, languageId, trigger, settings: user } = this.#request;
    const size = this.#ports.reuse
      ? sizeWindow(capabilities, user.engine.timeToFirstToken, settings.maxTokens)
      : UNSIZED;
    const multiLine = trigger === 'complete-here' ? 'always' : user.multiLine;
    return readWindow(text, offset, size, languageId, multiLine).context;
  }

  #send(capabilities: Capabilities, context: CursorContext): Sent {
    const { uri, languageId } = this.#request;
    const { kind } = context;
    const draw = this.#ports.episodes.draw({ uri, languageId, kind, ...realPlace(this.#request) });
    return (this.#sent = { draw, capabilities, context });
  }

  /** Repairs what the stop left and gives it to everyone who still waits. */
  #serve(stopped: Stopped): Suggestion | null {
    const sent = this.#sent;
    if (!sent) throw new Error('served before it was sent');
    this.#stopped = true;
    const raw = stopped.text.slice(0, stopped.decision.offset);
    const { text, replaceAfter } = insertion(repair(raw, sent.context).text, sent.context);
    const suggestion = text === '' ? null : { id: this.id, text, replaceAfter, fromMemory: false };
    let offered = false;
    const answered = this.#ports.now();
    for (const waiter of this.#waiters) {
      const rest = suggestion && restFor(suggestion, waiter);
      if (rest && waiter.request.isCurrent()) {
        if (!offered) this.#offer(sent, rest, waiter.request);
        offered = true;
        if (waiter.request !== this.#request) this.#shared(waiter, answered);
        waiter.resolve(rest);
      } else {
        waiter.resolve(null);
      }
    }
    this.#waiters.clear();
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
    return suggestion;
  }

  #offer(sent: Sent, rest: Suggestion, request: CompletionRequest): void {
    this.#ports.episodes.offered({
      episodeId: sent.draw.episodeId,
      suggestionId: this.id,
      requestId: this.id,
      offset: realPlace(request).offset,
      text: request.ahead + rest.text,
      replaceAfter: rest.replaceAfter,
    });
  }

  /** A later keystroke got its answer out of this stream, without one of its own. */
  #shared({ joinedAt }: Waiter, now: number): void {
    const answer = { suggestionId: this.id, at: joinedAt, answerMs: now - joinedAt };
    this.#ports.ledger.recordMemoryAnswer(answer);
  }

  /** Once the stream is closed: writes down what a control request cost in all, and reports. */
  #followTail(stopped: Stopped, suggestion: Suggestion | null, finished: Finished): void {
    const control = this.#sent?.draw.control ?? false;
    const { tokens, tokensAtFirstNewline, tailMs, ended } = finished;
    if (control && ended !== 'stopped') {
      const tail = { requestId: this.id, tokens, tokensAtFirstNewline, tailMs, ended };
      this.#ports.ledger.recordControlTail(tail);
    }
    this.#ports.report.finished({
      suggestionId: this.id,
      contextKind: this.#sent?.context.kind ?? '',
      served: suggestion?.text ?? '',
      generated: finished.text,
      reason: stopped.decision.reason,
      control,
      tokensAtStop: stopped.decision.tokens,
      tokens,
      firstTokenMs: stopped.firstTokenMs,
      stopMs: stopped.stopMs,
      tailMs,
      ended,
    });
  }

  /** Writes down a cancelled or failed request; one that never reached the engine leaves no row. */
  #fail(error: unknown): void {
    const failure = this.#abort.signal.aborted || isCancel(error) ? null : error;
    for (const waiter of this.#waiters) waiter.resolve(null);
    this.#waiters.clear();
    const known = failure === null || failure instanceof EngineError;
    if (this.#sent && !this.#stopped) {
      this.#record(this.#sent, {
        ended: failure ? 'failed' : 'cancelled',
        stopReason: null,
        errorCode: failure === null ? null : known ? failure.code : 'bug',
        servedChars: 0,
        tokensAtStop: this.#progress.tokens,
        tokensAtFirstNewline: this.#progress.tokensAtFirstNewline,
        firstTokenMs: this.#progress.firstTokenMs,
        stopMs: null,
        offered: false,
      });
    }
    if (failure !== null) this.#ports.report.failed(failure);
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

  /** What stands between the flight's place and the request's cursor; null where it is no such place. */
  #typedBy(request: CompletionRequest): string | null {
    const own = this.#request;
    if (request === own) return '';
    if (request.uri !== own.uri || request.offset < own.offset) return null;
    if (request.text.slice(request.offset) !== own.text.slice(own.offset)) return null;
    if (!request.text.startsWith(own.text.slice(0, own.offset))) return null;
    return request.text.slice(own.offset, request.offset).replace(/\r\n?/g, '\n');
  }

  #canJoin(typed: string, request: CompletionRequest): boolean {
    if (request === this.#request) return true;
    const underWay = this.#sent !== null && !this.#stopped && !this.#abort.signal.aborted;
    return underWay && agree(this.#progress.text, typed);
  }

  #dropThoseWhoDisagree(): void {
    if (this.#stopped) return;
    for (const waiter of this.#waiters) {
      if (agree(this.#progress.text, waiter.typed)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(undefined);
    }
    if (this.#waiters.size === 0 && this.#sent) this.#abandonUnlessTypedAlong();
  }

  #leave(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.resolve(null);
    if (this.#waiters.size === 0) this.#abandonUnlessTypedAlong();
  }

  /** A cancel that comes with an agreeing keystroke is followed by that keystroke's own request. */
  #abandonUnlessTypedAlong(): void {
    const now = this.#request.textNow();
    const { text, offset } = this.#request;
    const grown = now === null ? 0 : now.length - text.length;
    const typed = now?.slice(offset, offset + grown) ?? '';
    const along =
      this.#sent !== null &&
      grown > 0 &&
      now === text.slice(0, offset) + typed + text.slice(offset) &&
      agree(this.#progress.text, typed);
    if (!along) {
      this.abort();
      return;
    }
    setTimeout(() => {
      if (this.#waiters.size === 0 && !this.#stopped) this.abort();
    }, KEEP_FOR_NEXT_KEYSTROKE_MS);
  }
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

function agree(generated: string, typed: string): boolean {
  return generated.startsWith(typed) || typed.startsWith(generated);
}

/** What is left of a suggestion for one who typed along with it. */
function restFor(suggestion: Suggestion, { typed }: Waiter): Suggestion | null {
  if (!suggestion.text.startsWith(typed)) return null;
  const text = suggestion.text.slice(typed.length);
  return text === '' ? null : { ...suggestion, text };
}

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
