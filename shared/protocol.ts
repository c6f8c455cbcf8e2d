import {
  NotificationType,
  ProgressType,
  RequestType,
  RequestType0,
  type InlineCompletionItem,
  type InlineCompletionParams,
  type ProgressToken,
  type Range,
  type TextDocumentIdentifier,
} from 'vscode-languageserver-protocol';
import type { Preset } from './settings.ts';

/**
 * Every message that client and daemon exchange beyond standard LSP. Completions themselves are the
 * standard `textDocument/inlineCompletion`. The prose is docs/protocol.md, whose hash of this file
 * a test checks.
 */

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
  /** Total over the window, net of what measuring cost; its n counts requests followed behind their stop. */
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
}

/** One request, without its text. */
export interface RecentRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly languageId: string;
  readonly contextKind: string;
  readonly model: string;
  readonly ended: 'stopped' | 'cancelled' | 'failed';
  readonly stopReason: StopReason | null;
  readonly tokens: number;
  /** All that it would have written, where a control request has shown it. */
  readonly tokensWithoutStop: number | null;
  /** Null where the stop was never decided. */
  readonly stopMs: number | null;
  readonly offered: boolean;
  /** Of its stretch's first offer, once that has settled. */
  readonly outcome: Outcome | null;
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
    /** All tokens that the engine generated, measuring included. */
    readonly spent: number;
    /** Of these, behind the stop of requests that were followed to measure what stopping saves. */
    readonly measuring: number;
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

/** An arm that leaves out a setting of the other has today's value; `b` is the candidate. */
export interface StartExperimentParams {
  readonly a: Readonly<Record<string, string | number>>;
  readonly b: Readonly<Record<string, string | number>>;
  /** On which the verdict falls; `any` is the first that decides, at a higher bar. */
  readonly endpoint: ExperimentEndpoint | 'any';
}
export const StartExperimentRequest = {
  method: 'shortstop/experiment/start',
  type: new RequestType<StartExperimentParams, Experiment, void>('shortstop/experiment/start'),
} as const;
export const ExperimentRequest = {
  method: 'shortstop/experiment',
  type: new RequestType0<Experiment | null, void>('shortstop/experiment'),
} as const;
export const StopExperimentRequest = {
  method: 'shortstop/experiment/stop',
  type: new RequestType0<Experiment, void>('shortstop/experiment/stop'),
} as const;
/** The settings of the better arm, for the client to write. */
export type AdoptedSettings = Readonly<Record<string, string | number>>;
export const AdoptExperimentRequest = {
  method: 'shortstop/experiment/adopt',
  type: new RequestType0<AdoptedSettings, void>('shortstop/experiment/adopt'),
} as const;

/** Client -> daemon: a suggestion was accepted as a whole, after the edit. */
export interface AcceptedParams {
  readonly suggestionId: string;
}
export const AcceptedNotification = {
  method: 'shortstop/accepted',
  type: new NotificationType<AcceptedParams>('shortstop/accepted'),
} as const;

/** The command that an item carries, run by the editor on full accept; argument: suggestion id. */
export const ACCEPTED_COMMAND = 'shortstop.internal.accepted';

/**
 * A standard inline-completion request that asks for a longer, also multi-line answer. Where nothing
 * comes, the error's message says why.
 */
export type CompleteHereParams = InlineCompletionParams;
export const CompleteHereRequest = {
  method: 'shortstop/completeHere',
  type: new RequestType<CompleteHereParams, InlineCompletionItem[] | null, void>(
    'shortstop/completeHere',
  ),
} as const;

