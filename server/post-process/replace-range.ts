import { cursorLine } from '../stopping/reading/cursor-line.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { unmatchedClosers } from './brackets.ts';

export interface Insertion {
  readonly text: string;
  /** UTF-16 units after the cursor, on its line, that the text replaces; 0 in nearly all cases. */
  readonly replaceAfter: number;
}

/**
 * How an editor should put in a repaired text: at the cursor; over the closing brackets that follow
 * it where the text closes them itself and goes on; with a line break where it pushes a line down.
 */
export function insertion(text: string, context: CursorContext): Insertion {
  const line = cursorLine(context);
  if (text === '') return { text, replaceAfter: 0 };
  if (line.insertsLines) return { text: text.endsWith('\n') ? text : `${text}\n`, replaceAfter: 0 };
  const rest = line.rest.trimEnd();
  const closers = rest.replace(/[^)\]}]/g, '');
  const onlyClosers = /^[)\]}]+[;,]?$/.test(rest);
  const closes = unmatchedClosers(line, text).map((at) => text.charAt(at));
  const replaces = onlyClosers && line.sought.open === '' && closes.join('').startsWith(closers);
  return { text, replaceAfter: replaces ? rest.length : 0 };
}
