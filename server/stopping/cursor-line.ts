import { codeBefore } from './code-before.ts';
import { SCAN_START, closerOf, isCloser, scanChar, type CodeScan } from './code-scan.ts';
import { restOfLine } from './context-kind.ts';
import { columns, indentAt } from './indentation.ts';
import { marksOf } from './languages.ts';
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
  /** The quote of the string that the rest begins in, or ''. */
  readonly restQuote: string;
  /**
   * The bracket that the generated text must have left open where the rest begins, since the rest
   * closes one that nothing before the cursor opened; as its closer, or ''.
   */
  readonly restCloses: string;
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
  const quote = quoteAfter(before, '');
  const restQuote = quoteOf(rest, quote);
  const restCloses = restQuote === '' ? missingOpener(context, before, rest) : '';
  return {
    before,
    rest,
    restMark: markOf(rest.trim(), restCloses !== ''),
    quote,
    restQuote,
    restCloses,
    indent: insertsLines ? nextIndent : columns(indentAt(before, 0)),
    nextLine: next.trim(),
    nextIndent,
    insertsLines,
  };
}

/**
 * A closing bracket, separator or quote alone says enough; else two characters do. So does it take
 * two where the closing bracket is to match one that the text itself opens.
 */
function markOf(rest: string, closesOwn: boolean): string {
  if (closesOwn) return /^[)\]}][)\]},;]?/.exec(rest)?.[0] ?? '';
  return rest.slice(0, /^[)\]},;:'"`]/.test(rest) ? 1 : 2);
}

function quoteAfter(line: string, quote: string): string {
  return scanLine(line, quote).quote;
}

function scanLine(line: string, quote: string): CodeScan {
  let scan: CodeScan = { ...SCAN_START, quote };
  for (let at = 0; at < line.length; at++) scan = scanChar(scan, line.charAt(at));
  return scan;
}

/** The quote of the string that the rest begins in: the cursor's, or what makes its quotes even. */
function quoteOf(rest: string, quote: string): string {
  return [quote, '', '"', "'", '`'].find((candidate) => quoteAfter(rest, candidate) === '') ?? '';
}

/** The cursor's own line is asked first: what the window before it begins with may be read wrongly. */
function missingOpener(
  { prefix, languageId, kind }: CursorContext,
  before: string,
  rest: string,
): string {
  const first = rest.trim().charAt(0);
  if (!isCloser(first) || kind === 'comment') return '';
  if (scanLine(before, '').open.endsWith(first)) return '';
  const innermost = codeBefore(prefix, marksOf(languageId)).openers.at(-1);
  return innermost !== undefined && closerOf(prefix.charAt(innermost)) === first ? '' : first;
}