export interface StatusAction {
  readonly title: string;
  /** One of the extension's commands. */
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Daemon -> client, on every change. */
export interface StatusParams {
  readonly state: 'starting' | 'ready' | 'working' | 'paused' | 'off' | 'error';
  readonly model: string;
  readonly engine: string;
  /** One sentence that says what is wrong and what to do; set when state is `error`. */
  readonly problem?: string;
  readonly action?: StatusAction;
  /** Net tokens avoided since local midnight against no early stopping, and how sure that is. */
  readonly avoidedToday: Estimate;
  /** Absent where nothing is limited. */
  readonly budget?: BudgetStatus;
  /** Milliseconds since the epoch. */
  readonly pausedUntil?: number;
}
export const StatusNotification = {
  method: 'shortstop/status',
  type: new NotificationType<StatusParams>('shortstop/status'),
} as const;

/** Client -> daemon: stop answering for some minutes; 0 resumes. */
export interface PauseParams {
  readonly minutes: number;
}
export const PauseNotification = {
  method: 'shortstop/pause',
  type: new NotificationType<PauseParams>('shortstop/pause'),
} as const;

export interface AskParams {
  readonly question: string;
  readonly textDocument: TextDocumentIdentifier;
  /** The selection, or an empty range at the cursor: then the question is about the file. */
  readonly range: Range;
  /** Where the answer's pieces go while it is written. */
  readonly partialResultToken: ProgressToken;
}
export interface AskResult {
  /** The whole answer, Markdown. */
  readonly answer: string;
  readonly model: string;
  readonly tokens: number;
  readonly ms: number;
  readonly ended: 'natural-end' | 'cap' | 'cancelled';
}
export const AskRequest = {
  method: 'shortstop/ask',
  type: new RequestType<AskParams, AskResult, void>('shortstop/ask'),
  piece: new ProgressType<string>(),
} as const;

/** `since`: milliseconds since the epoch; absent means everything. */
export interface StatsParams {
  readonly since?: number;
}
export const StatsRequest = {
  method: 'shortstop/stats',
  type: new RequestType<StatsParams, Stats, void>('shortstop/stats'),
} as const;

export interface ModelSummary {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  /** For instance `Q4_K_M`; empty where the engine does not say. */
  readonly quantisation: string;
  /** True where the model can fill in the middle (by its own template or by our table). */
  readonly fillsIn: boolean;
  readonly chats: boolean;
  /** Set where the engine would send the text to another host. */
  readonly remoteHost?: string;
}
export const ModelsRequest = {
  method: 'shortstop/models',
  type: new RequestType0<ModelSummary[], void>('shortstop/models'),
} as const;

export interface PullParams {
  readonly model: string;
  readonly partialResultToken: ProgressToken;
}
export interface PullProgress {
  readonly status: string;
  readonly completed?: number;
  readonly total?: number;
}
export const PullRequest = {
  method: 'shortstop/pull',
  type: new RequestType<PullParams, null, void>('shortstop/pull'),
  progress: new ProgressType<PullProgress>(),
} as const;

/** The same spans of a folder's own code through each model, while nobody types. */
export interface CompareParams {
  /** Uri of a folder in a git checkout, on the daemon's machine. */
  readonly folder: string;
  readonly models: readonly string[];
  /** How many spans; 60 if left out. */
  readonly tasks?: number;
  readonly partialResultToken: ProgressToken;
}
export interface ComparisonProgress {
  readonly model: string;
  /** Spans that it has answered. */
  readonly done: number;
  readonly of: number;
}
/** Of one model over all spans. */
export interface ComparedModel {
  readonly model: string;
  readonly digest: string;
  readonly quantisation: string;
  readonly bytes: number;
  readonly em: Estimate;
  /** Mean up to the stop. */
  readonly tokens: number;
  /** Medians from asking the engine, milliseconds. */
  readonly firstTokenMs: number;
  readonly ms: number;
  /** To the first token of the very first request, which may load the model. */
  readonly loadMs: number;
  /** Mean of a request. */
  readonly joules: number;
  /** False: at an assumed power. */
  readonly isEnergyMeasured: boolean;
  /** No other model is as good in matches, time and energy, and better in one of them. */
  readonly isParetoBest: boolean;
}
export interface Comparison {
  readonly tasks: number;
  readonly models: readonly ComparedModel[];
  /** The fastest of those whose matches can't be told from the best one's. */
  readonly recommended: string | null;
  readonly why: string;
}
export const CompareRequest = {
  method: 'shortstop/compare',
  type: new RequestType<CompareParams, Comparison, void>('shortstop/compare'),
  progress: new ProgressType<ComparisonProgress>(),
} as const;

export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it, where `ok` is false. */
  readonly advice?: string;
}
export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
}
export const DoctorRequest = {
  method: 'shortstop/doctor',
  type: new RequestType0<DoctorReport, void>('shortstop/doctor'),
} as const;

