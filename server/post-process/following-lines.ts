import type { CursorLine } from '../stopping/reading/cursor-line.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { columns, indentAt } from '../stopping/reading/indentation.ts';
import type { Repair, RepairContext } from './repair.ts';

/** Cuts lines at the end of the text that stand below the cursor already. */
export const cutFollowingLines: Repair = (text, { context, line }) => {
  const below = linesBelow(context, line);
  const own = linesOf(text);
  for (let n = Math.min(own.length, below.length); n > 0; n--) {
    const kept = own.slice(0, -n);
    const tail = own.slice(-n).map((each) => each.trim());
    if (kept.length === 0 && (line.before.trim() !== '' || !isAsDeep(line, text))) continue;
    if (tail.some(saysSomething) && tail.every((each, i) => each === below[i])) {
      return kept.join('\n');
    }
  }
  return text;
};

/** Less the lines at its end that may turn out to be those below the cursor once it goes on. */
export function withoutLinesBelow(text: string, { context, line }: RepairContext): string {
  const below = linesBelow(context, line);
  const own = linesOf(text);
  for (let n = Math.min(own.length, below.length); n > 0; n--) {
    const isBelow = own.slice(-n).every((each, i) => each.trim() === below[i]);
    if (isBelow) return own.slice(0, -n).join('\n');
  }
  return text;
}

/** `end` above an `end` that is indented less closes something else. */
function isAsDeep(line: CursorLine, text: string): boolean {
  return line.insertsLines || columns(indentAt(line.before + text, 0)) === line.nextIndent;
}

/** Without blank ones at its end. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

/** With something on them, trimmed. */
function linesBelow({ suffix }: CursorContext, line: CursorLine): string[] {
  return contentLines(line.insertsLines ? suffix : suffix.slice(line.rest.length));
}

function contentLines(text: string): string[] {
  return text
    .split('\n', 40)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** A lone closing bracket below is no evidence of repetition. */
function saysSomething(line: string): boolean {
  return /\w/.test(line);
}
