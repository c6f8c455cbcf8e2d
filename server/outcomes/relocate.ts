import type { Region } from './region.ts';

/** Characters kept on either side of a region, enough to find it again in practice. */
const CONTEXT = 200;

export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

export function surroundings(text: string, region: Region): Surroundings {
  return {
    before: text.slice(Math.max(0, region.start - CONTEXT), region.start),
    after: text.slice(region.end, region.end + CONTEXT),
  };
}

/**
 * Finds the region again by what stood around it, at its old offsets or as near to them as
 * possible; null where the surroundings are gone. At the document's very beginning or end there is
 * nothing around it, and that side is the document's own.
 */
export function relocate(text: string, old: Region & Surroundings): Region | null {
  const start =
    old.before === ''
      ? 0
      : nearest(text, old.before, old.start - old.before.length, 0) + old.before.length;
  if (start < old.before.length) return null;
  const end = old.after === '' ? text.length : nearest(text, old.after, old.end, start);
  return end < start ? null : { start, end };
}

/** The occurrence of `part` at or after `from` that is nearest to `expected`; -1 where none is. */
function nearest(text: string, part: string, expected: number, from: number): number {
  let best = -1;
  for (let at = text.indexOf(part, from); at !== -1; at = text.indexOf(part, at + 1)) {
    if (best !== -1 && Math.abs(at - expected) >= Math.abs(best - expected)) break;
    best = at;
  }
  return best;
}
