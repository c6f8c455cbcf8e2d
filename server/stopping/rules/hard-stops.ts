import type { BoundaryReader } from '../reading/boundary.ts';
import { isCloser } from '../reading/code-scan.ts';
import { columns, indentAt } from '../reading/indentation.ts';
import type { OpenedBlock } from '../reading/lines.ts';
import type { StopReason } from '../../../shared/stats.ts';

/** Stops that need no probability. Each reads the text as it stands after a whole token. */

const LOOP_PERIOD = 4;
const LOOP_REPEATS = 4;
const LOOP_TOKENS = 8;
export const LOOP_MEMORY = LOOP_PERIOD * LOOP_REPEATS;
const LINE_REPEATS = 3;

/**
 * A loop of tokens: the last ones are one to four tokens over and over.
 *
 * @param recent the last tokens' texts, at most `LOOP_MEMORY`, newest last
 */
export function loopsInTokens(recent: readonly string[]): boolean {
  for (let period = 1; period <= LOOP_PERIOD; period++) {
    const length = Math.max(period * LOOP_REPEATS, LOOP_TOKENS);
    if (recent.length < length) return false;
    const start = recent.length - length;
    let same = true;
    for (let i = recent.length - 1; same && i >= start + period; i--) {
      same = recent[i] === recent[i - period];
    }
    if (same) return true;
  }
  return false;
}

/** A loop of lines: the last complete line stands there for the third time in a row. */
export function loopsInLines(lines: readonly string[]): boolean {
  const last = lines.at(-1);
  return (
    last !== undefined &&
    lines.length >= LINE_REPEATS &&
    lines.slice(-LINE_REPEATS).every((line) => line === last)
  );
}

/** The line under way: where it begins, and what was true there. */
export interface LineStart {
  readonly offset: number;
  /** Closers too many before it. */
  readonly excess: number;
  readonly block: OpenedBlock | null;
}

/**
 * Why a line after the first must not belong to the served text, as far as its first characters
 * tell; null while they don't.
 */
export function endsBlock(
  { text, line, scan }: BoundaryReader,
  { offset, excess, block }: LineStart,
): StopReason | null {
  const indent = indentAt(text, offset);
  const first = text.charAt(offset + indent.length);
  if (first === '' || first === '\n' || first === '\r') return null;
  const least = block && !block.bracketed ? block.indent + 1 : line.indent;
  const closesTooMuch = isCloser(first) && scan.excess > excess;
  // A bracket that closes what the text opened belongs to it, wherever the model puts it.
  const closesOwn = isCloser(first) && !closesTooMuch && block?.bracketed === true;
  if (columns(indent) < least && !closesOwn) return 'indent-left';
  return closesTooMuch ? 'brackets-closed' : null;
}

/** A line that says what already stands below the cursor. */
export function reproducesSuffix(current: string, nextLine: string): boolean {
  const written = current.trim();
  return written === nextLine && /\w/.test(written);
}
