import type { StopRule } from '../controller.ts';
import { accumulating, type Stream } from './accumulate.ts';
import { cutOverlap } from './overlap.ts';

/** No early stopping: the text up to its natural end or a cap, as it comes. */
export function noStop(cap: number): StopRule<Stream> {
  return accumulating({ id: `no-stop-${cap}`, cap, judge: () => null });
}

/** Always the same number of tokens; overlaps with the rest of the line are cut. */
export function fixedLength(tokens: number): StopRule<Stream> {
  return accumulating({ id: `fixed-${tokens}`, cap: tokens, judge: () => null, trim: cutOverlap });
}
