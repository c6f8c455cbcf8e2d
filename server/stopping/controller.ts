import type { StopReason } from '../../shared/stats.ts';
import type { OperatingPoint } from './policy/point.ts';
import type { CursorContext, TraceEnd, TraceToken } from './trace.ts';

/** What a request's rule begins under. */
export interface StopSettings extends OperatingPoint {
  /** Tokens. */
  readonly maxTokens: number;
}

/** The end of deciding: what to serve and why. */
export interface Decision {
  readonly reason: StopReason;
  /** UTF-16 offset into the generated text where the served text ends; 0 serves nothing. */
  readonly offset: number;
  /** Tokens generated up to and including the one at which the rule decided. */
  readonly tokens: number;
  readonly pDone: number | null;
  readonly pAlive: number | null;
}

/** Probabilities in [0, 1]; null where a rule has none, or the engine gave no log-probabilities. */
export interface Scores {
  readonly pDone: number | null;
  readonly pAlive: number | null;
}

export interface Step<State> {
  readonly state: State;
  /** Null: go on generating. */
  readonly decision: Decision | null;
}

/**
 * A stop rule: pure, and the same code live and in replay. Ours and the peers' alike implement it.
 * After a decision, no further call is made.
 */
export interface StopRule<State = unknown> {
  readonly id: string;
  begin(context: CursorContext, settings: StopSettings): State;
  step(state: State, token: TraceToken): Step<State>;
  /** The stream ended by itself before the rule decided. */
  end(state: State, end: TraceEnd): Decision;
  /**
   * Where the engine may end the text of itself, so that nothing is generated behind it. A stop string
   * counts as read. Where the rule then wants to go on, the text is asked for again without it, which
   * has to be rare.
   */
  stopStrings?(context: CursorContext, settings: StopSettings): readonly string[];
  /**
   * UTF-16 offset into the generated text up to which it is served whatever comes behind it; 0 without one. What an
   * answer shows while it is being written.
   */
  sure?(state: State): number;
  /** What it made of the last token; only an explanation asks. */
  scores?(state: State): Scores;
  /**
   * What a peer's tool makes of the text up to the offset before it shows it; ours repairs elsewhere.
   * Null: it replaces some of the suffix by a text that no plain insertion would leave there.
   */
  trim?(text: string, context: CursorContext, reason: StopReason): string | null;
}