export interface ExplainedBoundary {
  readonly at: 'line-end' | 'rest-of-line' | 'brackets-closed';
  /** UTF-16 offset into the generated text. */
  readonly offset: number;
}

/** What the stop rule made of one token. */
export interface ExplainedStep {
  readonly text: string;
  /** UTF-16 offset of its end in the generated text. */
  readonly offset: number;
  /** Natural logarithm; null where the engine gave none. */
  readonly logprob: number | null;
  /** Most likely first, where the rule asked for them. */
  readonly alternatives?: readonly { readonly text: string; readonly logprob: number }[];
  /** From when the engine was asked to the token's arrival. */
  readonly ms: number | null;
  /** Places in it where serving would make sense. */
  readonly boundaries: readonly ExplainedBoundary[];
  readonly pDone: number | null;
  readonly pAlive: number | null;
  /** False for what a control request generated after its stop. */
  readonly judged: boolean;
}

/** Why the last request stopped. It holds code: only for whoever asks, and never stored. */
export interface Explanation {
  readonly suggestionId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trigger: 'automatic' | 'invoked' | 'complete-here';
  readonly contextKind: string;
  readonly model: string;
  readonly digest: string;
  readonly rule: string;
  /** Set for the learned rule: which weights, on what they were trained and what is certified, in words. */
  readonly weights?: { readonly hash: string; readonly trainedOn: string };
  readonly preset: Preset;
  /** Null for a rule without any. */
  readonly thresholds: {
    readonly tauDone: number;
    readonly tauAlive: number;
    readonly showBar: number;
  } | null;
  readonly maxTokens: number;
  readonly control: boolean;
  readonly reason: StopReason;
  /** UTF-16 offset up to which the generated text was taken, before any repair. */
  readonly offset: number;
  /** Up to and including the deciding one. */
  readonly tokensAtStop: number;
  /** Milliseconds from the editor's request. */
  readonly firstTokenMs: number | null;
  readonly stopMs: number;
  readonly steps: readonly ExplainedStep[];
}
export const WhyRequest = {
  method: 'shortstop/why',
  type: new RequestType0<Explanation | null, void>('shortstop/why'),
} as const;

export const FEEDBACK = ['too-short', 'too-long', 'good'] as const;
export type Feedback = (typeof FEEDBACK)[number];

/** What the user says of the suggestion that was offered last in this window. */
export interface FeedbackParams {
  readonly said: Feedback;
}
export interface FeedbackResult {
  /** One sentence: what it changed, or why nothing. */
  readonly message: string;
}
export const FeedbackRequest = {
  method: 'shortstop/feedback',
  type: new RequestType<FeedbackParams, FeedbackResult, void>('shortstop/feedback'),
} as const;

export interface LabelCounts {
  /** After which nothing was offered, and of the workspace's own code. */
  readonly unanchored: number;
  /** After an offer: each counts half. */
  readonly anchored: number;
  readonly clicks: Readonly<Record<Feedback, number>>;
}

/** The thresholds in force somewhere, as shares. */
export interface ProfileThresholds {
  /** How far the preset goes there: 0 gives nothing up, 1 is its own point, beyond 1 nothing is certified. */
  readonly boldness: number;
  /** From this probability on a text is served before its line ends. */
  readonly tauDone: number;
  /** Below it a request is given up. */
  readonly tauAlive: number;
}

export interface ProfileContext extends LabelCounts, ProfileThresholds {
  readonly language: string;
  readonly kind: string;
  /** A request, of the thresholds of this context in place of those of all: on labels that they had not seen. */
  readonly gain: { readonly matches: Estimate; readonly tokens: Estimate };
}

export interface ProfileTarget {
  readonly floorEM: number;
  readonly targetTokens: number;
  /** Of the point that it leads to; null where too little is known to choose one. */
  readonly expected: {
    readonly em: number;
    readonly tokens: number;
    readonly met: boolean;
    readonly boldness: number;
  } | null;
}

