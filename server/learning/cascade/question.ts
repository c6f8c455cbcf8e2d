import type { Limits } from '../limits.ts';
import type { ContextKind } from '../../stopping/trace.ts';
import type { Trigger } from '../../outcomes/records.ts';

/** A model under the rule that stops it: what an ensemble weighs. */
export interface Expert {
  readonly model: string;
  readonly digest: string;
  /** The preset, under which its rule stops it. */
  readonly preset: string;
}

/** A smaller model's answer is there: is a larger one asked, too? */
export interface EscalationQuestion {
  readonly kind: 'escalation';
  readonly trigger: Trigger;
  readonly place: { readonly kind: ContextKind; readonly languageId: string };
  readonly small: Expert;
  readonly large: Expert;
  /** As the smaller one's rule left them at its stop; null where it has none. */
  readonly scores: { readonly pDone: number | null; readonly pAlive: number | null };
  readonly cost: AnswerCost;
  /** What the user just did here. */
  readonly user: {
    /** Milliseconds since the request came, in which no other key did. */
    readonly waitedMs: number;
    /** Median from one key to the next while typing, milliseconds; null before it was seen. */
    readonly gapMs: number | null;
    /** Answers in a row in this stretch of which nothing was accepted. */
    readonly failures: number;
  };
  /** Matches that one second of engine and user is worth. */
  readonly lambda: number;
  readonly limits?: Limits;
  /** By the answers so far, of which nothing is written yet. */
  readonly spentTokens: number;
}

/** What asking the larger model takes, milliseconds and tokens. */
export interface AnswerCost {
  /** To its first token: prefill, and loading the model where the engine has to swap. */
  readonly firstTokenMs: number;
  /** From there to its stop. */
  readonly decodeMs: number;
  /** What the smaller model's next answer takes longer because it was swapped out. */
  readonly swapBackMs: number;
  /** Up to its stop. */
  readonly tokens: number;
}

/** Several models have answered the same request: whose text is served? */
export interface ChoiceQuestion {
  readonly kind: 'choice';
  /** In the order in which they answered, the smallest first. */
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly expert: Expert;
  /** Those of one group have the same text; null where there is nothing to serve. */
  readonly group: number | null;
  readonly pAlive: number | null;
}
