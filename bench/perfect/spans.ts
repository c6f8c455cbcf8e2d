import type { Random } from '../../server/learning/random.ts';
import { splitIntoTokens } from './tokens.ts';

/** A piece of a line that is taken out for the engine to write again. */
export interface Span {
  readonly language: string;
  /** The document without the gold text; LF line breaks. */
  readonly before: string;
  readonly after: string;
  readonly gold: string;
  /** The line as it was. */
  readonly line: string;
  /** What a perfect engine writes: the gold text, the rest of its line, and lines that follow. */
  readonly tokens: readonly string[];
}

export interface SpanOptions {
  /** Lines that are nothing but a comment, too. */
  readonly comments: boolean;
  /** Spans that begin with a blank, too, as when a blank is not typed yet. */
  readonly blanks: boolean;
  /** Only spans that begin inside a word, some of its letters typed. */
  readonly insideWords: boolean;
}

const PIECE = /\s+|[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu;
const MAX_LINE = 180;
const MIN_LINE = 8;
/** Signs and words of a span that does not go to the line's end. */
const MAX_PIECES = 8;
const TO_LINE_END = 0.25;
/** Lines of the document around the cursor, and lines that the engine goes on to write. */
const LINES_BEFORE = 60;
const LINES_AFTER = 30;
const LINES_WRITTEN = 5;
const MAX_WRITTEN = 400;

/**
 * Cuts one span out of a file: a line, and on it a run of signs and words, or all up to the line's end. Null where
 * the draw hit a line that is too long, too short or a comment, or a run that nobody would be offered: blank, with
 * blanks around it, with a bracket or a quote of a pair, or inside a word.
 *
 * @param text of the file, LF line breaks
 */
export function cutSpan(
  text: string,
  language: string,
  random: Random,
  { comments, blanks, insideWords }: SpanOptions,
): Span | null {
  const lines = text.split('\n');
  const at = below(lines.length, random);
  const line = lines[at] ?? '';
  if (line.length > MAX_LINE || line.trim().length < MIN_LINE) return null;
  if (!comments && /^\s*(#|\/\/|\*|\/\*)/.test(line)) return null;
  const pieces = line.match(PIECE) ?? [];
  if (pieces.length < 4) return null;
  const from = 1 + below(pieces.length - 2, random);
  const length = 1 + below(MAX_PIECES, random);
  const to = random() < TO_LINE_END ? pieces.length : Math.min(pieces.length, from + length);
  const typed = insideWords ? lettersTyped(pieces[from] ?? '', random) : 0;
  if (typed === null) return null;
  const start = pieces.slice(0, from).join('').length + typed;
  const head = line.slice(0, start);
  const gold = line.slice(start, pieces.slice(0, to).join('').length);
  const rest = pieces.slice(to).join('');
  const outer = blanks ? gold.trimEnd() : gold.trim();
  if (gold.trim() === '' || gold !== outer || !isPaired(gold)) return null;
  if (endsInWord(gold + '|', rest) || endsInWord(`${head}|`, rest)) return null;
  const following = lines.slice(at + 1, at + 1 + LINES_WRITTEN);
  return {
    language,
    before: [...lines.slice(Math.max(0, at - LINES_BEFORE), at), head].join('\n'),
    after: [rest, ...lines.slice(at + 1, at + LINES_AFTER)].join('\n'),
    gold,
    line,
    tokens: splitIntoTokens([gold + rest, ...following].join('\n').slice(0, MAX_WRITTEN), random),
  };
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

/** One letter or more, but not all of the word's; null for what is no word, or has one letter. */
function lettersTyped(piece: string, random: Random): number | null {
  const isWord = piece.length > 1 && /^[\p{L}\p{N}_]/u.test(piece);
  return isWord ? 1 + below(piece.length - 1, random) : null;
}

/** Whether a word goes on behind the mark `|`. */
function endsInWord(left: string, right: string): boolean {
  return /[\p{L}\p{N}_]\|$/u.test(left) && /^[\p{L}\p{N}_]/u.test(right);
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Brackets closed in turn, and an even number of quotes. */
function isPaired(text: string): boolean {
  const open: string[] = [];
  for (const char of text) {
    const closer = CLOSERS[char];
    if (closer !== undefined) open.push(closer);
    else if (/[)\]}]/.test(char) && open.pop() !== char) return false;
  }
  const quotes = text.match(/["'`]/g)?.length ?? 0;
  return open.length === 0 && quotes % 2 === 0;
}
