import { EngineError } from '../engines/engine.ts';
import type { RequestClock, RequestCode, RequestCost, RequestRecord } from '../outcomes/records.ts';
import type { SeenEnd } from './answer.ts';
import type { Handover } from './ensemble.ts';
import { followOf, hasEnded, type Finished, type Progress, type Stopped } from './generation.ts';
import type { PipelinePorts } from './ports.ts';
import type { SentRequest } from './prepared.ts';
import type { CompletionRequest } from './request.ts';
import { msPerToken } from './token-pace.ts';

/** A first token that does not come is told of every so many milliseconds. */
const STILL_WAITING_MS = 5_000;

/** Whose record it is. */
export interface Recorded {
  readonly id: string;
  readonly request: CompletionRequest;
  /** When the editor asked, milliseconds since the epoch. */
  readonly asked: number;
  /** Set where smaller models have answered before. */
  readonly handover: Handover | null;
  readonly progress: Progress;
  /** Its number beside others for the same place, on demand; 1 if left out. */
  readonly candidate?: number;
}

type RequestEnd = Pick<RequestRecord, 'ended'> & Partial<RequestRecord>;

interface Ended extends Pick<RequestCode, 'served' | 'pAlive'> {
  readonly end: RequestEnd;
}

/** What is written down of one flight: its row, what would have ended its stream, and what it cost the machine. */
export class FlightRecord {
  readonly #of: Recorded;
  readonly #ports: Pick<PipelinePorts, 'ledger' | 'costs' | 'load' | 'paced' | 'now'>;
  /** Once its stream is closed. */
  #cost: RequestCost | null = null;
  /** It is written once the row is. */
  #clock: Omit<RequestClock, 'requestId'> | null = null;
  /** As it was at the stop, so that it is the same whether the stream is followed or not. */
  #msPerToken: number | null = null;
  #isWritten = false;

  constructor(
    of: Recorded,
    ports: Pick<PipelinePorts, 'ledger' | 'costs' | 'load' | 'paced' | 'now'>,
  ) {
    this.#of = of;
    this.#ports = ports;
  }

  /** Counts what the machine spends until the work is done, and how long its first token takes. */
  async metered<T>(
    { capabilities, context, chosen }: SentRequest,
    work: () => Promise<T>,
  ): Promise<T> {
    const { gpuShare } = capabilities;
    const { id, asked, progress } = this.#of;
    const { costs, load, paced, now } = this.#ports;
    const end = costs?.begin(gpuShare);
    const began = now();
    const promptChars = context.prefix.length + context.suffix.length;
    const tellFirstToken = () => {
      const { firstTokenMs } = progress;
      const ms = (firstTokenMs === null ? now() : asked + firstTokenMs) - began;
      load?.told({ capabilities, promptChars, ms, came: firstTokenMs !== null }, now());
    };
    const stillWaiting = setInterval(() => {
      if (progress.firstTokenMs === null) tellFirstToken();
    }, STILL_WAITING_MS).unref();
    try {
      return await work();
    } finally {
      clearInterval(stillWaiting);
      const { promptTokens, gapMs, gaps } = progress;
      if (end) this.#cost = { requestId: id, gpuShare, promptTokens, ...end() };
      tellFirstToken();
      paced?.({ capabilities, alternatives: chosen.alternatives, gapMs, gaps });
    }
  }

  /** Behind the request's own row. */
  writeCost(): void {
    if (this.#cost) this.#ports.costs?.record(this.#cost);
  }

  /** Of the tokens so far. */
  notePace({ capabilities, chosen }: SentRequest): void {
    this.#msPerToken = msPerToken(this.#of.progress, capabilities, chosen.alternatives);
  }

  /** At once, or as soon as there is a row to write it to. */
  writeClock(clock: Omit<RequestClock, 'requestId'>): void {
    this.#clock = clock;
    this.#writeClock();
  }

  /** @param seen what its stop serves, and whether that was offered */
  writeStopped(
    sent: SentRequest,
    { decision, tokens, tokensAtFirstNewline, stopMs }: Stopped,
    seen: Pick<RequestRecord, 'servedChars' | 'offered'> & { readonly served: string },
  ): RequestRecord {
    const { served, servedChars, offered } = seen;
    const end: RequestEnd = {
      ended: 'stopped',
      stopReason: decision.reason,
      servedChars,
      tokensAtStop: tokens,
      tokensAtFirstNewline,
      stopMs,
      offered,
    };
    return this.#write(sent, { end, served, pAlive: decision.pAlive });
  }

  /** What a stream that was followed behind its stop cost in all. */
  writeTail(
    sent: SentRequest | null,
    stopped: Stopped,
    {
      ended,
      tokens,
      tokensAtFirstNewline,
      tailMs,
    }: Omit<Finished, 'ended'> & {
      readonly ended: SeenEnd;
    },
  ): void {
    const isFull = sent !== null && followOf(sent.draw) === 'to-end';
    if (ended === 'stopped' || (!isFull && hasEnded(stopped))) return;
    const tail = { requestId: this.#of.id, tokens, tokensAtFirstNewline, tailMs, ended };
    this.#ports.ledger.recordControlTail(tail);
  }

  /**
   * One that was cancelled, or failed before its stop.
   * @param offered what of its answer was offered while it was being written
   */
  writeUnstopped(sent: SentRequest, failure: unknown, offered: string | null = null): void {
    const errorCode = failure instanceof EngineError ? failure.code : 'bug';
    const ended = failure === null ? 'cancelled' : 'failed';
    this.notePace(sent);
    this.#clock = { afterMs: 0, endedBy: ended };
    const end: RequestEnd = {
      ended,
      ...(failure !== null && { errorCode }),
      ...(offered !== null && { offered: true, servedChars: offered.length }),
    };
    this.#write(sent, { end, served: null, pAlive: null });
  }

  #write(sent: SentRequest, { end, ...seen }: Ended): RequestRecord {
    const { id, request, asked, handover, progress, candidate = 1 } = this.#of;
    const { draw, capabilities, context, chosen, settings } = sent;
    const { languageId, workspace, trigger } = request;
    const { episodeId, first, control, controlRate, withheld, withheldRate, newlineRate } = draw;
    const { tokens, firstTokenMs, tokensAtFirstNewline } = progress;
    const record: RequestRecord = {
      ...{ episodeId, first, control, controlRate, withheld, withheldRate, newlineRate },
      maxTokens: chosen.settings.maxTokens,
      msPerToken: this.#msPerToken,
      id,
      at: asked,
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
      escalatedFrom: handover?.earlier.at(-1)?.last.id ?? null,
      escalation: handover?.reason ?? null,
      candidate,
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
    const isLearnedFrom = first || handover !== null;
    this.#ports.ledger.recordRequest(record, isLearnedFrom ? this.#code(sent, seen) : undefined);
    this.#isWritten = true;
    this.#writeClock();
    return record;
  }

  #writeClock(): void {
    if (!this.#isWritten || !this.#clock) return;
    this.#ports.ledger.recordClock({ requestId: this.#of.id, ...this.#clock });
  }

  #code({ context, chosen }: SentRequest, seen: Omit<Ended, 'end'>): RequestCode {
    const { request, progress } = this.#of;
    const { maxTokens } = chosen.settings;
    return { context, ahead: request.ahead, tokens: progress.trace, maxTokens, ...seen };
  }
}
