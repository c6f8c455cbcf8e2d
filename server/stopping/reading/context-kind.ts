import { marksOf, opensBlock, type LanguageMarks } from './languages.ts';
import { readPrefix, type Opener } from './read-prefix.ts';
import type { ContextKind } from '../trace.ts';

/**
 * The kind of a cursor, the first that applies: comment, arguments (inside an open call bracket),
 * block start (after an opener at its line's end), empty line, line end, mid-line.
 *
 * @param prefix text before the cursor, LF line breaks; may begin anywhere
 * @param suffix text after it
 */
export function contextKind(prefix: string, suffix: string, languageId: string): ContextKind {
  const marks = marksOf(languageId);
  const before = readPrefix(prefix, languageId);
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const restIsBlank = restOfLine(suffix).trim() === '';
  if (before.inComment || continuesBlockComment(line, marks)) return 'comment';
  if (insideCall(before.openers, prefix)) return 'arguments';
  if (restIsBlank && opensBlock(before.lastCodeLine, languageId)) return 'block-start';
  if (!restIsBlank) return 'mid-line';
  return line.trim() === '' ? 'empty-line' : 'line-end';
}

/** What stands after the cursor on its line. */
export function restOfLine(suffix: string): string {
  const end = suffix.indexOf('\n');
  return end === -1 ? suffix : suffix.slice(0, end);
}

/** A line such as ` * text`, where the prefix may begin after the comment's opening mark. */
function continuesBlockComment(line: string, marks: LanguageMarks): boolean {
  return marks.block.some(([open]) => open === '/*') && /^\s*\*(\s|$)/.test(line);
}

const NO_CALL =
  /(^|[^\w$.])(if|while|for|switch|match|catch|return|and|or|not|in|case|elif|with|await|function|fn|func|def)$/;
const DEFINES = /(^|[^\w$.])(function|fn|func|def)\s*\*?\s*[\w$]+(<[^()]*>)?$/;

function insideCall(openers: readonly Opener[], prefix: string): boolean {
  for (let i = openers.length - 1; i >= 0; i--) {
    const at = openers[i]?.at ?? 0;
    const bracket = prefix.charAt(at);
    if (bracket === '{') return false;
    if (bracket !== '(') continue;
    const head = prefix.slice(prefix.lastIndexOf('\n', at - 1) + 1, at);
    if (DEFINES.test(head)) return false;
    if (/[\w$)\]>!?]$/.test(head) && !NO_CALL.test(head)) return true;
  }
  return false;
}
