import type { OwnPreset } from '../../stopping/policy/certificate.ts';
import type { PartialPoint } from '../../stopping/policy/point.ts';
import { cheapestWith, frontierOf, type Point, type ScoredTrace } from './frontier.ts';
import { shareOfPatient } from './halves.ts';

/**
 * The share of the patient rule's matches that a preset keeps on the traces that its thresholds are chosen
 * on, where nothing certifies it: what its certificate would promise, and all for the faithful one. Elsewhere
 * it keeps a match or two in a hundred fewer (docs/stopping-experiments.md).
 */
export const PRESET_SHARES = { faithful: 1, balanced: 0.98, saver: 0.95 } as const;

/**
 * The cheapest point that keeps a preset's share, on scores of models that saw none of the traces' problems.
 * @throws Error where no point keeps it
 */
export function choosePreset(scored: readonly ScoredTrace[], preset: OwnPreset): Point {
  const goal = shareOfPatient(PRESET_SHARES[preset])(scored);
  const point = cheapestWith(frontierOf(scored), goal);
  if (!point) throw new Error(`no point keeps the share of ${preset}`);
  return point;
}

/** With four digits. */
export function storedThresholds({ tauAlive, tauDone }: PartialPoint) {
  return {
    tauDone,
    // Rounded down, so that no match that was kept is lost to rounding.
    tauAlive: Math.floor(tauAlive * 1e4) / 1e4,
    showBar: 0,
  };
}
