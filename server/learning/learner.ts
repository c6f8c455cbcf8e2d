import type { Feedback } from '../../shared/learned.ts';
import type {
  ControlTail,
  RequestRecord,
  SettledEpisode,
  SpanTokens,
} from '../outcomes/records.ts';
import type { Expert } from './cascade/question.ts';
import type { Definition } from './experiment/definition.ts';
import type { FeatureTrace } from './fit/feature-trace.ts';
import type { Advice, Draw, Question } from './question.ts';

/** A request's stop is decided, or it was cancelled or failed: what it cost. */
export interface RequestEvidence {
  readonly kind: 'request';
  readonly request: RequestRecord;
  /** For a simulated user. */
  readonly simulated: boolean;
}

/** A stretch of typing has settled. */
export interface StretchEvidence {
  readonly kind: 'stretch';
  /** Those that reached the engine, in order. */
  readonly requests: readonly RequestRecord[];
  /** Of those among them that were control requests. */
  readonly tails: readonly ControlTail[];
  readonly label: SettledEpisode & { readonly servedText: null; readonly keptText: null };
  /** The first request's tokens as numbers, labelled by what was kept; null where either is unknown. */
  readonly trace: LabelledTrace | null;
  /** For a simulated user. */
  readonly simulated: boolean;
}

/** How it came about that a request's tokens are known as far as they are. */
export interface Drawn {
  /**
   * `served`: as far as its stop; `control`: it ran on behind its stop, drawn at random; `withheld`: likewise,
   * and nothing was offered; `shadow`: stopped, and continued to its end at idle, for which nothing was drawn.
   */
  readonly how: 'served' | 'control' | 'withheld' | 'shadow';
  /** In (0, 1]; 1 for a shadow. */
  readonly probability: number;
}

/** A request's trace, labelled by what the user kept. */
export interface LabelledTrace extends FeatureTrace {
  /** In UTF-16 units of the text; null where none of its beginnings that are known is a match. */
  readonly matchOffset: number | null;
  readonly drawn: Drawn;
  /** What the rule in force made of it; null where it was cancelled before its stop. */
  readonly served: { readonly matched: boolean; readonly tokens: number } | null;
  /** False where nothing of it was offered on purpose (withheld): only then may it certify anything. */
  readonly anchored: boolean;
  /** What was served is no match and ends before the match offset, or nothing was served where there is one. */
  readonly premature: boolean;
  /** The stop came behind the match offset, and what was served is no match. */
  readonly overrun: boolean;
}

/** A span of the workspace's own code was recorded: an unanchored label. */
export interface SpanEvidence {
  readonly kind: 'span';
  readonly trace: FeatureTrace;
  readonly modelDigest: string;
  /** Its model's name; absent where the digest alone is known. */
  readonly model?: string | undefined;
  /** A salted hash of its root; absent where none is known. */
  readonly workspace?: string | undefined;
}

/** What the user said of a suggestion. */
export interface FeedbackEvidence {
  readonly kind: 'feedback';
  readonly said: Feedback;
  readonly request: RequestRecord;
}

/** Tokens that the engine generated beside requests up to their stop. */
export interface SpentEvidence {
  readonly kind: 'spent';
  /** Behind a control request's stop, at idle to learn from, to answer a question, to calibrate, or to compare models. */
  readonly by: 'control-tail' | 'shadow' | 'question' | SpanTokens['by'];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly tokens: number;
}

/** What one model of several made of a request, told by what was kept. */
export interface RivalAnswer {
  readonly expert: Expert;
  /** As its rule left it; null where it has none. */
  readonly pAlive: number | null;
  readonly matched: boolean;
  /** At the engine, milliseconds. */
  readonly ms: number;
}

/** A request that a smaller and a larger model have answered has settled. */
export interface PairEvidence {
  readonly kind: 'pair';
  readonly small: RivalAnswer;
  readonly large: RivalAnswer;
}

/** The user begins an experiment, ends it, or has taken over its winner. */
export interface ExperimentEvidence {
  readonly kind: 'experiment';
  readonly act: { readonly start: Definition } | 'stop' | 'adopted';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is learned from; no code. */
export type Evidence =
  | RequestEvidence
  | SpentEvidence
  | StretchEvidence
  | SpanEvidence
  | FeedbackEvidence
  | PairEvidence
  | ExperimentEvidence;

/** In the order in which they are heard. */
export const ROLES = ['guard', 'experiment', 'budget', 'profile', 'adaptation', 'asking'] as const;
export type Role = (typeof ROLES)[number];

/** A small reducer over evidence that may advise on decisions. Its state is plain JSON. */
export interface Learner<State = unknown> {
  /** Of its row in `policy_state`. */
  readonly id: string;
  /** Another one makes stored states unreadable. */
  readonly version: number;
  readonly role: Role;
  empty(): State;
  /** Null for what is no state of this version. */
  read(stored: unknown): State | null;
  /** The very same state where the evidence says nothing to it: then nothing is written. */
  observe(state: State, evidence: Evidence): State;
  advise(state: State, question: Question, draw: Draw): Advice | null;
  /** A sentence for the user about what the evidence changed; null where that is nothing to be told of. */
  announce?(before: State, after: State): string | null;
}
