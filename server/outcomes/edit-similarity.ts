import { distance } from 'fastest-levenshtein';

/** Cells of the distance table beyond which the comparison would hold up the daemon (about 20 ms). */
const MAX_CELLS = 4_000_000;

/**
 * 1 - Levenshtein distance / longer length, in UTF-16 units: 1 for equal texts, two empty ones
 * included. Null where what differs is too long to compare.
 */
export function editSimilarity(a: string, b: string): number | null {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 1;
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let cut = 0;
  while (cut < Math.min(a.length, b.length) - from && a.at(-1 - cut) === b.at(-1 - cut)) cut++;
  const [left, right] = [a.slice(from, a.length - cut), b.slice(from, b.length - cut)];
  if (left.length * right.length > MAX_CELLS) return null;
  return 1 - distance(left, right) / longer;
}
