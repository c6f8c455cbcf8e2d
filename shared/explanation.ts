import type { StopReason } from './stats.ts';
import type { Preset } from './settings.ts';

/** Why a request stopped, token by token. */

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
  readonly uri: string;
  /** Of the cursor, from 0. */
  readonly line: number;
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
