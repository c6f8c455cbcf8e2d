import { contextKind } from '../../server/stopping/reading/context-kind.ts';
import type { ContextKind } from '../../server/stopping/trace.ts';

/** A span of a source file that a simulated user deletes and writes again. */
export interface Place {
  readonly file: string;
  readonly kind: ContextKind;
  /** UTF-16 offsets of the span. */
  readonly start: number;
  readonly end: number;
}

export interface Source {
  readonly file: string;
  readonly languageId: string;
  /** LF line breaks. */
  readonly text: string;
}

interface Line {
  readonly start: number;
  readonly indent: number;
  readonly code: string;
}

/** All places of a file where people write code or a comment, in the order of the file. */
export function placesOf(source: Source): Place[] {
  const lines = readLines(source.text);
  const spans = lines.flatMap((line, index) => [
    ...commentRest(line),
    ...behindAssignment(line),
    ...argumentsOf(line),
    ...memberOf(line),
    ...wholeStatement(line),
    ...block(lines, index),
  ]);
  return spans.map(([start, end]) => ({
    file: source.file,
    kind: contextKind(source.text.slice(0, start), source.text.slice(end), source.languageId),
    start,
    end,
  }));
}

type Span = readonly [start: number, end: number];

function readLines(text: string): Line[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const code = line.trim();
    const read = { start, indent: line.length - line.trimStart().length, code };
    start += line.length + 1;
    return read;
  });
}

const COMMENT = /^(\/\*\*?|\*|\/\/|#|""")/;
/** Lines whose text says nothing of its own: closing brackets, `else`, imports. */
const NO_STATEMENT = /^[\])}]|^(import|from|else|try|export)\b/;

function isStatement({ code }: Line): boolean {
  return code.length > 8 && !COMMENT.test(code) && !NO_STATEMENT.test(code);
}

function opensBlock({ code }: Line): boolean {
  return !COMMENT.test(code) && /[{:]$/.test(code);
}

/** A comment behind its first two words. */
function commentRest({ start, indent, code }: Line): Span[] {
  const match = /^(?:\/\*\*?|\*|\/\/|#|""")\s*\S+\s+\S+ (.{8,}?)(?: \*\/|""")?$/.exec(code);
  if (!match?.[1]) return [];
  const at = start + indent + code.lastIndexOf(match[1]);
  return [[at, at + match[1].length]];
}

/** What is assigned or returned: to the line's end, and up to a semicolon that the editor left. */
function behindAssignment(line: Line): Span[] {
  if (!isStatement(line) || opensBlock(line)) return [];
  const match = /^(?:[^='"`]*[^='"`<>!] = |return )(.+)$/.exec(line.code);
  const rest = match?.[1];
  if (!rest || rest.length < 4 || /[[({]$/.test(rest)) return [];
  const at = line.start + line.indent + line.code.length - rest.length;
  const end = at + rest.length;
  return rest.endsWith(';')
    ? [
        [at, end],
        [at, end - 1],
      ]
    : [[at, end]];
}

/** The arguments of the line's first call that closes on the line. */
function argumentsOf({ start, indent, code }: Line): Span[] {
  if (COMMENT.test(code)) return [];
  const open = /[\w$]\(/.exec(code);
  if (!open) return [];
  const from = open.index + 2;
  let depth = 1;
  for (let at = from; at < code.length; at++) {
    if (code[at] === '(') depth++;
    if (code[at] === ')') depth--;
    if (depth === 0) return at - from < 3 ? [] : [[start + indent + from, start + indent + at]];
  }
  return [];
}

/** The name behind a dot, where more of the line follows. */
function memberOf({ start, indent, code }: Line): Span[] {
  if (COMMENT.test(code)) return [];
  const match = /[\w$)]\.([a-z]\w{2,})(?=\W)/i.exec(code);
  if (!match?.[1]) return [];
  const at = start + indent + match.index + 2;
  return [[at, at + match[1].length]];
}

function wholeStatement(line: Line): Span[] {
  if (!isStatement(line) || line.indent === 0) return [];
  const at = line.start + line.indent;
  return [[at, at + line.code.length]];
}

/** A block of up to four lines, from its first line's indentation on. */
function block(lines: readonly Line[], opener: number): Span[] {
  const head = lines[opener];
  const first = lines[opener + 1];
  if (!head || !first || !opensBlock(head) || first.indent <= head.indent) return [];
  let last = first;
  let count = 0;
  for (const line of lines.slice(opener + 1)) {
    if (line.code === '' || line.indent < first.indent) break;
    last = line;
    count++;
  }
  if (count < 2 || count > 4) return [];
  return [[first.start + first.indent, last.start + last.indent + last.code.length]];
}
