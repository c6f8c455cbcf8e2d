import type { LexToken } from './lexer.ts';

/**
 * A bracket in code, written as what closes it: `)`, `]`, `}` (that of an interpolation too), or
 * `>` for an element of markup, which its end tag closes.
 */
export interface BracketEvent {
  /** UTF-16 offset into the line. */
  readonly at: number;
  readonly closer: string;
  readonly opens: boolean;
}

const CLOSER_OF: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const CLOSERS = new Set([')', ']', '}']);
/** Elements of HTML that have no end tag. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)(?![\w-])/i;

export const ELEMENT = '>';

/** The brackets of a line, in order; those in strings and comments are none. */
export function bracketsOf(line: string, tokens: readonly LexToken[]): BracketEvent[] {
  const events: BracketEvent[] = [];
  tokens.forEach((token, i) => {
    if (token.kind === 'tag') addTag(events, line, token);
    else if (token.kind === 'code') addBrackets(events, line, token);
    else if (token.kind === 'string') addInterpolation(events, line, token, tokens[i - 1]);
  });
  return events;
}

function addBrackets(events: BracketEvent[], line: string, { from, to }: LexToken): void {
  for (let at = from; at < to; at++) {
    const char = line.charAt(at);
    const closer = CLOSER_OF[char];
    if (closer) events.push({ at, closer, opens: true });
    else if (CLOSERS.has(char)) events.push({ at, closer: char, opens: false });
  }
}

function addTag(events: BracketEvent[], line: string, { from, to }: LexToken): void {
  const text = line.slice(from, to);
  if (text === '<') {
    if (!VOID.test(line.slice(to))) events.push({ at: from, closer: ELEMENT, opens: true });
  } else if (text.startsWith('</') || text === '/>') {
    const selfClosed = text === '/>' && VOID.test(lastTagName(line, from));
    if (!selfClosed) events.push({ at: from, closer: ELEMENT, opens: false });
  }
}

function lastTagName(line: string, before: number): string {
  return line.slice(line.lastIndexOf('<', before) + 1, before);
}

/** Tokenizers that know interpolation end a string with its opener and go on with its closer. */
function addInterpolation(
  events: BracketEvent[],
  line: string,
  { from, to }: LexToken,
  previous: LexToken | undefined,
): void {
  if (line.charAt(from) === '}' && (to === from + 1 || (previous && previous.kind !== 'string'))) {
    events.push({ at: from, closer: '}', opens: false });
  }
  if (/[$#]\{$/.test(line.slice(from, to))) events.push({ at: to - 1, closer: '}', opens: true });
}

/** Brackets that are open, as their closers, innermost last, and how many closers closed nothing. */
export interface Depth {
  readonly open: string;
  readonly excess: number;
}

export const NO_DEPTH: Depth = { open: '', excess: 0 };

/** A closer of another kind than is open closes what is open: code under way is often broken. */
export function addBracket(depth: Depth, { closer, opens }: BracketEvent): Depth {
  const { open, excess } = depth;
  if (opens) return { open: open + closer, excess };
  return open === '' ? { open, excess: excess + 1 } : { open: open.slice(0, -1), excess };
}
