import { accumulating, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import { cutOverlap } from './overlap.ts';

/** Always the same number of tokens; overlaps with the rest of the line are cut. */
export function fixedLength(tokens: number): StopRule<Stream> {
  return accumulating({ id: `fixed-${tokens}`, cap: tokens, judge: () => null, trim: cutOverlap });
}
