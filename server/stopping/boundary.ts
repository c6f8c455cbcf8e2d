import type { CursorLine } from './cursor-line.ts';
import { addBracket, bracketsOf, type Depth } from './reading/brackets.ts';
import {
  breakLine,
  extend,
  settle,
  structureAt,
  tokensOf,
  type CodeReading,
  type Structure,
} from './reading/code-reading.ts';
import type { TraceToken } from './trace.ts';

/** A boundary inside a token, as a UTF-16 offset into the generated text. */
export interface Boundary {
  readonly at: 'line-end' | 'rest-of-line' | 'brackets-closed';
  readonly offset: number;
}

/** Reads a generated text token by token and knows where serving would make sense. */
export interface BoundaryReader {
  readonly line: CursorLine;
  readonly text: string;
  /** What is true at the text's end; brackets since the cursor. */
  readonly scan: Structure;
  readonly reading: CodeReading;
  /** Offsets from which on the text has so far been what the rest of the line is. */
  readonly candidates: readonly number[];
  /** The text has not left the string that the cursor stands in. */
  readonly inCursorString: boolean;
}

export function readBoundaries(line: CursorLine): BoundaryReader {
  return {
    line,
    text: '',
    scan: structureAt(line.reading),
    reading: line.reading,
    candidates: [],
    inCursorString: line.inString,
  };
}

/**
 * Reads one token. Its boundaries, in order: before a line break; before the place where the rest
 * of the cursor's line begins; and, where that rest is not blank, before a bracket that closes more
 * than was opened, or before the end of the string that the cursor and the rest stand in.
 */
export function readToken(
  before: BoundaryReader,
  token: string,
): { readonly reader: BoundaryReader; readonly found: readonly Boundary[] } {
  const found: Boundary[] = [];
  let reader = before;
  token.split('\n').forEach((piece, i) => {
    if (i > 0) reader = endLine(reader, found);
    if (piece !== '') reader = readPiece(reader, piece, found);
  });
  if (token === '') return { reader, found };
  const reading = settle(reader.reading);
  return { reader: { ...reader, reading, scan: structureAt(reading) }, found };
}

function endLine(reader: BoundaryReader, found: Boundary[]): BoundaryReader {
  const { text, line } = reader;
  const [whole] = reader.candidates.filter(
    (from) => text.slice(from).trimEnd() === line.sought.text,
  );
  if (whole !== undefined) found.push({ at: 'rest-of-line', offset: whole });
  found.push({ at: 'line-end', offset: text.endsWith('\r') ? text.length - 1 : text.length });
  return { ...reader, text: `${text}\n`, reading: breakLine(reader.reading), candidates: [] };
}

function readPiece(reader: BoundaryReader, piece: string, found: Boundary[]): BoundaryReader {
  const text = reader.text + piece;
  const reading = extend(reader.reading, piece);
  const next = { ...reader, text, reading };
  if (reader.line.sought.text === '') return next;
  const candidates = [...reader.candidates, ...newCandidates(next, reader.text.length)].filter(
    (from) => agrees(text, from, reader.line.sought.text),
  );
  const leaving = leavesString(next, reader.text.length);
  const boundaries = [
    ...candidates.filter((from) => isSure(next, from)).map((offset) => restAt(offset)),
    ...excessClosers(next, reader.text.length),
    ...(leaving === null || !reader.line.sought.inString ? [] : [restAt(leaving)]),
  ];
  found.push(...boundaries.sort((a, b) => a.offset - b.offset));
  return { ...next, candidates, inCursorString: reader.inCursorString && leaving === null };
}

const restAt = (offset: number): Boundary => ({ at: 'rest-of-line', offset });

/** Where the text's last piece may begin with what the rest of the line begins with. */
function newCandidates({ line, text, reading }: BoundaryReader, from: number): number[] {
  const { sought } = line;
  const first = sought.text.charAt(0);
  const lineStart = text.length - reading.line.length;
  const found: number[] = [];
  for (let at = text.indexOf(first, from); at !== -1; at = text.indexOf(first, at + 1)) {
    const previous = at === 0 ? line.before.slice(-1) : text.charAt(at - 1);
    if (isWord(previous) && isWord(first)) continue;
    const { inString, open } = structureAt(reading, at - lineStart);
    if (inString === sought.inString && open === sought.open) found.push(at);
  }
  return found;
}

const isWord = (char: string): boolean => /[\p{L}\p{N}_$]/u.test(char);

/** Whether a text goes on from an offset as the rest does, as far as both go. */
function agrees(text: string, from: number, rest: string): boolean {
  const written = text.slice(from);
  return written.length <= rest.length
    ? rest.startsWith(written)
    : written.startsWith(rest) && written.slice(rest.length).trim() === '';
}

/** Languages in which a quote that stands twice in a string does not end it. */
const DOUBLES_QUOTES = new Set(['sql', 'yaml', 'csharp', 'powershell', 'fsharp', 'matlab']);

function isSure({ line, text }: BoundaryReader, from: number): boolean {
  const { text: rest, sure, inString } = line.sought;
  const end = from + sure;
  if (text.length < end) return false;
  const last = rest.charAt(sure - 1);
  if (!inString || !DOUBLES_QUOTES.has(line.languageId) || !/["']/.test(last)) return true;
  return text.length > end && text.charAt(end) !== last;
}

/** Places at which the last piece closes a bracket that was not opened since the cursor. */
function excessClosers({ line, text, reading }: BoundaryReader, from: number): Boundary[] {
  if (line.sought.open !== '' || line.sought.inString) return [];
  const lineStart = text.length - reading.line.length;
  const found: Boundary[] = [];
  let depth: Depth = reading.depth;
  for (const event of bracketsOf(reading.line, tokensOf(reading))) {
    if (event.at < reading.cursor) continue;
    const after = addBracket(depth, event);
    const offset = lineStart + event.at;
    if (after.excess > depth.excess && offset >= from) {
      found.push({ at: 'brackets-closed', offset });
    }
    depth = after;
  }
  return found;
}

/** Where the last piece begins to leave the string that the cursor stands in; null where it does not. */
function leavesString({ text, reading, inCursorString }: BoundaryReader, from: number): number | null {
  if (!inCursorString) return null;
  const lineStart = text.length - reading.line.length;
  for (let at = from + 1; at <= text.length; at++) {
    if (!/["'`#]/.test(text.charAt(at - 1))) continue;
    const { inString, open } = structureAt(reading, at - lineStart);
    if (inString || open !== '') continue;
    return at - (/["'`]+#*$/.exec(text.slice(0, at))?.[0].length ?? 1);
  }
  return null;
}

/**
 * Every boundary of a trace, ascending and without repeats: those inside tokens and the end of each
 * token. What no stop rule can better is the best of these.
 */
export function boundariesOf(line: CursorLine, tokens: readonly TraceToken[]): number[] {
  const offsets = new Set<number>();
  let reader = readBoundaries(line);
  for (const token of tokens) {
    const step = readToken(reader, token.text);
    for (const boundary of step.found) offsets.add(boundary.offset);
    reader = step.reader;
    offsets.add(reader.text.length);
  }
  return [...offsets].sort((a, b) => a - b);
}