/** What was learned of this user, for the model and the preset in the settings. */
export interface Profile {
  readonly model: string;
  readonly preset: Preset;
  /** `shortstop.learning.enabled` is off: nothing of it acts. */
  readonly paused: boolean;
  readonly labels: LabelCounts;
  readonly workspaces: number;
  /** Of the preset, before anything was learned; null under `custom`. */
  readonly shipped: ProfileThresholds | null;
  /** Where nothing is known of the context; null under `custom`. */
  readonly everywhere: ProfileThresholds | null;
  /** Null where the user asks for nothing, or under `custom`. */
  readonly target: ProfileTarget | null;
  /** Those with most labels first, as they are in this window's workspace; empty under `custom`. */
  readonly contexts: readonly ProfileContext[];
}
export const ProfileRequest = {
  method: 'shortstop/profile',
  type: new RequestType0<Profile, void>('shortstop/profile'),
} as const;

/** Records spans of a folder's own code while nobody types, and certifies the model on them. Cancelling keeps what is recorded. */
export interface CalibrateParams {
  /** Uri of a folder in a git checkout, on the daemon's machine. */
  readonly folder: string;
  /** How many spans in all, those recorded before included. */
  readonly spans?: number;
  readonly partialResultToken: ProgressToken;
}
export interface CalibrationProgress {
  /** `waiting`: somebody types, or the engine is busy. */
  readonly state: 'cutting' | 'recording' | 'waiting' | 'paused' | 'fitting';
  /** Spans recorded, those of earlier runs included. */
  readonly recorded: number;
  /** How many there are to be; 0 while they are cut. */
  readonly of: number;
  /** Of those recorded, where the reference matches: labels. */
  readonly matches: number;
  /** Milliseconds at the pace so far; null before the first. */
  readonly remainingMs: number | null;
}
/** Mean tokens a request and matches, over `heldOut.n` spans. */
export interface CalibrationReading {
  readonly tokens: number;
  readonly matches: number;
}
export interface CalibratedPreset {
  readonly preset: 'faithful' | 'balanced' | 'saver';
  readonly tauDone: number;
  readonly tauAlive: number;
  /** What is certified of it, or why nothing is; in words. */
  readonly certificate: string;
  /** The share of the reference's matches that it loses at most; null where nothing is certified. */
  readonly alpha: number | null;
  readonly reading: CalibrationReading;
}
export interface CalibrationReport {
  readonly ended: 'calibrated' | 'cancelled';
  readonly model: string;
  readonly digest: string;
  readonly engine: string;
  /** `leftOut`: tracked sources that are private, ignored, generated, huge, or seem to hold a secret. */
  readonly spans: {
    readonly recorded: number;
    readonly of: number;
    readonly files: number;
    readonly leftOut: number;
    /** That could not be recorded: the file changed, or the engine failed. */
    readonly failed: number;
  };
  /** One sentence: what is certified, or how many labels are missing; or that it was cancelled. */
  readonly verdict: string;
  /** Reference matches, one a file, and from how many on anything can be certified; null where it was cancelled. */
  readonly labels: { readonly have: number; readonly needed: number } | null;
  /** Null where no weights were known and there are too few spans to fit any. */
  readonly weights: { readonly origin: 'own' | 'known'; readonly trainedOn: string } | null;
  readonly presets: readonly CalibratedPreset[];
  /** On spans that no weights were fitted on: balanced before, the first line break, and the reference. */
  readonly heldOut: {
    readonly n: number;
    readonly before: CalibrationReading;
    readonly firstNewline: CalibrationReading;
    readonly reference: CalibrationReading;
  } | null;
  readonly ms: number;
}
export const CalibrateRequest = {
  method: 'shortstop/calibrate',
  type: new RequestType<CalibrateParams, CalibrationReport, void>('shortstop/calibrate'),
  progress: new ProgressType<CalibrationProgress>(),
} as const;

/** How far the calibration under way is; null where there is none. */
export const CalibrationRequest = {
  method: 'shortstop/calibration',
  type: new RequestType0<CalibrationProgress | null, void>('shortstop/calibration'),
} as const;

