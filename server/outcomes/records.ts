import type { EnergyMeterName, Outcome, StopReason } from '../../shared/stats.ts';
import type { ContextKind, CursorContext, TraceEnd, TraceToken } from '../stopping/trace.ts';

/** What is written down about a request and its episode, and the port through which it is stored. */

export type Trigger = 'automatic' | 'invoked' | 'complete-here';

/** Drawn for a request, before it reaches the engine. */
export interface EpisodeDraw {
  readonly episodeId: string;
  /** True for the episode's first request that reaches the engine: the one that carries the label. */
  readonly first: boolean;
  readonly control: boolean;
  /** The probability with which `control` was drawn. */
  readonly controlRate: number;
  /** Its first request is generated in full, and nothing is offered while somebody types. */
  readonly withheld: boolean;
  /** The probability with which `withheld` was drawn: 0 behind a withheld episode. */
  readonly withheldRate: number;
  /** Uniform in [0, 1) and independent of what else is drawn; the same for all requests of the episode. */
  readonly chance: number;
  /** Whether a stop before the first line break is followed to that. */
  readonly toNewline: boolean;
  /** The probability with which `toNewline` was drawn. */
  readonly newlineRate: number;
}

/** One request that reached the engine, written once its stop is decided or it failed. */
export interface RequestRecord {
  readonly id: string;
  readonly episodeId: string;
  /** Milliseconds since the epoch, when the editor asked. */
  readonly at: number;
  readonly languageId: string;
  /** A salted hash of the workspace's root; null outside of any. */
  readonly workspace: string | null;
  readonly kind: ContextKind;
  readonly trigger: Trigger;
  readonly engine: string;
  readonly engineVersion: string;
  readonly model: string;
  readonly modelDigest: string;
  /** Which stop rule decided, with its thresholds. */
  readonly policy: string;
  readonly preset: string;
  /** Which of several points it was given: `deployed`, `own`, `fallback`, `benchmark`, or an experiment's arm. */
  readonly arm: string;
  /** The probability with which that arm was drawn. */
  readonly propensity: number;
  /** Of the point in force; null for a rule that has none. */
  readonly tauDone: number | null;
  readonly tauAlive: number | null;
  readonly showBar: number | null;
  readonly lambda: number | null;
  /** The request that a smaller model had answered before; null where there was none. */
  readonly escalatedFrom: string | null;
  /** Why a larger model was asked, too: numbers, no code. */
  readonly escalation: string | null;
  /** 1; of further candidates for a place, which somebody asked for, their number beside the one on show. */
  readonly candidate: number;
  readonly first: boolean;
  readonly control: boolean;
  readonly controlRate: number;
  readonly withheld: boolean;
  readonly withheldRate: number;
  readonly newlineRate: number;
  /** The cap of its stream. */
  readonly maxTokens: number;
  /** Milliseconds; null where no token came and none was measured before. */
  readonly msPerToken: number | null;
  readonly promptChars: number;
  readonly suffixChars: number;
  /** How the request itself ended; `stopped` has a reason, `failed` an error code. */
  readonly ended: 'stopped' | 'cancelled' | 'failed';
  readonly stopReason: StopReason | null;
  readonly errorCode: string | null;
  /** Tokens generated up to and including the deciding one (or until cancelled or failed). */
  readonly tokensAtStop: number;
  /** Tokens the first-newline rule would have spent, where the stream got that far. */
  readonly tokensAtFirstNewline: number | null;
  readonly servedChars: number;
  /** Milliseconds from the editor's request; null where it never came. */
  readonly firstTokenMs: number | null;
  readonly stopMs: number | null;
  /** Given to the editor in time: not null, not cancelled, version and cursor unchanged. */
  readonly offered: boolean;
}

/** What a request saw and what was written for it. It is code: in memory only, until its episode settles. */
export interface RequestCode {
  readonly context: CursorContext;
  /** Where the context's prefix ends in what is not typed: the entry of an open suggestion list. */
  readonly ahead: string;
  /** Grows while its stream is followed behind the stop. */
  readonly tokens: readonly TraceToken[];
  readonly maxTokens: number;
  /** What its stop serves, '' for nothing; null where it never came to one. */
  readonly served: string | null;
  /** As the rule left it at its stop; null where it has none. */
  readonly pAlive: number | null;
}

