import { seedOf } from '../../server/learning/calibrate/order.ts';
import type { Stretch } from './stretches.ts';

export type Part = 'fit' | 'held-out';

const SEED = 1;

/** Half of all packages, by chance and once for all, are what policies are fitted on. */
export function partOf({ packageId }: Pick<Stretch, 'packageId'>): Part {
  if (packageId === null) return 'held-out';
  return seedOf(packageId, SEED) < 2 ** 31 ? 'fit' : 'held-out';
}
