import type { CursorLine } from './cursor-line.ts';
import { ELEMENT } from './brackets.ts';
import { structureAt, type CodeReading } from './code-reading.ts';
import type { RestOfLine } from './rest-of-line.ts';

/** How far a text has come to the rest of the cursor's line. Offsets into the text, in UTF-16 units. */
export interface RestSearch {
  /** From here on the text has so far been what the rest is. */
  readonly candidates: readonly number[];
  /** The first separator like the one that begins the rest, with other text behind it; -1: none. */
  readonly passed: number;
  /** Where it closed the string that both cursor and rest stand in; -1 before it did. */
  readonly closed: number;
}

export const NOTHING_FOUND: RestSearch = { candidates: [], passed: -1, closed: -1 };

/** A text that is read on; `from` is where its last piece begins, no line break is in that piece. */
export interface LastPiece {
  readonly line: CursorLine;
  readonly text: string;
  readonly reading: CodeReading;
  readonly from: number;
}

/** Looks at the last piece of a text; `found` is where the rest begins, beyond doubt, or null. */
export function seekRest(
  search: RestSearch,
  piece: LastPiece,
): { readonly search: RestSearch; readonly found: number | null } {
  const { line, text } = piece;
  const { sought } = line;
  const begun = [...search.candidates, ...newCandidates(piece)];
  const candidates = begun.filter((at) => agrees(text, at, sought.text));
  const first = begun.find((at) => isSeparator(text.charAt(at)) && !candidates.includes(at));
  const passed = search.passed >= 0 ? search.passed : (first ?? -1);
  const closed = closedString(search.closed, piece);
  const found = candidates.find((at) => text.length >= at + sought.sure) ?? null;
  return { search: { candidates, passed, closed }, found };
}

/**
 * Where a text that ends here is to be cut: where the whole rest stands, or where the text ends as the
 * rest begins. Null where it never came near.
 */
export function endOfText(
  { candidates }: RestSearch,
  line: CursorLine,
  text: string,
): number | null {
  const written = text.trimEnd();
  const whole = wholeRest(candidates, line, written);
  const overlap = candidates.find((at) => endsPiece(line.sought.text, written.length - at));
  return whole ?? overlap ?? null;
}

/**
 * Where a text is to be cut whose line ends here, though there is more of it: as if it ended, else where
 * it came to a separator like the one that the rest begins with, or left the string that both stand in.
 */
export function endOfLine(search: RestSearch, line: CursorLine, text: string): number | null {
  const { passed, closed } = search;
  const end = endOfText(search, line, text);
  if (end !== null) return end;
  const separator = passed >= 0 && !insideTypeArguments(text, passed) ? passed : Infinity;
  const first = Math.min(separator, closed >= 0 ? closed : Infinity);
  return first < text.trimEnd().length ? first : null;
}

/** Where it reads otherwise than the rest does, the reading is doubted if nothing else speaks against it. */
function wholeRest(
  candidates: readonly number[],
  line: CursorLine,
  written: string,
): number | null {
  const rest = line.sought.text;
  const at = written.length - rest.length;
  if (rest === '' || !written.endsWith(rest)) return null;
  if (candidates.includes(at)) return at;
  const added = written.slice(0, at);
  const plausible = !added.includes('\n') && (line.sought.evident || isPlainlyBalanced(added));
  return plausible && mayBegin(line, written, at) ? at : null;
}

function isPlainlyBalanced(code: string): boolean {
  const count = (sign: RegExp) => code.match(sign)?.length ?? 0;
  const same = (opens: RegExp, closes: RegExp) => count(opens) === count(closes);
  const quotesAreEven = [/"/g, /'/g, /`/g].every((quote) => count(quote) % 2 === 0);
  return quotesAreEven && same(/\(/g, /\)/g) && same(/\[/g, /\]/g) && same(/\{/g, /\}/g);
}

/** Whether the first characters of the rest are whole words and signs. */
function endsPiece(rest: string, length: number): boolean {
  return length > 0 && !(isWord(rest.charAt(length - 1)) && isWord(rest.charAt(length)));
}

/** Whether a place stands in a list such as `Map<string, number>`, which no tokenizer tells from `<`. */
function insideTypeArguments(text: string, at: number): boolean {
  const depth = (code: string) =>
    (code.match(/[\w>]</g)?.length ?? 0) - (code.match(/[^=\s-]>/g)?.length ?? 0);
  return depth(text.slice(0, at)) > 0 && depth(text) <= 0;
}

function newCandidates({ line, text, reading, from }: LastPiece): number[] {
  const { sought } = line;
  const first = sought.text.charAt(0);
  const lineStart = text.length - reading.line.length;
  const found: number[] = [];
  for (let at = text.indexOf(first, from); at !== -1; at = text.indexOf(first, at + 1)) {
    if (!mayBegin(line, text, at)) continue;
    if (sought.inString && isEscapedQuote(text, at)) continue;
    const { inString, open, excess } = structureAt(reading, at - lineStart);
    const fits = sought.inString === 'unknown' || inString === sought.inString;
    const closes = sought.open !== '' || excess === sought.excess;
    if (fits && closes && leavesOpen(open, sought)) found.push(at);
  }
  return found;
}

function isEscapedQuote(text: string, at: number): boolean {
  const slashes = /\\*$/.exec(text.slice(0, at))?.[0].length ?? 0;
  return slashes % 2 === 1 && /["'`]/.test(text.charAt(at));
}

/** Where the rest ends no element, the text may have begun one that a later line ends. */
function leavesOpen(open: string, sought: RestOfLine): boolean {
  return (sought.endsElements ? open : open.replaceAll(ELEMENT, '')) === sought.open;
}

/**
 * What stands behind a blank is looked for behind one; a separator or a bracket anywhere. Without a
 * blank before it, a rest may be the end of a word.
 */
function mayBegin(line: CursorLine, text: string, at: number): boolean {
  if (!/^\s/.test(line.rest) || isSeparator(text.charAt(at))) return true;
  return at === 0 ? !isWord(line.before.slice(-1)) : /\s/.test(text.charAt(at - 1));
}

const isSeparator = (char: string): boolean => /[,;:)\]}]/.test(char);
const isWord = (char: string): boolean => /[\p{L}\p{N}_]/u.test(char);

/** Whether a text goes on from a place as the rest does, as far as both go. */
function agrees(text: string, at: number, rest: string): boolean {
  const written = text.slice(at);
  return written.length <= rest.length
    ? rest.startsWith(written)
    : written.startsWith(rest) && written.slice(rest.length).trim() === '';
}

/** A quote that stands twice ends no string in some languages: what follows it must be known. */
function closedString(known: number, { line, text, reading, from }: LastPiece): number {
  if (known >= 0 || !line.inString || !line.sought.inString) return known;
  const lineStart = text.length - reading.line.length;
  for (let at = Math.max(1, from); at < text.length; at++) {
    const quote = text.charAt(at - 1);
    if (!/["'`#]/.test(quote) || text.charAt(at) === quote) continue;
    const { inString, open } = structureAt(reading, at - lineStart);
    if (inString || open !== '') continue;
    return at - (/["'`]+#*$/.exec(text.slice(0, at))?.[0].length ?? 1);
  }
  return -1;
}
