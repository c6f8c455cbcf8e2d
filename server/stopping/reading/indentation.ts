const TAB_COLUMNS = 4;

/** The blanks with which the line at `from` begins; LF ends a line. */
export function indentAt(text: string, from: number): string {
  let end = from;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(from, end);
}

/** Columns that an indentation takes, a tab counted as four. */
export function columns(indent: string): number {
  let count = 0;
  for (const char of indent) count += char === '\t' ? TAB_COLUMNS : 1;
  return count;
}
