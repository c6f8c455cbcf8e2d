/**
 * A block of code as it stands in the place of `selected`: indented as that was, and with a line break at its end
 * where that had one.
 * @param code without a line break at its end
 * @param before what stands in front of the selection on its first line
 */
export function fitted(code: string, selected: string, before: string): string {
  const wanted = indentOf(before, selected);
  const lines = code.split('\n');
  const own = commonIndent(lines);
  const indented = lines
    .map((line) => (line.trim() === '' ? '' : wanted + line.slice(own.length)))
    .join('\n');
  const there = before.trim() === '' ? before : wanted;
  const text = indented.startsWith(there) ? indented.slice(there.length) : indented;
  return /\n$/.test(selected) ? `${text}\n` : text;
}

/** Of the selection's first line that is not blank. */
function indentOf(before: string, selected: string): string {
  const [first = '', ...others] = selected.split('\n');
  const line = [before + first, ...others].find((each) => each.trim() !== '') ?? before;
  return blanksOf(line);
}

function commonIndent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map(blanksOf);
  let common = indents[0] ?? '';
  while (!indents.every((indent) => indent.startsWith(common))) common = common.slice(0, -1);
  return common;
}

function blanksOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
