import type { CursorLine } from '../stopping/reading/cursor-line.ts';
import { breakLine, excessClosers, extend } from '../stopping/reading/code-reading.ts';

/** Offsets of closing brackets that close what the text did not open; strings are left out. */
export function unmatchedClosers(line: CursorLine, text: string): number[] {
  const found: number[] = [];
  let { reading } = line;
  let end = 0;
  for (const piece of text.split('\n')) {
    reading = extend(reading, piece);
    end += piece.length;
    const lineStart = end - reading.line.length;
    found.push(...excessClosers(reading).map(({ at }) => lineStart + at));
    reading = breakLine(reading);
    end += 1;
  }
  return found;
}
