import { restOfLine } from './context-kind.ts';
import { columns, indentAt } from './indentation.ts';
import type { CodeReading } from './code-reading.ts';
import { readPrefix, type Opener } from './read-prefix.ts';
import { readRest, type RestOfLine } from './rest-of-line.ts';
import type { CursorContext } from '../trace.ts';

/** What a rule works out once per request about the line that the cursor is on. */
export interface CursorLine {
  readonly before: string;
  /** What stands after the cursor on its line; '' where whole lines are inserted before it. */
  readonly rest: string;
  /** The same, as it is looked for in a generated text. */
  readonly sought: RestOfLine;
  /** The line, to be read on from the cursor. */
  readonly reading: CodeReading;
  readonly languageId: string;
  readonly inString: boolean;
  /** Brackets that are open at the cursor, innermost last. */
  readonly openers: readonly Opener[];
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

const read = new WeakMap<CursorContext, CursorLine>();

/** Worked out once for a context, however many ask. */
export function cursorLine(context: CursorContext): CursorLine {
  let line = read.get(context);
  if (!line) read.set(context, (line = readLine(context)));
  return line;
}

function readLine({ prefix, suffix, languageId }: CursorContext): CursorLine {
  const before = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const onLine = restOfLine(suffix);
  const insertsLines = before === '' && /^[ \t]+\S/.test(onLine);
  const rest = insertsLines ? '' : onLine;
  const below = insertsLines ? suffix : suffix.slice(onLine.length + 1);
  const next = /^[^\S\n]*\S.*$/m.exec(below)?.[0] ?? '';
  const nextIndent = next === '' ? -1 : columns(indentAt(next, 0));
  const read = readPrefix(prefix, languageId);
  return {
    before,
    rest,
    sought: readRest(read, rest),
    reading: read.reading,
    languageId,
    inString: read.inString,
    openers: read.openers,
    indent: insertsLines ? nextIndent : columns(indentAt(before, 0)),
    nextLine: next.trim(),
    nextIndent,
    insertsLines,
  };
}
