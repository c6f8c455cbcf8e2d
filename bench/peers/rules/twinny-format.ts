import { distance } from 'fastest-levenshtein';
import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';
import { lineComments } from '../../../server/stopping/reading/line-comments.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { overlapLength } from './overlap.ts';

/**
 * Twinny's formatter, step by step in its order. Source: twinnydotdev/twinny 193d14c,
 * src/extension/completion-formatter.ts.
 */
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const isQuote = (char: string) => char !== '' && '\'"`'.includes(char);

/** Up to the first bracket that closes nothing of the completion's own. */
function matchBrackets(original: string): string {
  const open: string[] = [];
  let quote = '';
  let end = 0;
  for (const char of original) {
    if (isQuote(char)) quote = quote === '' ? char : char === quote ? '' : quote;
    if (quote === '') {
      if (/[([{]/.test(char)) open.push(char);
      else if (char in CLOSES) {
        if (open.at(-1) !== CLOSES[char]) break;
        open.pop();
      }
    }
    end += char.length;
  }
  return original.slice(0, end).trimEnd() || original.trimEnd();
}

interface Place {
  readonly after: string;
  readonly charBefore: string;
  readonly charAfter: string;
  readonly column: number;
  readonly below: readonly string[];
  readonly comment: string | undefined;
}

function placeOf({ prefix, suffix, languageId }: CursorContext): Place {
  const before = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const after = restOfLine(suffix);
  return {
    after,
    charBefore: before.slice(-1),
    charAfter: after.charAt(0),
    column: before.length,
    below: suffix.split('\n').slice(1, 4),
    comment: lineComments(languageId)[0],
  };
}

function normalise(text: string, { comment }: Place): string {
  const trimmed = text.trim();
  return comment !== undefined && trimmed.startsWith(comment)
    ? trimmed.slice(comment.length).trim()
    : trimmed;
}

function withoutReferences(text: string, { comment }: Place): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('// File:') || trimmed === '//') return '';
  if (comment === undefined || text.split('\n').length > 2) return text;
  const lines = text
    .split('\n')
    .filter((line) => !(line.startsWith(comment) && /\b(Language|File|End):\s*(.*)\b/.test(line)));
  return lines.length > 0 ? lines.join('\n') : text;
}

function repeatsBelow(original: string, place: Place): boolean {
  const own = normalise(original, place);
  return place.below.some((line) => {
    const other = normalise(line, place);
    return other === own || similarity(other, own) > 0.8;
  });
}

function withoutSecondQuote(text: string, place: Place): string {
  const next = place.charAfter.trim();
  const own = normalise(text, place);
  if (next !== '' && (/['"`],$/.test(own) || (own.endsWith(',') && isQuote(next))))
    return text.slice(0, -2);
  return isQuote(next) && isQuote(own.slice(-1)) ? text.slice(0, -1) : text;
}

/** The whole formatter: what Twinny shows of a completion. */
export function trimTwinny(original: string, context: CursorContext): string {
  const place = placeOf(context);
  const inWord = /\w/.test(place.charAfter) && /\w/.test(place.charBefore);
  if (inWord || repeatsBelow(original, place)) return '';
  let text = withoutSecondQuote(withoutReferences(matchBrackets(original), place), place);
  if (text.trimStart() === '' && original !== '\n') text = text.trim();
  if (place.after !== '') text = text.trimEnd();
  const overlap = overlapLength(text, normalise(place.after, place));
  text = overlap > 0 ? text.slice(0, -overlap) : text;
  if (similarity(place.after, text) > 0.6) return '';
  const first = text.search(/\S/);
  if (first > 0 && place.column <= first) text = text.trimStart();
  return text.trim() === '' ? '' : text;
}

/** 1 for equal texts, 0 for texts that share nothing. */
function similarity(a: string, b: string): number {
  return 1 - distance(a, b) / Math.max(a.length, b.length, 1);
}
