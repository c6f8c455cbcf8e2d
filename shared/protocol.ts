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
import type { ModelAdvice } from './learned.ts';
import type { BudgetStatus, Estimate, Stats, StopReason } from './stats.ts';
import type { Explanation } from './explanation.ts';

/**
 * Every message that client and daemon exchange beyond standard LSP. Completions themselves are the
 * standard `textDocument/inlineCompletion`. Those about what is learned are in learning-protocol.ts, what they all
 * carry in stats.ts, learned.ts and explanation.ts. The prose is docs/protocol.md, whose hash of these files a test checks.
 */

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
export type CompleteHereParams = InlineCompletionParams & {
  /** Where the answer goes while it is written. */
  readonly partialResultToken?: ProgressToken;
};

export const CompleteHereRequest = {
  method: 'shortstop/completeHere',
  type: new RequestType<CompleteHereParams, InlineCompletionItem[] | null, void>(
    'shortstop/completeHere',
  ),
  /** The item so far, in the place of the one before: lines that the whole answer begins with. */
  beginning: new ProgressType<InlineCompletionItem>(),
} as const;

/**
 * A standard inline-completion request that somebody asked for by a command. Where nothing comes, the error's message
 * says why.
 */
export const SuggestRequest = {
  method: 'shortstop/suggest',
  type: new RequestType<InlineCompletionParams, InlineCompletionItem[] | null, void>(
    'shortstop/suggest',
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
  /** The problem in a few words. */
  readonly headline?: string;
  readonly action?: StatusAction;
  /**
   * Since local midnight, of the engine time that the first-newline rule would have taken, the share that was
   * saved; less than 0 where more was taken.
   */
  readonly savedToday: Estimate;
  /** Where completions work and could be quicker: how, and what helps. */
  readonly advice?: { readonly text: string; readonly action: StatusAction };
  /** Absent where nothing is limited. */
  readonly budget?: BudgetStatus;
  /** Milliseconds since the epoch. */
  readonly pausedUntil?: number;
  /** Set where it is paused because the machine runs on its battery. */
  readonly onBattery?: true;
  /** Set while requests wait because first tokens come late: another program may be using the engine. */
  readonly engineBusy?: true;
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

/** One question of a thread, answered. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

export interface AskParams {
  readonly question: string;
  /** Asked and answered before it in the same thread, the oldest first. */
  readonly earlier?: readonly Exchange[];
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
  /** The latter two: it was complete, so the stream was closed; the code asked for, or the same over and over. */
  readonly ended: 'natural-end' | 'cap' | 'cancelled' | 'code-closed' | 'repetition';
  /**
   * Tokens that its limit still allowed where it was complete. How many the model would have written is not known:
   * at most so many were avoided.
   */
  readonly avoidedAtMost?: number;
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

export const ModelAdviceRequest = {
  method: 'shortstop/modelAdvice',
  type: new RequestType0<ModelAdvice, void>('shortstop/modelAdvice'),
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

export const WhyRequest = {
  method: 'shortstop/why',
  type: new RequestType0<Explanation | null, void>('shortstop/why'),
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
