import { distance } from 'fastest-levenshtein';

/**
 * Tabby's post-processing. Source: TabbyML/tabby 21b2904, clients/tabby-agent/src/codeCompletion/
 * postprocess (index.ts gives the order), contexts.ts, utils/string.ts. The filters that follow
 * editor settings nobody gave (`formatIndentation`) are left out, as Tabby leaves them out then.
 */
export interface TabbyContext {
  /** Lines with their line breaks. */
  readonly prefixLines: readonly string[];
  readonly suffixLines: readonly string[];
  readonly suffix: string;
  readonly linePrefix: string;
  readonly lineSuffix: string;
  /** Nothing but punctuation stands after the cursor on its line; it is replaced. */
  readonly isLineEnd: boolean;
  readonly languageId: string;
}

export function splitLines(text: string): string[] {
  const lines = text.match(/.*(?:$|\r?\n)/g)?.filter(Boolean) ?? [];
  if (lines.at(-1)?.endsWith('\n')) lines.push('');
  return lines;
}

/** How many characters after the cursor Tabby hides from the model and replaces. */
export function replacedAtLineEnd(suffix: string): number {
  const line = suffix.slice(0, suffix.indexOf('\n') + 1 || suffix.length);
  return /^\W*$/.test(line) ? line.replace(/\r?\n$/, '').length : 0;
}

export function tabbyContext(prefix: string, after: string, languageId: string): TabbyContext {
  const line = after.slice(0, after.indexOf('\n') + 1 || after.length);
  const suffix = after.slice(replacedAtLineEnd(after));
  const prefixLines = splitLines(prefix);
  const suffixLines = splitLines(suffix);
  return {
    prefixLines,
    suffixLines,
    suffix,
    linePrefix: prefixLines.at(-1) ?? '',
    lineSuffix: suffixLines[0] ?? '',
    isLineEnd: /^\W*$/.test(line),
    languageId,
  };
}

type Filter = (text: string, context: TabbyContext) => string;

const isBlank = (text: string) => text.trim() === '';
const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0].length ?? 0;
const opens = (lines: readonly string[], i: number) =>
  i >= 0 && i < lines.length - 1 && indentOf(lines[i] ?? '') < indentOf(lines[i + 1] ?? '');
const closes = (lines: readonly string[], i: number) =>
  i > 0 && i < lines.length && indentOf(lines[i - 1] ?? '') > indentOf(lines[i] ?? '');
const withPrefix = (lines: readonly string[], prefix: string) =>
  lines.map((line, i) => (i === 0 ? prefix + line : line));

const oneLineInsideALine: Filter = (text, { isLineEnd, lineSuffix }) => {
  const lines = splitLines(text);
  if (isLineEnd || lines.length <= 1) return text;
  const suffix = lineSuffix.trimEnd();
  const first = (lines[0] ?? '').trimEnd();
  return first.endsWith(suffix) ? first.slice(0, -suffix.length) : '';
};

const withoutRepetitionAtEnd: Filter = (text) => {
  const lines = splitLines(text);
  let last = lines.length - 1;
  while (last >= 0 && isBlank(lines[last] ?? '')) last -= 1;
  if (last < 0) return text;
  const repeats = [/(.{3,}?)\1{5,}$/, /(.{10,}?)\1{3,}$/].some((test) =>
    test.test(lines[last] ?? ''),
  );
  return repeats ? lines.slice(0, last).join('').trimEnd() : text;
};

const notTheSuffix: Filter = (text, { suffixLines }) => {
  const lines = splitLines(text);
  const from = lines.findIndex((line) => !isBlank(line));
  const at = suffixLines.findIndex((line) => !isBlank(line));
  if (from < 0 || at < 0) return text;
  const count = Math.min(3, lines.length - from, suffixLines.length - at);
  const ours = lines
    .slice(from, from + count)
    .join('')
    .trim();
  const theirs = suffixLines
    .slice(at, at + count)
    .join('')
    .trim();
  const limit = Math.max(1, 0.05 * ours.length, 0.05 * theirs.length);
  return distance(ours, theirs) <= limit ? '' : text;
};

const trimmed: Filter = (text, { linePrefix, lineSuffix }) => {
  const start = !isBlank(linePrefix) && /\s$/.test(linePrefix) ? text.trimStart() : text;
  return isBlank(lineSuffix) || /^\s/.test(lineSuffix) ? start.trimEnd() : start;
};

