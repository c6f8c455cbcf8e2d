/** What panel, command line and status show: figures, and the experiment that goes on. */

/** Why a generation ended, or why its text was not served. */
export const STOP_REASONS = [
  'natural-end',
  'cap',
  'line-end',
  'rest-of-line',
  'suffix-reproduced',
  'indent-left',
  'brackets-closed',
  'blank-line',
  'loop',
  'confident',
  'hopeless',
] as const;

export type StopReason = (typeof STOP_REASONS)[number];

/** What became of an offered suggestion once its episode settled. */
export const OUTCOMES = [
  'accepted',
  'partly-accepted',
  'typed-through',
  'rejected',
  'ignored',
  'unknown',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** A figure with its uncertainty: `value` is null where there is nothing to state one of. */
export interface Estimate {
  readonly value: number | null;
  /** 95 % interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  /** Of what was avoided: the share, 0 to 1, that was not counted but estimated from a sample or a model. */
  readonly modelled?: number;
}

export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly n: number;
}

export interface Avoided {
  /** What the same daemon would have done instead. */
  readonly baseline: 'no early stopping' | 'first newline';
  readonly unit: 'tokens' | 'ms';
  /** Total over the window, net of what measuring and shadows cost; its n counts requests followed behind their stop. */
  readonly net: Estimate;
}

/** How much of a budget is spent. */
export interface BudgetGauge {
  readonly of: 'day' | 'session';
  /** Tokens, all that the engine generated. */
  readonly spent: number;
  /** Tokens, by the settings; null where there is no limit. */
  readonly limit: number | null;
  /** What a token costs now so that the budget lasts, in matches; 0 while spending keeps to plan. */
  readonly price: number;
  /** Tokens that are left for each request to be expected until midnight; null where there is no limit. */
  readonly perRequest: number | null;
}

/** What the status says of budgets, where there is a limit. */
export interface BudgetStatus {
  readonly gauges: readonly Pick<BudgetGauge, 'of' | 'spent' | 'limit'>[];
  /** One sentence once one is spent: which, what happens now, and until when. */
  readonly spent?: string;
}

/** What measures energy, where the system offers it. */
export const ENERGY_METERS = ['rapl', 'nvidia-smi', 'battery'] as const;

export type EnergyMeterName = (typeof ENERGY_METERS)[number];

/** What requests cost the machine on which the engine runs, tails included. */
export interface Cost {
  /** Whose cost was recorded. */
  readonly requests: number;
  /** From when the engine began with a request until its stream was closed. */
  readonly engineMs: number;
  readonly promptTokens: {
    /** By the engine, for so many requests: it counts only streams that ran to their end. */
    readonly counted: number;
    readonly countedRequests: number;
    /** Of the others, by their characters. */
    readonly estimated: number;
  };
  /** Mean while the engine worked: joules of these requests by their engine time; null without any. */
  readonly watts: number | null;
  readonly energy: readonly {
    readonly how: 'measured' | 'estimated';
    /** By what, in words. */
    readonly by: string;
    readonly joules: number;
    /** Requests. */
    readonly n: number;
  }[];
}

/** What became of stretches of typing and of the stops of their first requests, told by what was kept. */
export interface StopFigures {
  /** Share of settled stretches in which something was offered: the share of exact matches rises by hiding. */
  readonly offered: Estimate;
  /** Exact matches by settled stretch, whether anything was offered or not. */
  readonly matches: Estimate;
  /** Shares of the stops that what was kept can tell of. */
  readonly premature: Estimate;
  readonly overrun: Estimate;
}

export interface Day {
  /** `2030-06-01`, local. */
  readonly day: string;
  /** That reached the engine. */
  readonly requests: number;
  /** Up to each stop. */
  readonly tokens: number;
  /** Characters that came by accepting, in stretches that began on this day. */
  readonly acceptedChars: number;
  /** Tokens, against first newline, net of measuring; without a value where too few requests say so. */
  readonly saved: Estimate;
}

/**
 * What became of one request, whatever its stretch came to. `late`: its text came when other text stood there or the
 * cursor was elsewhere; `nothing`: there was no text worth offering; `withheld`: nothing is offered in its stretch, to
 * learn what is typed without.
 */
export type RequestFate = 'offered' | 'late' | 'nothing' | 'withheld' | 'cancelled' | 'failed';

/** One request, without its text. */
export interface RecentRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly languageId: string;
  readonly contextKind: string;
  readonly model: string;
  readonly fate: RequestFate;
  readonly stopReason: StopReason | null;
  readonly tokens: number;
  /** All that it would have written, where a control request has shown it. */
  readonly tokensWithoutStop: number | null;
  /** Null where the stop was never decided. */
  readonly stopMs: number | null;
  /** Of what it offered; null where it offered nothing, or was not the first to offer something in its stretch. */
  readonly outcome: Outcome | 'pending' | null;
}

