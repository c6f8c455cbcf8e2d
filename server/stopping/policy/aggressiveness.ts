import { OWN_PRESETS, type OwnPreset } from './certificate.ts';
import { PATIENT, pointOf, type OperatingPoint, type PartialPoint } from './point.ts';

/**
 * A path goes from the patient reference, which it leaves out, to the most aggressive point, and no
 * step of it makes either threshold more patient.
 * @throws RangeError where it is empty, turns back, or a threshold is no probability
 */
export function checkPath(path: readonly PartialPoint[]): void {
  if (path.length === 0) throw new RangeError('a path needs a point');
  let before: PartialPoint = PATIENT;
  for (const [i, point] of path.entries()) {
    const { tauDone, tauAlive } = point;
    if (![tauDone, tauAlive].every((p) => p >= 0 && p <= 1)) {
      throw new RangeError(`point ${i} of the path is no probability`);
    }
    if (tauDone > before.tauDone || tauAlive < before.tauAlive) {
      throw new RangeError(`the path turns back at its point ${i}`);
    }
    before = point;
  }
}

/** The presets in turn, as a path. */
export function presetPath(presets: Readonly<Record<OwnPreset, PartialPoint>>): PartialPoint[] {
  return OWN_PRESETS.map((preset) => presets[preset]);
}

/** The boldest aggressiveness whose point is nowhere bolder than this one; `pointAt` turns it back. */
export function aggressivenessAt(path: readonly PartialPoint[], point: PartialPoint): number {
  const { tauDone, tauAlive } = point;
  const beyond = path.findIndex((step) => step.tauAlive > tauAlive || step.tauDone < tauDone);
  return (beyond === -1 ? path.length : beyond) / path.length;
}

/**
 * The point at an aggressiveness in [0, 1]: 0 is the reference, i / n the i-th of n points, and
 * what lies between is interpolated linearly. As both thresholds move one way only, no decision comes
 * later for more aggressiveness. A certificate speaks of the points, not of what lies between them.
 * @throws RangeError where `aggressiveness` is outside [0, 1]
 */
export function pointAt(path: readonly PartialPoint[], aggressiveness: number): OperatingPoint {
  if (!(aggressiveness >= 0 && aggressiveness <= 1)) {
    throw new RangeError(`aggressiveness ${aggressiveness} is not in [0, 1]`);
  }
  const at = aggressiveness * path.length;
  const step = Math.floor(at);
  const from = step === 0 ? PATIENT : path[step - 1];
  const to = path[step] ?? from;
  if (!from || !to) return PATIENT;
  // Held to [a, b], which rounding could leave and so turn back.
  const between = (a: number, b: number) =>
    Math.min(Math.max(a + (at - step) * (b - a), Math.min(a, b)), Math.max(a, b));
  return pointOf({
    tauDone: between(from.tauDone, to.tauDone),
    tauAlive: between(from.tauAlive, to.tauAlive),
  });
}

/** So bold from an aggressiveness of its own: at 0 nothing is given up, at 1 it is as it was, at 2 the path ends. */
export function atBoldness(own: number, boldness: number): number {
  return boldness <= 1 ? own * Math.max(0, boldness) : own + (1 - own) * Math.min(1, boldness - 1);
}

/** The boldness that leads from an aggressiveness of its own to another; `atBoldness` turns it back. */
export function boldnessOf(own: number, aggressiveness: number): number {
  if (aggressiveness <= own) return own === 0 ? 1 : aggressiveness / own;
  return 1 + (aggressiveness - own) / (1 - own);
}