/** What would have ended a request's stream, had nothing stopped it early. */
export type StreamEnd =
  'newer-request' | 'typed-otherwise' | 'accepted' | 'closed' | 'cancelled' | 'failed';

/** Known of every request, whether its tail was followed or not. */
export interface RequestClock {
  readonly requestId: string;
  /** From the stop to that end, milliseconds; 0 for a request that was cancelled or failed before its stop. */
  readonly afterMs: number;
  readonly endedBy: StreamEnd;
}

/** What a stream wrote behind its stop: of a control or a withheld request all, else up to the first line break. */
export interface ControlTail {
  readonly requestId: string;
  /** All tokens of the stream, those before the stop included. */
  readonly tokens: number;
  readonly tokensAtFirstNewline: number | null;
  /** From the stop to the stream's end, milliseconds. */
  readonly tailMs: number;
  /**
   * `superseded`: anything else would have ended the stream here without early stopping too. `pre-empted`: other
   * work took the engine, so its end was not seen. `newline`: it was followed no further than the first line break.
   */
  readonly ended: TraceEnd | 'superseded' | 'failed' | 'pre-empted' | 'newline';
}

/** What was generated at idle behind the stop of a request, to learn from; of one try, as it may be pre-empted. */
export interface ShadowTail {
  readonly requestId: string;
  /** Milliseconds since the epoch, when it ended. */
  readonly at: number;
  /** Of this try alone. */
  readonly tokens: number;
  /** At the engine. */
  readonly ms: number;
  /** `pre-empted`: anything else was asked of the engine, or somebody typed. */
  readonly ended: TraceEnd | 'pre-empted' | 'failed';
}

/** What was generated for a span of a workspace's own code. */
export interface SpanTokens {
  /** A calibration, or a comparison of models. */
  readonly by: 'calibration' | 'comparison';
  /** Milliseconds since the epoch, when it ended. */
  readonly at: number;
  /** Whatever came of them. */
  readonly tokens: number;
}

/** What it took lately to measure what stopping saves: tails, by how far they were followed. */
export interface MeasuringCosts {
  /** All that reached the engine. */
  readonly requests: number;
  /** Of these, stopped before the first line break. */
  readonly beforeNewline: number;
  readonly control: FollowedTails;
  readonly toNewline: FollowedTails;
  /** Behind the stops of withheld requests, which are generated in full. */
  readonly withheldTokens: number;
}
export interface FollowedTails {
  readonly requests: number;
  /** Behind their stops. */
  readonly tokens: number;
}

/** What a request cost the machine on which the engine runs, its tail included. */
export interface RequestCost {
  readonly requestId: string;
  /** From when the engine began with it until its stream was closed, milliseconds. */
  readonly engineMs: number;
  /** Of the model's memory, 0 to 1; null where that is not known. */
  readonly gpuShare: number | null;
  /** As the engine counted; null where its stream was closed before it said so. */
  readonly promptTokens: number | null;
  /** Measured; null where nothing measures. */
  readonly joules: number | null;
  readonly meter: EnergyMeterName | null;
}

/** An answer from memory: no engine, no tokens. */
export interface MemoryAnswer {
  readonly suggestionId: string;
  readonly at: number;
  readonly answerMs: number;
}

/** An episode that has not settled: the only rows that hold code, and only until they settle. */
export interface OpenEpisode {
  readonly episodeId: string;
  readonly uri: string;
  readonly languageId: string;
  readonly kind: ContextKind;
  readonly startedAt: number;
  readonly lastEditAt: number;
  /** UTF-16 offsets of the two anchors in the document as it stands. */
  readonly start: number;
  readonly end: number;
  /** Up to 200 characters on either side, to find the region again after a restart. */
  readonly before: string;
  readonly after: string;
  readonly control: boolean;
  readonly controlRate: number;
  readonly withheld: boolean;
  readonly withheldRate: number;
  readonly chance: number;
  readonly simulated: boolean;
  /** The episode's first served text, null until something was offered. */
  readonly offered: OpenOffer | null;
  /** How many different suggestions were offered so far, and accepted as a whole. */
  readonly offers: number;
  readonly accepts: number;
  /** Characters that came into the document by accepting, as a whole or in part. */
  readonly acceptedChars: number;
}