/** The presets as they are in force now, the most patient first. */
export interface PresetsNow {
  /** Of the model, measured when it was loaded; null where that failed. */
  readonly msPerToken: number | null;
  readonly presets: readonly {
    readonly preset: 'faithful' | 'balanced' | 'saver';
    readonly isCertified: boolean;
    /** What is certified, or why nothing is; in words. */
    readonly certificate: string;
  }[];
}

/** The panel's and `shortstop stats --json`'s figures for one window of time. */
export interface Stats {
  /** Milliseconds since the epoch; null means unbounded. */
  readonly from: number | null;
  readonly to: number | null;
  readonly requests: {
    /** Requests that reached the engine. */
    readonly engine: number;
    /** Answers given from memory (type-through), which cost nothing. */
    readonly fromMemory: number;
    readonly offered: number;
    readonly control: number;
    readonly cancelled: number;
    readonly failed: number;
  };
  readonly tokens: {
    /** All tokens that the engine generated for completions, measuring and shadows included. */
    readonly spent: number;
    /** Of these, behind the stop of requests that were followed to measure what stopping saves. */
    readonly measuring: number;
    /** Of these, at idle behind the stop of requests, to learn from. */
    readonly shadows: number;
    /** Beside all these, to calibrate and to compare models, which somebody asked for: no saving is net of them. */
    readonly spans: number;
  };
  readonly cost?: Cost;
  readonly avoided: readonly Avoided[];
  readonly outcomes: Readonly<Record<Outcome | 'pending', number>>;
  readonly typing: {
    /** Characters that came by accepting, and how many offers were accepted as a whole. */
    readonly acceptedChars: number;
    readonly accepts: number;
    /** Stretches that settled with an offer, and the characters that were kept there. */
    readonly stretches: number;
    readonly keptChars: number;
  };
  /** Share of settled, offered suggestions whose first served text is what was kept. Anchored. */
  readonly exactMatch: Estimate;
  readonly stops?: StopFigures;
  readonly stopReasons: readonly {
    readonly reason: StopReason;
    readonly n: number;
    readonly meanTokens: number;
  }[];
  /** Those in which something was asked, the most used first. */
  readonly languages: readonly {
    readonly languageId: string;
    /** Requests. */
    readonly n: number;
    /** Up to the stop. */
    readonly meanTokens: number;
  }[];
  readonly latency: {
    readonly firstTokenMs: Quantiles;
    /** From the editor's request to the answer, memory answers included. */
    readonly answerMs: Quantiles;
  };
  readonly models: readonly {
    readonly model: string;
    readonly digest: string;
    readonly n: number;
  }[];
  /** The last 30 days by the local calendar, the oldest first; whatever the window is. */
  readonly days: readonly Day[];
  /** The last 20 requests that reached the engine, the newest first; whatever the window is. */
  readonly recent: readonly RecentRequest[];
  /** Of the day and the session as they are now, limited or not; absent while the database can't be read. */
  readonly budget?: readonly BudgetGauge[];
  /** Which stop rule is in force, on what it was trained, and whether that is certified; in words. */
  readonly rule?: string;
  /** Of the window that asks; absent until its model is ready. */
  readonly presets?: PresetsNow;
  /** The one that goes on, or the last one. */
  readonly experiment?: Experiment;
  /** Episodes recorded by a simulated user; never mixed into a real user's database. */
  readonly simulated: number;
}

/** What an experiment compares: matches and acceptance a stretch, tokens a stretch, time to an answer. */
export const EXPERIMENT_ENDPOINTS = ['matches', 'tokens', 'latency', 'acceptance'] as const;

export type ExperimentEndpoint = (typeof EXPERIMENT_ENDPOINTS)[number];

export interface ExperimentArm {
  /** By their keys in the section `shortstop`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Stretches of typing, or blocks of ten minutes. */
  readonly units: number;
  /** Mean per unit: shares, tokens, milliseconds; null where nothing is known. */
  readonly means: Readonly<Record<ExperimentEndpoint, number | null>>;
}

export interface ExperimentFigure {
  readonly endpoint: ExperimentEndpoint;
  /** Against "no difference"; may be looked at at any time. */
  readonly evidence: number;
  /** The evidence that ends the experiment; null where this endpoint never does. */
  readonly needed: number | null;
  /** Of b less a, 95 % at all times at once; null before the first unit. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface ExperimentVerdict {
  /** `harm`: b is worse on an endpoint that must not suffer. `undecided`: it was given up. */
  readonly kind: 'better' | 'harm' | 'undecided' | 'stopped';
  readonly winner: 'a' | 'b' | null;
  readonly endpoint: ExperimentEndpoint | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The experiment that goes on, or the last one. */
export interface Experiment {
  readonly id: string;
  readonly startedAt: number;
  readonly endpoint: ExperimentEndpoint | 'any';
  readonly unit: 'stretch' | 'block';
  readonly a: ExperimentArm;
  readonly b: ExperimentArm;
  readonly figures: readonly ExperimentFigure[];
  /** Replayed traces that one arm alone serves right. */
  readonly pairs: { readonly a: number; readonly b: number };
  /** Null while it goes on. */
  readonly verdict: ExperimentVerdict | null;
  readonly adoptedAt: number | null;
}
