import type { CursorContext } from '../stopping/trace.ts';
import { columns, indentAt } from '../stopping/reading/indentation.ts';
import { opensBlock } from '../stopping/reading/languages.ts';
import { indentationOf } from './indentation-style.ts';
import type { Repair } from './repair.ts';

/**
 * Drops blanks at the text's beginning where the cursor stands behind blanks already, unless the
 * line, being the next one of its block, is not indented far enough without them.
 */
export const cutLeadingBlanks: Repair = (text, { context, line }) => {
  const blanks = /^[ \t]+(?=\S)/.exec(text)?.[0] ?? '';
  const { before } = line;
  if (blanks === '' || !/[ \t]$/.test(before) || line.inString) return text;
  const isIndentation = before.trim() === '';
  const wanted = isIndentation ? nextIndentation(context) : null;
  return wanted === columns(before) + columns(blanks) ? text : text.slice(blanks.length);
};

/** Columns at which the line after the last one with something on it begins; null where unknown. */
function nextIndentation({ prefix, suffix, languageId }: CursorContext): number | null {
  const above = prefix.slice(0, prefix.lastIndexOf('\n') + 1).trimEnd();
  if (above === '') return null;
  const last = above.slice(above.lastIndexOf('\n') + 1);
  const indent = columns(indentAt(last, 0));
  if (!opensBlock(last, languageId)) return indent;
  const style = indentationOf(`${prefix}\n${suffix}`);
  return style ? indent + columns(style) : null;
}