/** Counts are in characters of the served text with LF line breaks. */
export interface OpenOffer {
  readonly suggestionId: string;
  readonly requestId: string;
  readonly offeredAt: number;
  readonly kind: ContextKind;
  /** The blanks with which the request's line begins. */
  readonly indent: string;
  /** What accepting inserts, less what it would only put again in the place of the same text. */
  readonly text: string;
  /** UTF-16 offset of the suggestion's start relative to the episode's start anchor. */
  readonly at: number;
  /** Characters of the suggestion that stand in its place now. */
  readonly taken: number;
  readonly typedChars: number;
  readonly acceptedWords: number;
  readonly acceptedLines: number;
  readonly accepted: boolean;
  readonly rejected: boolean;
}

/** What the stop of an episode's first request was, told by what was kept. Null: its text can't tell. */
export interface StopJudgement {
  /** Some beginning of the complete text is a match. Null where a stopped text could still have become one. */
  readonly reachable: boolean | null;
  /** What was served is no match, and the user typed on where it ends; or nothing was, where something matches. */
  readonly premature: boolean | null;
  /** What was served is no match, and a beginning of it is: its tail was not kept. */
  readonly overrun: boolean | null;
}

export interface SettledEpisode {
  readonly episodeId: string;
  readonly settledAt: number;
  readonly settledBy: 'quiet' | 'save' | 'time-out' | 'closed' | 'restart' | 'too-long';
  /** What became of the first suggestion offered; null where nothing was offered. */
  readonly outcome: Outcome | null;
  /** Null where nothing was offered, or the outcome is unknown. */
  readonly exactMatch: boolean | null;
  readonly linesKept: boolean | null;
  /** 1 - Levenshtein / longer length, 0 to 1, of served against kept text; null also where both are very long. */
  readonly editSimilarity: number | null;
  readonly servedChars: number | null;
  readonly keptChars: number | null;
  readonly offers: number;
  readonly accepts: number;
  readonly acceptedChars: number;
  /** Absent where the first request's text is not at hand. */
  readonly judged?: StopJudgement;
  /** Where several models have answered the first request: whether each one's own text is what was kept. */
  readonly matches?: readonly { readonly requestId: string; readonly matched: boolean }[];
  /** Of further candidates: which was taken, as a whole or in part, and which is what was kept. */
  readonly candidates?: readonly CandidateOutcome[];
  /** Only where the setting `storage.storeCode` is on. */
  readonly servedText: string | null;
  readonly keptText: string | null;
}

export interface CandidateOutcome {
  readonly requestId: string;
  readonly accepted: boolean;
  /** Null where what was kept can't be told. */
  readonly matched: boolean | null;
}

/** Port: what outcomes and pipeline need of the database. Writes never throw to the caller's caller. */
export interface Ledger {
  /** @param code of an episode's first request, and of larger models' behind it; not written */
  recordRequest(request: RequestRecord, code?: RequestCode): void;
  recordControlTail(tail: ControlTail): void;
  recordShadowTail(tail: ShadowTail): void;
  recordSpanTokens(spent: SpanTokens): void;
  recordClock(clock: RequestClock): void;
  recordMemoryAnswer(answer: MemoryAnswer): void;
  recordCost(cost: RequestCost): void;
  saveOpenEpisode(episode: OpenEpisode): void;
  /** Takes over the open episodes that no running daemon holds any more. */
  openEpisodes(): OpenEpisode[];
  /**
   * @param kept what was kept where the first request stood; null where that can't be told. It is code, and
   *   not written
   */
  settleEpisode(settled: SettledEpisode, kept?: string | null): void;
}
