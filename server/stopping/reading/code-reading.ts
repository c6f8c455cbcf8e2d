import { addBracket, bracketsOf, NO_DEPTH, type Depth } from './brackets.ts';
import { canResume, lexLine, type LexState, type LexToken } from './lexer.ts';

/**
 * Text that is read from the cursor on, line by line, while it grows. Never changed: growing gives
 * another one.
 */
export interface CodeReading {
  /** The line under way from its first character, what stands before the cursor included. */
  readonly line: string;
  /** A place between two tokens of it, the tokenizer's state there, and what was open. */
  readonly from: number;
  readonly state: LexState;
  readonly depth: Depth;
  /** Brackets before this offset stood there before the cursor, and don't count. */
  readonly cursor: number;
}

/** What is true at a place in a text. */
export interface Structure extends Depth {
  readonly inString: boolean;
  readonly inComment: boolean;
}

/**
 * What is appended to learn what a text is at its end: a tokenizer takes it into a string or a
 * comment that is still open, and reads it as code else. A blank alone is code to some tokenizers
 * within strings too, and a word would be the value of an attribute behind its `=`.
 */
const PROBE = ' >';
/** From this many characters on, what is read already is not read again at each token. */
const LONG = 48;

/** @param state at the beginning of the cursor's line */
export function beginReading(state: LexState, before: string): CodeReading {
  return settle({ line: before, from: 0, state, depth: NO_DEPTH, cursor: before.length }, 0);
}

/** Appends text without a line break. */
export function extend(reading: CodeReading, text: string): CodeReading {
  return { ...reading, line: reading.line + text };
}

/**
 * Moves the place that is read from on to the last token that more text could still change, if
 * that spares reading many characters again.
 */
export function settle(reading: CodeReading, least = LONG): CodeReading {
  const { line, from, state, cursor } = reading;
  if (line.length - from < least) return reading;
  const last = lexLine(state, line + PROBE, from).tokens.findLast(
    (token) => token.from < line.length,
  );
  if (!last || last.from <= from) return reading;
  const read = lexLine(state, line, from, last.from);
  if (!canResume(read.state)) return reading;
  const depth = depthAfter(reading.depth, line, read.tokens, cursor, last.from);
  return { line, from: last.from, state: read.state, depth, cursor };
}

function depthAfter(
  start: Depth,
  line: string,
  tokens: readonly LexToken[],
  cursor: number,
  end: number,
): Depth {
  return bracketsOf(line, tokens)
    .filter(({ at }) => at >= cursor && at < end)
    .reduce(addBracket, start);
}

/** Ends the line under way and begins the next one. */
export function breakLine(reading: CodeReading): CodeReading {
  const { line, from, state, cursor } = reading;
  const read = lexLine(state, line, from);
  const depth = depthAfter(reading.depth, line, read.tokens, cursor, line.length);
  return { line: '', from: 0, state: read.state, depth, cursor: 0 };
}

/** The tokens of the line under way from `reading.from` on. */
export function tokensOf({ state, line, from }: CodeReading): LexToken[] {
  return lexLine(state, line + PROBE, from).tokens;
}

/** A bracket of the line under way that closes what was not opened since the cursor. */
export interface ExcessCloser {
  /** UTF-16 offset into the line. */
  readonly at: number;
  readonly closer: string;
  /** How many there are up to this one. */
  readonly count: number;
}

/** Those behind `reading.from`, in order. */
export function excessClosers(reading: CodeReading): ExcessCloser[] {
  const found: ExcessCloser[] = [];
  let { depth } = reading;
  for (const event of bracketsOf(reading.line, tokensOf(reading))) {
    if (event.at < reading.cursor) continue;
    const after = addBracket(depth, event);
    if (after.excess > depth.excess) found.push({ ...event, count: after.excess });
    depth = after;
  }
  return found;
}

/** @param end UTF-16 offset into the line under way, not before `reading.from` */
export function structureAt(reading: CodeReading, end = reading.line.length): Structure {
  const line = reading.line.slice(0, end) + PROBE;
  const { tokens } = lexLine(reading.state, line, reading.from);
  const depth = depthAfter(reading.depth, line, tokens, reading.cursor, end);
  const last = tokens.at(-1)?.kind;
  return { ...depth, inString: last === 'string', inComment: last === 'comment' };
}
