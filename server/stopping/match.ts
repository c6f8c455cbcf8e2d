import { normalise } from './reading/normalise.ts';

/** What counts as a match offline, where the kept text is the gold one (docs/laboratory.md). */

/** Whether a served text is what was kept, up to blanks; a blank kept text is matched by nothing. */
export function isExactMatch(served: string, kept: string): boolean {
  const normal = normalise(kept);
  return normal !== '' && normalise(served) === normal;
}

/**
 * The smallest offset of `text` whose prefix is an exact match of `kept`, in UTF-16 units, or null.
 * Trimming can reach any offset, so every offset counts as a boundary.
 */
export function matchOffset(text: string, kept: string): number | null {
  const normal = normalise(kept);
  if (normal === '') return null;
  const target = withoutBlanks(normal);
  let seen = 0;
  for (let offset = 1; offset <= text.length; offset += 1) {
    const char = text.charAt(offset - 1);
    if (/\s/.test(char)) continue;
    if (char !== target.charAt(seen)) return null;
    seen += 1;
    if (seen === target.length) return normalise(text.slice(0, offset)) === normal ? offset : null;
  }
  return null;
}

/** Whether `text` can still grow into `kept`, blanks aside. */
export function canBecome(text: string, kept: string): boolean {
  return withoutBlanks(kept).startsWith(withoutBlanks(text));
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}
