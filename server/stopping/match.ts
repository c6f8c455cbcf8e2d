import { normalise } from './reading/normalise.ts';

/** What counts as a match of a kept text; offline that is the gold one (docs/laboratory.md). */

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

/** A served text, told by what was kept. */
export interface Judged {
  readonly exact: boolean;
  /** Only where the text has a match offset. */
  readonly premature: boolean;
  readonly overrun: boolean;
}

/**
 * Judges what was served of a text.
 * @param served null where no insertion leaves what was served: no match, and not premature
 * @param match of the complete text, by {@link matchOffset}
 */
export function judgeServed(served: string | null, match: number | null, kept: string): Judged {
  const exact = served !== null && isExactMatch(served, kept);
  const wrong = match !== null && !exact;
  const early = wrong && served !== null && (served.trim() === '' || served.length < match);
  return { exact, premature: early, overrun: wrong && !early };
}

/** Whether `text` can still grow into `kept`, blanks aside. */
export function canBecome(text: string, kept: string): boolean {
  return withoutBlanks(kept).startsWith(withoutBlanks(text));
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}
