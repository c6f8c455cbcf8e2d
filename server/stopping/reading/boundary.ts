import type { CursorLine } from './cursor-line.ts';
import { ELEMENT } from './brackets.ts';
import {
  breakLine,
  excessClosers,
  extend,
  settle,
  structureAt,
  type CodeReading,
  type Structure,
} from './code-reading.ts';
import { endOfLine, endOfText, NOTHING_FOUND, seekRest, type RestSearch } from './seek-rest.ts';
import type { TraceToken } from '../trace.ts';

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
  readonly search: RestSearch;
}

export function readBoundaries(line: CursorLine): BoundaryReader {
  return {
    line,
    text: '',
    scan: structureAt(line.reading),
    reading: line.reading,
    search: NOTHING_FOUND,
  };
}

/**
 * Reads one token. Its boundaries, in order: before a line break; before the place where the rest
 * of the cursor's line begins; and, where that rest is not blank, before a bracket that closes more
 * than was opened.
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
  const { text, reading } = reader;
  const rest = endOfLine(reader.search, reader.line, text);
  if (rest !== null) found.push({ at: 'rest-of-line', offset: rest });
  found.push({ at: 'line-end', offset: text.endsWith('\r') ? text.length - 1 : text.length });
  return { ...reader, text: `${text}\n`, reading: breakLine(reading), search: NOTHING_FOUND };
}

/** Where the text is to be cut if the model ends it here; null: here. */
export function restAtEnd({ search, line, text }: BoundaryReader): number | null {
  return endOfText(search, line, text);
}

function readPiece(reader: BoundaryReader, piece: string, found: Boundary[]): BoundaryReader {
  const from = reader.text.length;
  const text = reader.text + piece;
  const reading = extend(reader.reading, piece);
  const next = { ...reader, text, reading };
  if (reader.line.sought.text === '') return next;
  const { search, found: rest } = seekRest(reader.search, { ...next, from });
  const excess = excessCloser(next, from);
  if (rest !== null) found.push({ at: 'rest-of-line', offset: rest });
  else if (excess !== null) {
    const before = endOfLine(search, reader.line, text.slice(0, excess));
    found.push(
      before === null
        ? { at: 'brackets-closed', offset: excess }
        : { at: 'rest-of-line', offset: before },
    );
  }
  return { ...next, search };
}

/** Where the last piece first closes a bracket that nothing since the cursor opened or left to close. */
function excessCloser({ line, text, reading }: BoundaryReader, from: number): number | null {
  const { open, excess, inString, endsElements } = line.sought;
  if (open !== '' || inString) return null;
  const lineStart = text.length - reading.line.length;
  const found = excessClosers(reading).find(
    ({ at, closer, count }) =>
      count > excess && lineStart + at >= from && (closer !== ELEMENT || endsElements),
  );
  return found ? lineStart + found.at : null;
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
