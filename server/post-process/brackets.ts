import type { CursorLine } from '../stopping/cursor-line.ts';
import { addBracket, bracketsOf, type Depth } from '../stopping/reading/brackets.ts';
import { breakLine, extend, tokensOf } from '../stopping/reading/code-reading.ts';

/** Offsets of closing brackets that close what the text did not open; strings are left out. */
export function unmatchedClosers(line: CursorLine, text: string): number[] {
  const found: number[] = [];
  let { reading } = line;
  let start = 0;
  for (const piece of text.split('\n')) {
    reading = extend(reading, piece);
    const lineStart = start + piece.length - reading.line.length;
    let depth: Depth = reading.depth;
    for (const event of bracketsOf(reading.line, tokensOf(reading))) {
      if (event.at < reading.cursor) continue;
      const after = addBracket(depth, event);
      if (after.excess > depth.excess) found.push(lineStart + event.at);
      depth = after;
    }
    reading = breakLine(reading);
    start += piece.length + 1;
  }
  return found;
}
