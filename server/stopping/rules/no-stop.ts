import type { StopRule } from '../controller.ts';
import { accumulating, type Stream } from './accumulate.ts';

/** No early stopping: the text up to its natural end or a cap, as it comes. */
export function noStop(cap: number): StopRule<Stream> {
  return accumulating({ id: `no-stop-${cap}`, cap, judge: () => null });
}
