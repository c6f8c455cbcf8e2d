import { seedOf } from './order.ts';

/** What a problem's traces are for, half of all problems each: all of one file's are for the same. */
export type Part = 'fit' | 'certify';

/** By a hash of the problem: fixed before anything is recorded, and the same on every run. */
export function partOf(problem: string): Part {
  return seedOf(`part ${problem}`, 1) % 100 < 50 ? 'fit' : 'certify';
}
