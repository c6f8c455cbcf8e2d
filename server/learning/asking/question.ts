import type { ContextKind } from '../../stopping/trace.ts';

/** What a stretch of typing looks like at a key for which nothing is remembered: numbers, no code. */
export interface StretchNow {
  readonly kind: ContextKind;
  /** Letters and digits right before the cursor, of a word that is being typed or has just ended. */
  readonly letters: number;
  /** What the character before the cursor is. */
  readonly behind:
    'line-start' | 'blank' | 'opener' | 'separator' | 'operator' | 'letter' | 'other';
  /** The last request of this stretch that the engine answered; null before there was one. */
  readonly last: LastAnswer | null;
}

export interface LastAnswer {
  /** Whether anything of it was accepted: what is typed now begins anew. */
  readonly accepted: boolean;
  /** Characters typed since it was asked for. */
  readonly typed: number;
  /** Characters of these that agree with what the engine wrote. */
  readonly agreed: number;
  /** Whether nothing was offered. */
  readonly silent: boolean;
  /** As the rule left it, in [0, 1]; null where it has none. */
  readonly pAlive: number | null;
  /** The model's own probability of the token that typing contradicts, in [0, 1]; null where there is none. */
  readonly contradicted: number | null;
  /** Requests in a row of which nothing was accepted. */
  readonly failures: number;
}
