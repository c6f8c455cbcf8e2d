import { SCAN_START, scanChar } from '../../../server/stopping/reading/code-scan.ts';
import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';

/**
 * Cody's text processing. Source: sourcegraph/cody dced3c1, vscode/src/completions: detect-multiline,
 * text-processing/utils, text-processing/truncate-multiline-completion (what it does where no
 * syntax tree is at hand), vscode/src/tree-sitter/language.ts.
 */
interface Language {
  readonly blockStart: string;
  readonly blockElse: RegExp;
  readonly blockEnd: string | null;
}

const BRACES: Language = { blockStart: '{', blockElse: /^[\t ]*\} else/, blockEnd: '}' };
const LANGUAGES: Readonly<Record<string, Language>> = {
  python: { blockStart: ':', blockElse: /^[\t ]*(elif |else:)/, blockEnd: null },
  elixir: { blockStart: 'do', blockElse: /^[\t ]*(else|else do)/, blockEnd: 'end' },
  ...Object.fromEntries(
    [
      'c cpp csharp dart go java javascript javascriptreact kotlin php rust svelte',
      'typescript typescriptreact vue astro',
    ]
      .join(' ')
      .split(' ')
      .map((id) => [id, BRACES]),
  ),
};
const MULTI_LINE = new Set([...Object.keys(LANGUAGES), 'css', 'html']);
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const TAB = 4;

export const firstLineOf = (text: string): string => text.split(/\r?\n/, 1)[0] ?? '';
export const lastLineOf = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);

function indentation(line: string): number {
  const blanks = /^[\t ]*/.exec(line)?.[0] ?? '';
  return blanks.replaceAll('\t', ' '.repeat(TAB)).length;
}

const filled = (line: string) => line.trim() !== '';
const nextFilledLine = (suffix: string) => suffix.split('\n').slice(1).find(filled) ?? '';
const previousFilledLine = (prefix: string) =>
  prefix.split('\n').slice(0, -1).filter(filled).at(-1) ?? '';

/** Whether a completion at this place is to have several lines. */
export function wantsLines(prefix: string, suffix: string, languageId: string): boolean {
  const linePrefix = lastLineOf(prefix);
  const lineSuffix = restOfLine(suffix);
  const line = lineSuffix.trim() === '' ? linePrefix : linePrefix + lineSuffix;
  const isCall = !/^(function|def|fn)/.test(linePrefix.trim()) && /\b[^()]+\((.*)\)$/.test(line);
  if (isCall || !MULTI_LINE.has(languageId)) return false;
  const start = LANGUAGES[languageId]?.blockStart;
  const opens =
    /[([{]$/.test(lastLineOf(prefix.trimEnd())) ||
    (start !== undefined && prefix.trimEnd().endsWith(start));
  if (!opens) return false;
  const next = indentation(nextFilledLine(suffix));
  if (linePrefix.trim() !== '') return indentation(linePrefix) >= next;
  const previous = indentation(previousFilledLine(prefix));
  return lineSuffix.trim() === '' && previous < indentation(linePrefix) && previous >= next;
}

/** A completion that begins with a line break and the line's own indentation loses both. */
export function normaliseStart(completion: string, prefix: string): string {
  const [first, second, ...rest] = completion.split('\n');
  if (first !== '' || second === undefined) return completion;
  if (indentation(second) !== indentation(lastLineOf(prefix))) return completion;
  return [second.trimStart(), ...rest].join('\n');
}

/**
 * Up to the first line that is indented less than the start. A closing line belongs to it if the
 * block is not closed below, or if it closes what the text itself opened (as a syntax tree would tell).
 */
export function truncateBlock(
  text: string,
  prefix: string,
  suffix: string,
  languageId: string,
): string {
  const language = LANGUAGES[languageId];
  if (!language) return text;
  const linePrefix = lastLineOf(prefix);
  const start = indentation(linePrefix);
  const onEmptyLine = linePrefix.trim() === '';
  const opener = /[([{]$/.exec(linePrefix)?.[0];
  const includesCloser =
    indentation(nextFilledLine(suffix)) < start ||
    (opener !== undefined && suffix.startsWith(CLOSES[opener] ?? ' '));
  const lines = text.split('\n');
  let scan = SCAN_START;
  for (const [i, line] of lines.entries()) {
    const openBefore = scan.open !== '';
    for (let at = 0; at < line.length; at += 1) scan = scanChar(scan, line.charAt(at));
    scan = scanChar(scan, '\n');
    if (i === 0 || line === '' || language.blockElse.test(line)) continue;
    const indent = indentation(line);
    if (onEmptyLine ? indent >= start : indent > start) continue;
    const closes = language.blockEnd !== null && line.trim().startsWith(language.blockEnd);
    if (openBefore && /^\s*[)\]}]/.test(line)) {
      if (scan.open === '' && i + 1 < lines.length) return lines.slice(0, i + 1).join('\n');
      continue;
    }
    return lines.slice(0, includesCloser && closes ? i + 1 : i).join('\n');
  }
  return text;
}

/** Drops lines from the one on that the suffix begins with, seen from the end. */
export function trimUntilSuffix(
  insertion: string,
  prefix: string,
  suffix: string,
  languageId: string,
): string {
  const text = insertion.trimEnd();
  const next = suffix.slice(suffix.indexOf('\n')).split('\n').find(filled) ?? '';
  if (next === '') return text;
  const linePrefix = lastLineOf(prefix);
  const end = LANGUAGES[languageId]?.blockEnd;
  const lines = text.split('\n');
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    if (lines[i] === '') continue;
    const line = i === 0 ? linePrefix + (lines[i] ?? '') : (lines[i] ?? '');
    const isEnd =
      lines.length === 1 &&
      linePrefix.trim() === '' &&
      typeof end === 'string' &&
      line.trim().startsWith(end) &&
      indentation(linePrefix) === indentation(line);
    const repeats = indentation(line) <= indentation(next) && next.startsWith(line);
    if (isEnd || repeats) return lines.slice(0, i).join('\n');
  }
  return text;
}

/** How many characters of the rest of the line occur, in order, in the completion. */
export function matchingSuffixLength(completion: string, lineSuffix: string): number {
  let length = 0;
  for (const char of completion) if (char === lineSuffix.charAt(length)) length += 1;
  return length;
}

const BAD_START = /^(\p{Emoji_Presentation}|\u{200B}|\+ |- |\. )+(\s)+/u;
const PROMPT_CONTINUATIONS = [/^\n{0,2}Human: /, /^(\/\/|#) Path: /];

/** What every completion goes through before it is shown; '' for one of low quality. */
export function processCompletion(
  completion: string,
  { prefix, suffix, languageId }: CursorContext,
  multiLine: boolean,
): string {
  const fixed = completion.replace(BAD_START, '');
  const lines = multiLine ? fixed.replace(/[^\S\n]+$/gm, '') : firstLineOf(fixed);
  const trimmed = trimUntilSuffix(lines, prefix, suffix, languageId);
  const joined = /[ \t]$/.test(prefix) ? trimmed.replace(/^[\t ]+/, '') : trimmed;
  const result = joined.trimEnd();
  const poor =
    result.trim().length <= 1 || PROMPT_CONTINUATIONS.some((pattern) => pattern.test(result));
  return poor ? '' : result;
}
