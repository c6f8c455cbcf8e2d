import type { CursorContext } from '../../../server/stopping/trace.ts';
import { restOfLine } from '../../../server/stopping/reading/context-kind.ts';

/** What stands after the cursor on its line, trailing blanks aside. */
export function restOf(context: CursorContext): string {
  return restOfLine(context.suffix).trimEnd();
}

/** Length of the longest end of `text` that is how `following` begins. */
export function overlapLength(text: string, following: string): number {
  for (let length = Math.min(text.length, following.length); length > 0; length -= 1) {
    if (text.endsWith(following.slice(0, length))) return length;
  }
  return 0;
}

/**
 * Drops the end of the text that repeats how the rest of the line begins. Most peers do this in one
 * form or another; rules that belong to no peer get this form, lest they look worse than they are.
 */
export function cutOverlap(text: string, context: CursorContext): string {
  const length = overlapLength(text.trimEnd(), restOf(context).trimStart());
  return length === 0 ? text : text.trimEnd().slice(0, -length);
}

/**
 * For a peer that shows `text` in place of the first `replaced` characters of the suffix: the plain
 * insertion that leaves the same document, or null where none does.
 */
export function asInsertion(text: string, replaced: number, context: CursorContext): string | null {
  if (replaced === 0) return text;
  const gone = context.suffix.slice(0, replaced);
  return text.endsWith(gone) ? text.slice(0, text.length - gone.length) : null;
}
