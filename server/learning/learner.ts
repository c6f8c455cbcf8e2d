import type { ControlTail, RequestRecord, SettledEpisode } from '../outcomes/records.ts';
import type { Advice, Draw, Question } from './question.ts';

/** What is learned from, once a stretch of typing has settled; no code. */
export interface Evidence {
  /** Those that reached the engine, in order. */
  readonly requests: readonly RequestRecord[];
  /** Of those among them that were control requests. */
  readonly tails: readonly ControlTail[];
  readonly label: SettledEpisode & { readonly servedText: null; readonly keptText: null };
}

/** In the order in which they are heard. */
export const ROLES = ['guard', 'experiment', 'budget', 'profile', 'asking'] as const;
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
  observe(state: State, evidence: Evidence): State;
  advise(state: State, question: Question, draw: Draw): Advice | null;
}
