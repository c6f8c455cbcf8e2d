/**
 * A restarting e-detector (Shin, Ramdas & Rinaldo, "E-detectors: a nonparametric framework for sequential
 * change detection", 2022) for "the mean loss exceeds alpha": the level is multiplied by a bet on that with
 * each loss, and begins anew at 1 wherever it fell below. Without the restart, many good labels would have to
 * be paid back before a change shows.
 */

/** Below 1 / alpha for every alpha that a certificate names, and right for a loss of three times alpha. */
const BET = 2;

/**
 * @param level after the loss before; 1 at the start
 * @param loss in [0, 1]
 * @param bet below 1 / alpha, fixed before the loss is seen
 */
export function nextLevel(level: number, loss: number, alpha: number, bet = BET): number {
  return Math.max(level, 1) * (1 + bet * (loss - alpha));
}

/**
 * The level at which it alarms. At a mean loss of alpha, so many labels at least come before an alarm, by
 * expectation; at half of alpha, at most 20 of 1,000 runs over 2,000 labels alarm (`npm run sim guard`).
 */
export function alarmLevel(alpha: number): number {
  if (alpha <= 0.01) return 100;
  return alpha <= 0.02 ? 200 : 400;
}

/** Of the most that may be bet: passes soonest at a third of alpha or so. */
const RECOVERY_STAKE = 0.5;

/**
 * p-value of "the mean loss exceeds alpha" over losses of 0 or 1, valid at whatever moment one looks: one over
 * the wealth of betting against it, as `bettingPValue` has it (Ville's inequality).
 */
export function recoveryPValue(labels: number, losses: number, alpha: number): number {
  const won = (labels - losses) * Math.log1p((RECOVERY_STAKE * alpha) / (1 - alpha));
  const lost = losses * Math.log1p(-RECOVERY_STAKE);
  return Math.min(1, Math.exp(-won - lost));
}
