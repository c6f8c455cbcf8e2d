import { aggressivenessAt, boldnessOf, pointAt } from '../../stopping/policy/aggressiveness.ts';
import type { Way } from '../../stopping/policy/choose-rule.ts';
import type { PartialPoint } from '../../stopping/policy/point.ts';
import { logOdds, probability } from './log-odds.ts';
import { CENTRES, type Personal } from './personal.ts';
import { originOf, type Recalibration } from './recalibration.ts';

/**
 * A preset's thresholds where this user's probabilities reach them. What labels say makes them more cautious only, since
 * a bolder point is not what was certified; clicks move them both ways from there.
 */
export function personalPoint(own: PartialPoint, { alive, done, taste }: Personal): PartialPoint {
  const tauAlive = Math.min(own.tauAlive, calibrated(own.tauAlive, alive, CENTRES.alive));
  const tauDone = Math.max(own.tauDone, calibrated(own.tauDone, done, CENTRES.done));
  return { tauAlive: moved(tauAlive, -taste), tauDone: moved(tauDone, taste) };
}

/**
 * How far along its path a preset goes here: to the boldest point that is nowhere bolder than the personal one, and no
 * further than to its own. In [0, 1].
 */
export function personalBoldness({ path, own }: Way, personal: Personal): number {
  const limit = personalPoint(own, personal);
  const most = aggressivenessAt(path, own);
  const within = (aggressiveness: number) => {
    const { tauAlive, tauDone } = pointAt(path, aggressiveness);
    return tauAlive <= limit.tauAlive && tauDone >= limit.tauDone;
  };
  if (within(most)) return 1;
  // Neither threshold ever turns back along the path.
  let [cautious, bold] = [0, most];
  for (let step = 0; step < 30; step += 1) {
    const between = (cautious + bold) / 2;
    if (within(between)) cautious = between;
    else bold = between;
  }
  return boldnessOf(most, cautious);
}

/** Thresholds of 0 and 1 switch something off, and stay. */
function isThreshold(tau: number): boolean {
  return tau > 0 && tau < 1;
}

function calibrated(tau: number, by: Recalibration, centre: number): number {
  return isThreshold(tau) ? originOf(tau, by, centre) : tau;
}

function moved(tau: number, by: number): number {
  return isThreshold(tau) ? probability(logOdds(tau) + by) : tau;
}
