import type { CursorLine } from '../stopping/reading/cursor-line.ts';
import { columns, indentAt } from '../stopping/reading/indentation.ts';
import type { Repair } from './repair.ts';

/** Cuts lines at the end of the text that stand below the cursor already. */
export const cutFollowingLines: Repair = (text, { context, line }) => {
  const below = contentLines(
    line.insertsLines ? context.suffix : context.suffix.slice(line.rest.length),
  );
  const own = text.split('\n');
  while (own.length > 0 && own.at(-1)?.trim() === '') own.pop();
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

/** `end` above an `end` that is indented less closes something else. */
function isAsDeep(line: CursorLine, text: string): boolean {
  return line.insertsLines || columns(indentAt(line.before + text, 0)) === line.nextIndent;
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
