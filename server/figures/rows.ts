import type {
  Day,
  EnergyMeterName,
  Outcome,
  RecentRequest,
  Stats,
  StopReason,
} from '../../shared/stats.ts';
import type { MeasuringCosts } from '../outcomes/records.ts';

/** Port: what figures need of the database. */
export interface FigureRows {
  /** Requests and memory answers asked, episodes begun since then, milliseconds since the epoch. */
  since(since: number | null, now: number): WindowRows;
  savings(since: number | null): SavingsRows;
  /** That the engine worked: for the requests whose cost was recorded, and at idle behind them. */
  engineMs(since: number | null): number;
  /** From the editor's request to each answer, those from memory included. */
  answerMs(since: number | null): number[];
  /** Of the latest requests. */
  measuringCosts(): MeasuringCosts;
  /** Tokens that were generated at idle to learn from, since then. */
  shadowTokens(since: number): number;
  /** Tokens of calibrations and comparisons of models since then; null: of all. */
  spanTokens(since: number | null): number;
  /** Days with rows since then, in no order. */
  days(since: number, now: number): Day[];
  /** The newest first, so many at most. */
  recent(count: number): RecentRequest[];
}

/** One window of time: sums where sums are enough, single values where a spread is asked for. */
export interface WindowRows {
  readonly requests: RequestTotals;
  readonly episodes: EpisodeTotals;
  readonly outcomes: readonly OutcomeCount[];
  readonly savings: SavingsRows;
  readonly costs: readonly CostTotals[];
  readonly firstTokenMs: readonly number[];
  /** Of answers from memory, too. */
  readonly answerMs: readonly number[];
  readonly stopReasons: Stats['stopReasons'];
  readonly models: Stats['models'];
  readonly languages: Stats['languages'];
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
  /** Tokens of followed requests behind it. */
  readonly tails: number;
  /** Generated behind it at idle. */
  readonly shadows: number;
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
  /** Settled, with or without an offer. */
  readonly ended: number;
  /** Of these, with one. */
  readonly endedOffered: number;
  /** Whose first stop is told by what was kept. */
  readonly judged: number;
  readonly premature: number;
  readonly overrun: number;
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

/**
 * What is known of what stopping saved; docs/statistics.md derives what is done with it. Only requests that might have
 * been followed behind their stop, and whose clock runs.
 */
export interface SavingsRows {
  /** Whose first line break was seen, also if they were cancelled: it less their stop, so never above 0. */
  readonly seenNewline: { readonly requests: number } & Amount;
  /** Stopped before their stream was over. */
  readonly stopped: readonly StoppedGroup[];
  readonly followed: readonly FollowedRequest[];
  /** What measuring cost, and what was generated at idle to learn from. */
  readonly measuring: Amount;
}

/** At the engine. */
export interface Amount {
  readonly tokens: number;
  readonly ms: number;
}

export interface StoppedGroup {
  readonly reason: StopReason;
  /** No line break came until the stop. */
  readonly beforeNewline: boolean;
  readonly requests: number;
  /** What their tails would have been at the most: to the cap, or to what would have ended them, by their clocks. */
  readonly foreseen: Amount;
  /** Sum of their milliseconds per token. */
  readonly pace: number;
}

/** A request of which something behind the stop was seen. */
export interface FollowedRequest {
  readonly reason: StopReason;
  readonly beforeNewline: boolean;
  readonly control: boolean;
  readonly controlRate: number;
  readonly newlineRate: number;
  readonly msPerToken: number;
  readonly foreseen: Amount;
  readonly tail: Amount;
  /** Tokens from the stop to the first line break; null where none was seen. */
  readonly toNewline: number | null;
  /** The stream was over, or anything else would have ended it there. */
  readonly whole: boolean;
}
