import { seedOf } from './order.ts';

/** What a problem's spans are for: all of one file's go into the same part. */
export type Part = 'fit' | 'select' | 'certify';

/** Of a hundred files, how many are of each part; what certifies counts most, since its n decides alpha. */
const SHARES: readonly (readonly [Part, number])[] = [
  ['fit', 35],
  ['select', 15],
  ['certify', 50],
];

/** By a hash of the problem: fixed before anything is recorded, and the same on every run. */
export function partOf(problem: string): Part {
  let at = seedOf(`part ${problem}`, 1) % 100;
  for (const [part, share] of SHARES) {
    at -= share;
    if (at < 0) return part;
  }
  return 'certify';
}
