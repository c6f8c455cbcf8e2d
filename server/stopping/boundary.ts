import { SCAN_START, isCloser, scanChar, type CodeScan } from './code-scan.ts';
import type { CursorLine } from './cursor-line.ts';
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
  readonly scan: CodeScan;
  /** Whether nothing that was opened since the cursor was still open before the last character. */
  readonly wasBalanced: boolean;
}

export function readBoundaries(line: CursorLine): BoundaryReader {
  return { line, text: '', scan: { ...SCAN_START, quote: line.quote }, wasBalanced: true };
}

/**
 * Reads one token. Its boundaries, in order: before a line break; before the place where the rest
 * of the cursor's line begins (brackets balanced since the cursor); and, where that rest is not
 * blank, before a bracket that closes more than was opened.
 */
export function readToken(
  reader: BoundaryReader,
  token: string,
): { readonly reader: BoundaryReader; readonly found: readonly Boundary[] } {
  const { line } = reader;
  const text = reader.text + token;
  const mark = line.restMark;
  const found: Boundary[] = [];
  let { scan, wasBalanced } = reader;
  for (let at = reader.text.length; at < text.length; at++) {
    const char = text.charAt(at);
    const balanced = scan.open === line.restCloses && scan.quote === line.restQuote;
    if (char === '\n') {
      found.push({ at: 'line-end', offset: text.charAt(at - 1) === '\r' ? at - 1 : at });
    } else if (mark.length === 1 && balanced && char === mark) {
      found.push({ at: 'rest-of-line', offset: at });
    } else if (
      mark !== '' &&
      scan.open === '' &&
      scan.quote === '' &&
      isCloser(char) &&
      line.restCloses === ''
    ) {
      found.push({ at: 'brackets-closed', offset: at });
    } else if (mark.length === 2 && wasBalanced && text.startsWith(mark, at - 1)) {
      found.push({ at: 'rest-of-line', offset: at - 1 });
    }
    scan = scanChar(scan, char);
    wasBalanced = balanced;
  }
  return { reader: { line, text, scan, wasBalanced }, found };
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
