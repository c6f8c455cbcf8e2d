import { ELEMENT, NO_DEPTH } from './brackets.ts';
import {
  breakLine,
  excessClosers,
  extend,
  structureAt,
  type CodeReading,
  type ExcessCloser,
} from './code-reading.ts';
import type { PrefixReading } from './read-prefix.ts';

/**
 * What stands after the cursor on its line, and how it is recognised where a generated text comes
 * to it.
 */
export interface RestOfLine {
  /** Without outer blanks; '' where there is nothing. */
  readonly text: string;
  /**
   * Whether it begins inside a string: the cursor's, or one that the generated text opens. Unknown
   * where the line ends within a string of several lines, which the text may or may not close.
   */
  readonly inString: boolean | 'unknown';
  /** Brackets that the generated text must have left open where it begins, as their closers. */
  readonly open: string;
  /** Brackets of the cursor's line that the generated text must close before the rest begins. */
  readonly excess: number;
  readonly endsElements: boolean;
  /**
   * So many of its first characters leave no doubt; Infinity where only the end of the line does.
   */
  readonly sure: number;
  /** Whether all of it, wherever it stands, could hardly be anything else. */
  readonly evident: boolean;
}

/** Points of evidence that make a beginning of the rest unmistakable. */
const ENOUGH = 5;
/** What may close a string that the cursor stands in, or open one that the rest begins in. */
const QUOTES = ['"', "'", '`', '"""', "'''", '"#'];

/** @param rest what stands after the cursor on its line */
export function readRest(before: PrefixReading, rest: string): RestOfLine {
  const text = rest.trim();
  if (text === '') {
    return {
      text,
      inString: false,
      open: '',
      excess: 0,
      endsElements: false,
      sure: Infinity,
      evident: false,
    };
  }
  const { seam, inString } = seamOf(before, rest);
  const start = extend(before.reading, seam);
  const whole = extend(start, rest);
  const from = start.line.length;
  const closers = excessClosers({ ...whole, cursor: from, depth: NO_DEPTH });
  const { open, excess } = brackets(
    before,
    closers.map(({ closer }) => closer),
  );
  const blanks = rest.length - rest.trimStart().length;
  const structural =
    inString === 'unknown'
      ? Infinity
      : inString
        ? stringEnd(whole, from, text.length + blanks) - blanks
        : behind(closers[open.length]) - from - blanks;
  const endsElements = closers.some(({ closer }) => closer === ELEMENT);
  const evident = evidentAfter(text);
  return {
    text,
    inString,
    open,
    excess,
    endsElements,
    sure: Math.min(structural, evident),
    evident: evident <= text.length,
  };
}

/**
 * What the generated text must at least end with for the rest to be read as it was written:
 * nothing, a quote that closes the cursor's string, or one that opens a string.
 */
function seamOf(
  before: PrefixReading,
  rest: string,
): { seam: string; inString: RestOfLine['inString'] } {
  const asBefore = { seam: '', inString: before.inString };
  const whole = extend(before.reading, rest);
  if (!structureAt(whole).inString) return asBefore;
  if (structureAt(breakLine(whole)).inString) return { seam: '', inString: 'unknown' };
  for (const quote of QUOTES) {
    const seamed = extend(before.reading, quote);
    const { inString } = structureAt(seamed);
    const closes = !structureAt(extend(seamed, rest)).inString;
    if (inString !== before.inString && closes) return { seam: quote, inString };
  }
  return asBefore;
}

/** Offset behind a bracket; `</` and `/>` end an element. */
function behind(closer: ExcessCloser | undefined): number {
  if (!closer) return Infinity;
  return closer.at + (closer.closer === ELEMENT ? 2 : 1);
}

/**
 * What the generated text must do so that the closing brackets of the rest fit those that are open at
 * the cursor: leave some open, as their closers with the innermost last, or close some that the
 * cursor's line opened.
 */
function brackets(
  { openers, lineStart }: PrefixReading,
  closers: readonly string[],
): { open: string; excess: number } {
  const expected = openers.map(({ closer }) => closer).reverse();
  // What the window before the cursor begins with may have been opened before it.
  const fits = (missing: number, closed: number) =>
    closers
      .slice(missing)
      .every(
        (closer, i) => (i > 0 && i + closed >= expected.length) || closer === expected[i + closed],
      );
  const onLine = openers.filter(({ at }) => at >= lineStart).length;
  for (let closed = 0; closed <= onLine && closers.length > 0; closed++) {
    if (fits(0, closed)) return { open: '', excess: closed };
  }
  let missing = 0;
  while (missing < closers.length && !fits(missing, 0)) missing++;
  return { open: closers.slice(0, missing).reverse().join(''), excess: 0 };
}

/**
 * Offset behind what follows the end of the string that the line is in at `from`: the text may close
 * it, and open another. Infinity where it has no end, or nothing follows.
 */
function stringEnd(reading: CodeReading, from: number, length: number): number {
  for (let end = 1; end <= length; end++) {
    if (/[\p{L}\p{N}_\s]/u.test(reading.line.charAt(from + end - 1))) continue;
    const { inString, open } = structureAt(reading, from + end);
    if (inString || open !== '') continue;
    const next = /^\s*(?:[\p{L}\p{N}_]+|\S)/u.exec(reading.line.slice(from + end, from + length));
    return next ? end + next[0].length : Infinity;
  }
  return Infinity;
}

/** How many characters of the rest are evidence enough: a word says more than a sign. */
function evidentAfter(text: string): number {
  let points = 0;
  for (const { 0: piece, index } of text.matchAll(/[\p{L}\p{N}_$]+|[^\s]/gu)) {
    points += /[\p{L}_]{3}/u.test(piece) ? 3 : 1;
    if (points >= ENOUGH) return index + piece.length;
  }
  return Infinity;
}