/** Client -> daemon: hold the calibration under way, or go on with it. */
export interface PauseCalibrationParams {
  readonly paused: boolean;
}
export const PauseCalibrationNotification = {
  method: 'shortstop/pauseCalibration',
  type: new NotificationType<PauseCalibrationParams>('shortstop/pauseCalibration'),
} as const;

/** Writes all rows as JSON to `path`, on the daemon's machine. */
export interface ExportParams {
  readonly path: string;
}
export const ExportRequest = {
  method: 'shortstop/export',
  type: new RequestType<ExportParams, { readonly rows: number }, void>('shortstop/export'),
} as const;

/** Ends what is open in every window, too: nothing of it is written any more. */
export interface DeleteDataResult {
  readonly rows: number;
  /** Another program is reading the database: on the disk, what was deleted is gone once it ends. */
  readonly isHeld: boolean;
}
export const DeleteDataRequest = {
  method: 'shortstop/deleteData',
  type: new RequestType0<DeleteDataResult, void>('shortstop/deleteData'),
} as const;

/** What was learned of the user (guard, point, profile), as text to keep; numbers, no code. */
export interface LearnedText {
  readonly text: string;
  /** Those whose state it has. */
  readonly learners: readonly string[];
}
export const ExportLearningRequest = {
  method: 'shortstop/exportLearning',
  type: new RequestType0<LearnedText, void>('shortstop/exportLearning'),
} as const;

/** In the place of what was learned here. */
export interface ImportLearningParams {
  /** As `shortstop/exportLearning` gave it. */
  readonly text: string;
}
export interface ImportLearningResult {
  readonly learners: readonly string[];
  /** Of another version, or of nobody known here: left out. */
  readonly refused: readonly string[];
}
export const ImportLearningRequest = {
  method: 'shortstop/importLearning',
  type: new RequestType<ImportLearningParams, ImportLearningResult, void>(
    'shortstop/importLearning',
  ),
} as const;

/** What was learned of the user is forgotten, for every window; labels and figures stay. */
export interface ResetLearningResult {
  readonly learners: readonly string[];
}
export const ResetLearningRequest = {
  method: 'shortstop/resetLearning',
  type: new RequestType0<ResetLearningResult, void>('shortstop/resetLearning'),
} as const;

/**
 * One request in full, once its stream is closed. It holds code, so it goes only to a client that
 * asked for it (`InitializationOptions.reports`) and is never stored.
 */
export interface CompletionReport {
  readonly suggestionId: string;
  readonly contextKind: string;
  /** What was offered; empty where nothing was. */
  readonly served: string;
  /** All that was generated: for a control request, also what early stopping would have left out. */
  readonly generated: string;
  readonly reason: StopReason;
  readonly control: boolean;
  /** Tokens up to the stop, and of the whole stream; the same unless `control`. */
  readonly tokensAtStop: number;
  readonly tokens: number;
  readonly firstTokenMs: number | null;
  /** Milliseconds from the editor's request to the stop, and from there to the stream's end. */
  readonly stopMs: number;
  readonly tailMs: number;
  /**
   * How the stream ended; `superseded`: something newer would have ended it here in any case; `pre-empted`: other work
   * took the engine; `newline`: it was followed to the first line break, and no further.
   */
  readonly ended:
    'stopped' | 'natural-end' | 'cap' | 'superseded' | 'pre-empted' | 'newline' | 'failed';
}
export const ReportNotification = {
  method: 'shortstop/report',
  type: new NotificationType<CompletionReport>('shortstop/report'),
} as const;

/** What the client tells the daemon in `initialize`. */
export interface InitializationOptions {
  /** Asks for a `shortstop/report` after every request. */
  readonly reports?: boolean;
  /** Prefixes advertised command ids, so that two clients in one editor do not collide. */
  readonly clientId?: string;
  /** The section `shortstop`, for editors that answer no `workspace/configuration`. */
  readonly settings?: unknown;
  /** Marks every row of this session as made by a simulated user. */
  readonly simulatedUser?: boolean;
}
