/** The tokens of one request, in order, as every stop rule sees them. */

export interface Alternative {
  /** Empty for the model's own end. */
  readonly text: string;
  /** Natural logarithm. */
  readonly logprob: number;
}

/** Whether an alternative is the model's own end, in the place of a token. */
export function isEnd({ text }: Pick<Alternative, 'text'>): boolean {
  return text === '';
}

export interface TraceToken {
  /** May be a piece of a line, several lines, or a merged multi-byte character. */
  readonly text: string;
  /** Natural logarithm of the chosen token's probability; null where the engine gave none. */
  readonly logprob: number | null;
  /** Most likely first, where they were asked for. */
  readonly alternatives?: readonly Alternative[];
  /** Milliseconds since the request was sent. */
  readonly arrivedMs?: number;
}

/** How many of a token the full set of features was trained with. */
export const ALTERNATIVES = 5;

/** How a complete trace ended. */
export type TraceEnd = 'natural-end' | 'cap';

export const CONTEXT_KINDS = [
  'comment',
  'arguments',
  'block-start',
  'empty-line',
  'line-end',
  'mid-line',
] as const;
export type ContextKind = (typeof CONTEXT_KINDS)[number];

/** All that a stop rule may know before the first token. Line breaks are LF. */
export interface CursorContext {
  /** Text before the cursor, as much as the prompt holds (at least the cursor's line). */
  readonly prefix: string;
  /** Text after the cursor, likewise. */
  readonly suffix: string;
  readonly languageId: string;
  readonly kind: ContextKind;
  readonly multiLine: 'auto' | 'never' | 'always';
}
