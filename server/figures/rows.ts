import type { Day, EnergyMeterName, Outcome, RecentRequest, Stats } from '../../shared/protocol.ts';

/** Port: what figures need of the database. */
export interface FigureRows {
  /** Requests and memory answers asked, episodes begun since then, milliseconds since the epoch. */
  since(since: number | null): WindowRows;
  /** Control requests whose stop was decided, in the order of their time. */
  control(since: number | null): ControlRequest[];
  /** Days with rows since then, in no order. */
  days(since: number): Day[];
  /** The newest first, so many at most. */
  recent(count: number): RecentRequest[];
}

/** One window of time: sums where sums are enough, single values where a spread is asked for. */
export interface WindowRows {
  readonly requests: RequestTotals;
  readonly episodes: EpisodeTotals;
  readonly outcomes: readonly OutcomeCount[];
  readonly control: readonly ControlRequest[];
  readonly costs: readonly CostTotals[];
  readonly firstTokenMs: readonly number[];
  /** Of answers from memory, too. */
  readonly answerMs: readonly number[];
  readonly stopReasons: Stats['stopReasons'];
  readonly models: Stats['models'];
}

export interface RequestTotals {
  readonly engine: number;
  readonly offered: number;
  readonly control: number;
  readonly cancelled: number;
  readonly failed: number;
  readonly fromMemory: number;
  /** Tokens up to the stop. */
  readonly tokens: number;
  /** Tokens of control requests behind it. */
  readonly tails: number;
}

/** Of the requests that one meter measured, or none; with the model mostly on a GPU, or not. */
export interface CostTotals {
  readonly meter: EnergyMeterName | null;
  readonly onGpu: 0 | 1;
  readonly n: number;
  readonly engineMs: number;
  readonly joules: number;
  /** Requests whose prompt the engine counted, its tokens, and its characters; then those of all requests. */
  readonly counted: number;
  readonly promptTokens: number;
  readonly countedChars: number;
  readonly promptChars: number;
}

export interface EpisodeTotals {
  /** With an offer and a known outcome. */
  readonly settled: number;
  readonly matches: number;
  readonly simulated: number;
  /** Settled with an offer and a known text that was kept. */
  readonly stretches: number;
  readonly keptChars: number;
  readonly acceptedChars: number;
  readonly accepts: number;
}

/** Of episodes with an offer. */
export interface OutcomeCount {
  readonly outcome: Outcome | 'pending';
  readonly n: number;
}

/** A control request whose stop was decided; docs/statistics.md derives what is done with it. */
export interface ControlRequest {
  readonly episodeId: string;
  /** The probability with which its episode was drawn, in (0, 1]. */
  readonly controlRate: number;
  readonly tokensAtStop: number;
  /** Where a newline came at or before the stop. */
  readonly tokensAtFirstNewline: number | null;
  /** Null where the stream was over at the stop, or its end was never seen. */
  readonly tail: {
    /** All tokens of the stream, those before the stop included. */
    readonly tokens: number;
    readonly tokensAtFirstNewline: number | null;
    readonly tailMs: number;
  } | null;
}
