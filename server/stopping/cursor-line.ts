import { SCAN_START, scanChar } from './code-scan.ts';
import { restOfLine } from './context-kind.ts';
import { columns, indentAt } from './indentation.ts';
import type { CursorContext } from './trace.ts';

/** What a rule works out once per request about the line that the cursor is on. */
export interface CursorLine {
  readonly before: string;
  /** What stands after the cursor on its line; '' where whole lines are inserted before it. */
  readonly rest: string;
  /** How the rest announces itself in a generated text; '' where the rest is blank. */
  readonly restMark: string;
  /** The quote of the string that the cursor stands in, or ''. */
  readonly quote: string;
  /** Columns. */
  readonly indent: number;
  /** The next line with something on it below the cursor, trimmed; '' where there is none. */
  readonly nextLine: string;
  /** Columns; -1 where there is no such line. */
  readonly nextIndent: number;
  /**
   * The cursor stands at column 0 before an indented line: the model writes whole lines that push
   * that line down, and the line break belongs to what is served.
   */
  readonly insertsLines: boolean;
}

export function cursorLine(context: CursorContext): CursorLine {
  const { prefix, suffix } = context;
  const before = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const onLine = restOfLine(suffix);
  const insertsLines = before === '' && /^[ \t]+\S/.test(onLine);
  const rest = insertsLines ? '' : onLine;
  const below = insertsLines ? suffix : suffix.slice(onLine.length + 1);
  const next = /^[^\S\n]*\S.*$/m.exec(below)?.[0] ?? '';
  const nextIndent = next === '' ? -1 : columns(indentAt(next, 0));
  return {
    before,
    rest,
    restMark: markOf(rest.trim()),
    quote: quoteAtEndOf(before),
    indent: insertsLines ? nextIndent : columns(indentAt(before, 0)),
    nextLine: next.trim(),
    nextIndent,
    insertsLines,
  };
}

/** A closing bracket, separator or quote alone says enough; else two characters do. */
function markOf(rest: string): string {
  return rest.slice(0, /^[)\]},;:'"`]/.test(rest) ? 1 : 2);
}

function quoteAtEndOf(line: string): string {
  let scan = SCAN_START;
  for (let at = 0; at < line.length; at++) scan = scanChar(scan, line.charAt(at));
  return scan.quote;
}
