import { pComplete } from '../../stopping/policy/serving.ts';
import type { ScoredTrace } from '../fit/frontier.ts';
import { hasAllRows } from '../fit/fit.ts';
import type { LabelledTrace } from '../learner.ts';
import type { Label } from './tally.ts';

/** What a user keeps after an offer leans towards the offer: such a label counts half. */
const ANCHORED_WEIGHT = 0.5;

/**
 * What a trace says of both probabilities. Its tokens say much the same, so together they count as one label. Whether a
 * text is complete is asked of traces alone that were so somewhere: of the others there is nothing to serve too early.
 */
export function labelsOf(
  { trace, alive, done }: ScoredTrace,
  anchored: boolean,
): { readonly alive: readonly Label[]; readonly done: readonly Label[] } {
  const weight = (anchored ? ANCHORED_WEIGHT : 1) / trace.rows.length;
  const wasComplete = trace.rows.some((row) => row.done);
  return {
    alive: alive.map((p) => ({ p, met: trace.matched, weight })),
    done: wasComplete
      ? trace.rows.map((row, t) => ({
          p: pComplete(done[t] ?? 0, alive[t] ?? 0),
          met: row.done,
          weight,
        }))
      : [],
  };
}

/**
 * Whether a live trace tells what would have come without its stop, and was chosen for that by a draw. The others are
 * known to their ends where they looked hopeful, or where the user paused: labels of those alone would say that all is well.
 */
export function isWhole(trace: LabelledTrace): boolean {
  const { how } = trace.drawn;
  return (how === 'control' || how === 'withheld') && hasAllRows(trace);
}
