import { SCAN_START, isCloser, scanChar } from '../../stopping/reading/code-scan.ts';
import { columns, indentAt } from '../../stopping/reading/indentation.ts';
import { marksOf } from '../../stopping/reading/languages.ts';
import { lineComments } from '../../stopping/reading/line-comments.ts';
import type { Random } from '../random.ts';

/** Kinds of cut, and how many of a hundred tasks are of each. */
const SHARES = { lineend: 27, midline: 22, args: 18, empty: 18, block: 10, comment: 5 } as const;
export type CutKind = keyof typeof SHARES;

/** A piece of a file that a person types in one go. */
export interface Cut {
  readonly kind: CutKind;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

const PREFIX_CHARS = 1200;
const SUFFIX_CHARS = 300;
const MAX_GOLD_CHARS = 400;
const MAX_LINES = 12;
const TYPED_SHARE = 0.2;

interface Line {
  readonly start: number;
  readonly text: string;
  readonly indent: number;
  readonly comment: boolean;
  readonly blank: boolean;
}

function readLines(text: string, lang: string): Line[] {
  const marks = lineComments(lang);
  const { block } = marksOf(lang);
  const lines: Line[] = [];
  let start = 0;
  let inBlock = false;
  let inQuotes = false;
  for (const content of text.split('\n')) {
    const trimmed = content.trim();
    const opens = block.some(([open]) => trimmed.startsWith(open));
    const closes = block.some(([, close]) => trimmed.includes(close));
    // A docstring is prose too.
    const quotes = lang === 'python' ? content.split('"""').length - 1 : 0;
    const prose = inQuotes || quotes > 0;
    if (quotes % 2 === 1) inQuotes = !inQuotes;
    const comment = inBlock || opens || prose || marks.some((mark) => trimmed.startsWith(mark));
    inBlock = (inBlock || opens) && !closes;
    const indent = columns(indentAt(content, 0));
    lines.push({ start, text: content, indent, comment, blank: trimmed === '' });
    start += content.length + 1;
  }
  return lines;
}

/** Where the brackets that `text` opens from `from` on are closed again before `stops`; -1: nowhere. */
function balancedEnd(
  text: string,
  from: number,
  limit: number,
  stops: (char: string) => boolean,
): number {
  let scan = SCAN_START;
  for (let at = from; at < limit; at += 1) {
    const char = text.charAt(at);
    if (scan.open === '' && scan.quote === '' && stops(char)) return at;
    scan = scanChar(scan, char);
    if (scan.excess > 0) return -1;
  }
  return -1;
}

function isBalanced(text: string): boolean {
  let scan = SCAN_START;
  for (const char of text) scan = scanChar(scan, char);
  return scan.open === '' && scan.excess === 0;
}

/** After a dot, a bracket, an operator, a separator or a blank, before a word, a quote or a bracket. */
function typingPlaces({ text }: Line): number[] {
  const places: number[] = [];
  for (let at = text.length - text.trimStart().length + 1; at < text.length; at += 1) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at);
    if (/[\s.([{,:=<&|!"'`]/.test(before) && /[\w$"'`([{]/.test(after)) places.push(at);
  }
  return places;
}

function cutsInLine(text: string, line: Line): Cut[] {
  const cuts: Cut[] = [];
  const lineEnd = line.start + line.text.trimEnd().length;
  for (const place of typingPlaces(line)) {
    const start = line.start + place;
    if (lineEnd - start <= 100) cuts.push({ kind: 'lineend', start, end: lineEnd });
    const stop = balancedEnd(text, start, lineEnd, (char) => isCloser(char) || /[,;]/.test(char));
    const middle = start + text.slice(start, Math.max(start, stop)).trimEnd().length;
    if (middle > start) cuts.push({ kind: 'midline', start, end: middle });
    if (
      /[\w$>\])]\($/.test(text.slice(line.start, start)) ||
      /,\s$/.test(text.slice(line.start, start))
    ) {
      const close = balancedEnd(text, start, start + MAX_GOLD_CHARS, (char) => char === ')');
      if (close > start) cuts.push({ kind: 'args', start, end: close });
    }
  }
  return cuts;
}

/** One to four lines from an indentation on, up to the end of a statement; or one that opens a block. */
function cutsOfStatements(lines: readonly Line[], first: number): Cut[] {
  const line = lines[first];
  if (!line || first === 0 || /^\s*[)\]}]/.test(line.text)) return [];
  const start = line.start + line.text.length - line.text.trimStart().length;
  const cuts: Cut[] = [];
  let body = '';
  for (let i = first; i < Math.min(first + 4, lines.length); i += 1) {
    const current = lines[i];
    if (!current || current.blank || current.indent < line.indent) break;
    body += `${current.text}\n`;
    const next = lines[i + 1];
    const ends =
      isBalanced(body) && (next === undefined || next.blank || next.indent <= line.indent);
    const opens = i === first && /[{([:]\s*$/.test(current.text);
    if (ends || opens) {
      cuts.push({ kind: 'empty', start, end: current.start + current.text.trimEnd().length });
    }
  }
  return cuts;
}

function cutOfBlock(lines: readonly Line[], opener: number): Cut | null {
  const head = lines[opener];
  const first = lines[opener + 1];
  if (!head || !first || first.blank || !/[{:]\s*$/.test(head.text) || first.indent <= head.indent)
    return null;
  let last = opener + 1;
  while (last + 1 < lines.length) {
    const next = lines[last + 1];
    if (!next || (!next.blank && next.indent <= head.indent)) break;
    last += 1;
  }
  while (lines[last]?.blank) last -= 1;
  const end = lines[last];
  if (!end || last - opener > MAX_LINES) return null;
  const start = first.start + first.text.length - first.text.trimStart().length;
  return { kind: 'block', start, end: end.start + end.text.trimEnd().length };
}

function cutsInComment(line: Line): Cut[] {
  const cuts: Cut[] = [];
  const end = line.text.trimEnd().length;
  for (const match of line.text.matchAll(/(?<=\w[\w.,]*\s)\w/g)) {
    if (end - match.index >= 3 && end - match.index <= 80) {
      cuts.push({ kind: 'comment', start: line.start + match.index, end: line.start + end });
    }
  }
  return cuts;
}

/** Every place of a file where a person could have been typing, and what they would have typed. */
export function findCuts(text: string, lang: string): Cut[] {
  const lines = readLines(text, lang);
  const cuts = lines.flatMap((line, i) => {
    if (line.blank || line.text.length > 160) return [];
    if (line.comment) return cutsInComment(line);
    const block = cutOfBlock(lines, i);
    return [...cutsInLine(text, line), ...cutsOfStatements(lines, i), ...(block ? [block] : [])];
  });
  return cuts.filter(
    ({ start, end }) => end - start >= 2 && end - start <= MAX_GOLD_CHARS && start > 40,
  );
}

function pick<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}

function pickKind(random: Random): CutKind {
  let at = random() * 100;
  for (const [kind, share] of Object.entries(SHARES)) {
    at -= share;
    if (at < 0) return kind as CutKind;
  }
  return 'lineend';
}

/** Two to four letters of the gold's first word, where it has more than that. */
function lettersTyped(gold: string, random: Random): number {
  const word = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(gold)?.[0].length ?? 0;
  const letters = 2 + Math.floor(random() * 3);
  return word > letters ? letters : word > 2 ? 2 : 0;
}

/** Where a task lies in a file: UTF-16 offsets of its text as `normalisedText` gives it. */
export interface Span {
  /** Where the prompt begins. */
  readonly from: number;
  readonly cursor: number;
  /** Where the gold text ends and the suffix begins. */
  readonly end: number;
  /** Where the suffix ends. */
  readonly to: number;
}

/** A task's three texts, cut out of a file. */
export function cutAt(text: string, { from, cursor, end, to }: Span) {
  return {
    prompt: text.slice(from, cursor),
    gold: text.slice(cursor, end),
    suffix: text.slice(end, to),
  };
}

/** A place of a file where a task was cut. */
export interface Place extends Span {
  readonly kind: CutKind;
  /** Letters of the gold's first word that stand before the cursor already. */
  readonly typed: number;
}

/**
 * Chooses places of a file to cut tasks at, none of them near another's gold text.
 * @param text with LF alone as line break
 * @param random seeded, so that the same file gives the same places
 */
export function cutPlaces(text: string, lang: string, count: number, random: Random): Place[] {
  const cuts = findCuts(text, lang);
  const places: Place[] = [];
  const taken: Cut[] = [];
  const isFree = (cut: Cut) =>
    taken.every((other) => cut.start >= other.end + 80 || other.start >= cut.end + 80);
  for (let tries = 0; places.length < count && tries < count * 10; tries += 1) {
    const kind = pickKind(random);
    const cut = pick(
      cuts.filter((candidate) => candidate.kind === kind && isFree(candidate)),
      random,
    );
    if (!cut) continue;
    taken.push(cut);
    const whole = text.slice(cut.start, cut.end);
    const typed = random() < TYPED_SHARE ? lettersTyped(whole, random) : 0;
    const cursor = cut.start + typed;
    const from = Math.max(0, cursor - PREFIX_CHARS);
    const to = Math.min(text.length, cut.end + SUFFIX_CHARS);
    places.push({ kind: cut.kind, typed, from, cursor, end: cut.end, to });
  }
  return places;
}