/** Cuts where parts from the second last on backwards nearly repeat the one before them. */
function withoutRepeated(parts: readonly string[], threshold: number, stepsOverBlanks: boolean) {
  let index = parts.length - 2;
  let repeats = 0;
  while (index >= 1) {
    if (isBlank(parts[index] ?? '')) {
      index -= 1;
      continue;
    }
    let previous = index - 1;
    while (previous >= 0 && isBlank(parts[previous] ?? '')) previous -= 1;
    if (previous < 0) break;
    const a = (parts[index] ?? '').trim();
    const b = (parts[previous] ?? '').trim();
    if (distance(a, b) > Math.max(0.1 * a.length, 0.1 * b.length)) break;
    repeats += 1;
    index = stepsOverBlanks ? previous : index - 1;
  }
  return repeats >= threshold
    ? parts
        .slice(0, index + 1)
        .join('')
        .trimEnd()
    : null;
}

const withoutRepeatedBlocks: Filter = (text) =>
  withoutRepeated(text.split(/\n(\s*)\n/g), 2, false) ?? text;
const withoutRepeatedLines: Filter = (text) => withoutRepeated(splitLines(text), 5, true) ?? text;

/** The indentation below which a line leaves the scope, and whether its closing line may stay. */
function scopeOf(
  lines: readonly string[],
  context: TabbyContext,
): { limit: number; closing: boolean } {
  const { prefixLines, suffixLines, linePrefix } = context;
  const before = prefixLines.filter((line) => !isBlank(line)).at(-1);
  const reference = lines.find((line) => !isBlank(line));
  if (before === undefined || reference === undefined) return { limit: 0, closing: true };
  const indent = indentOf(before);
  const firstIsBlank = isBlank(lines[0] ?? '');
  const own = indentOf(firstIsBlank ? reference : linePrefix + reference);
  const goesOn = !firstIsBlank && !isBlank(linePrefix);
  const limit = goesOn || own > indent ? indent + 1 : indent;
  const below = suffixLines.slice(1).find((line) => !isBlank(line));
  const closing =
    (!goesOn || opens(withPrefix(lines, linePrefix), 0)) &&
    (below === undefined || indentOf(below) < limit);
  return { limit, closing };
}

const insideScope: Filter = (text, context) => {
  const lines = splitLines(text);
  const detected = withPrefix(lines, context.linePrefix);
  const { limit, closing } = scopeOf(lines, context);
  let end = 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? '';
    if (isBlank(line) || indentOf(line) >= limit) continue;
    if (closes(detected, end) && opens(detected, end)) continue;
    const afterBlank = isBlank(lines[end - 1] ?? '');
    if (closing && (context.languageId !== 'python' || !afterBlank)) end += 1;
    break;
  }
  return end < lines.length ? lines.slice(0, end).join('').trimEnd() : text;
};

const withoutSecondClosingLine: Filter = (text, { suffixLines, linePrefix }) => {
  const lines = splitLines(text);
  if (lines.length < 2 || !closes(withPrefix(lines, linePrefix), lines.length - 1)) return text;
  const below = suffixLines.slice(1).find((line) => !isBlank(line));
  const last = lines.at(-1) ?? '';
  if (below === undefined) return text;
  const same = last.startsWith(below.trimEnd()) || below.startsWith(last.trimEnd());
  return same ? lines.slice(0, -1).join('').trimEnd() : text;
};

const evenIndentation: Filter = (text, { linePrefix }) => {
  if (linePrefix === '' || linePrefix.includes('\t') || !isBlank(linePrefix)) return text;
  const blanks = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0;
  return splitLines(text)
    .map((line, i) => {
      const own = blanks(line);
      const odd = i === 0 && (own + linePrefix.length) % 2 !== 0 && own % 2 !== 0;
      return odd ? line.slice(own) : line;
    })
    .map((line) => {
      const own = blanks(line);
      return line.trim() !== '' && own % 2 !== 0 ? ' '.repeat(own - 1) + line.trimStart() : line;
    })
    .join('');
};

const withoutSuffixLines: Filter = (text, { suffix }) => {
  const lines = text.split('\n');
  const below = suffix
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (below.length === 0) return text;
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    if (isBlank(lines[i] ?? '') || lines[i] !== below[0]) continue;
    if (lines.slice(i, i + below.length).every((line, j) => line === below[j])) {
      return lines.slice(0, i).join('\n');
    }
  }
  return text;
};

/** All filters in Tabby's order. @param minimum characters; fewer are not shown */
export function tabbyFilters(text: string, context: TabbyContext, minimum = 4): string {
  const enough: Filter = (result) => (result.trim().length < minimum ? '' : result);
  const filters = [
    ...[oneLineInsideALine, withoutRepetitionAtEnd, notTheSuffix, trimmed, enough],
    ...[withoutRepeatedBlocks, withoutRepeatedLines, insideScope, withoutSecondClosingLine],
    ...[evenIndentation, notTheSuffix, trimmed, withoutSuffixLines, enough],
  ];
  return filters.reduce((result, filter) => (result === '' ? '' : filter(result, context)), text);
}
