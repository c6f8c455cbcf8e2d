import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * Learn-then-Test by fixed sequence (Angelopoulos, Bates, Candès, Jordan & Lei, "Learn then Test",
 * 2021): which points of a policy lose at most a share `alpha` of the reference's matches.
 */

/** One point of a policy and its losses on the calibration split. */
export interface Candidate<Point> {
  readonly point: Point;
  /** One number per cluster: 1 a lost match, 0 none; or a cluster's mean. */
  readonly losses: readonly number[];
}

/** What a certificate is about, and for which engine and model it holds. */
export interface Claim {
  /** In words: what the calibration split was drawn from. */
  readonly population: string;
  /** The largest share of lost matches that passes, in (0, 1). */
  readonly alpha: number;
  /** The probability, at most, that a point above `alpha` is certified; in (0, 1). */
  readonly delta: number;
  /** `one-per-cluster`: losses are 0 or 1. `cluster-means`: anything between. */
  readonly sampling: 'one-per-cluster' | 'cluster-means';
  /** `sha256:` and 64 hex digits. */
  readonly modelDigest: string;
  readonly engine: string;
}

/** The boldest point that passed. */
export interface Certificate<Point> extends Claim {
  readonly certified: true;
  readonly point: Point;
  /** How many candidates passed, the boldest one included. */
  readonly passed: number;
  /** Clusters. */
  readonly n: number;
  /** Lost matches; a sum of means under `cluster-means`. */
  readonly k: number;
  readonly p: number;
}

export interface NotCertified extends Claim {
  readonly certified: false;
  readonly n: number;
  /** Clusters from which on a point without any loss passes. */
  readonly needed: number;
  /** In words. */
  readonly reason: string;
}

/** Exact p-value of "the rate of losses exceeds alpha", for n independent losses of 0 or 1. */
export function exactPValue(losses: number, n: number, alpha: number): number {
  return n === 0 ? 1 : binomialCdf(losses, n, alpha);
}

/**
 * The share of the most that may be bet: the one under which `bettingPValue` passes with the largest sum of
 * losses, were every loss 0 or 1. Of n, alpha and delta alone, so it may be chosen before a loss is seen.
 */
export function stakeFor(n: number, alpha: number, delta: number): number {
  let best = { stake: 0.01, allowed: -Infinity };
  for (let percent = 1; percent < 100; percent += 1) {
    const stake = percent / 100;
    const won = n * Math.log1p((stake * alpha) / (1 - alpha));
    const allowed = (won + Math.log(delta)) / -Math.log1p(-stake);
    if (allowed > best.allowed) best = { stake, allowed };
  }
  return best.stake;
}

/**
 * p-value of "the mean exceeds alpha", for independent losses in [0, 1]: one over what betting against that
 * would have won (Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", 2024). Each
 * bet multiplies the wealth by 1 - stake (x - alpha) / (1 - alpha), which by expectation is at most 1 where the
 * mean exceeds alpha; so by Markov's inequality the wealth reaches 1 / delta with probability delta at most.
 * @param stake in (0, 1), chosen before a loss is seen
 */
export function bettingPValue(losses: readonly number[], alpha: number, stake: number): number {
  const wealth = losses.reduce(
    (sum, loss) => sum + Math.log1p((-stake * (loss - alpha)) / (1 - alpha)),
    0,
  );
  return Math.min(1, Math.exp(-wealth));
}

/** Clusters from which on a point without any loss passes: (1 - alpha)^n <= delta. */
export function clustersNeeded(alpha: number, delta: number): number {
  return Math.ceil(Math.log(delta) / Math.log1p(-alpha) - 1e-9);
}

/**
 * What the j-th calibration on one stream may spend (j from 1): 6 delta / (pi^2 j^2), which sums to
 * delta over all j.
 */
export function recalibrationDelta(delta: number, j: number): number {
  return (6 * delta) / (Math.PI ** 2 * j ** 2);
}

/** How many p-values, from the first on, stay at or below delta. */
export function fixedSequence(pValues: readonly number[], delta: number): number {
  const stop = pValues.findIndex((p) => !(p <= delta));
  return stop === -1 ? pValues.length : stop;
}

/**
 * Certifies the boldest point that the sequence reaches. The order of the candidates, safest first,
 * must be fixed before the calibration split is looked at, and all must have been run on the same
 * clusters.
 * @throws RangeError where a loss is outside of [0, 1], or no 0 or 1 under `one-per-cluster`, or
 *   the candidates differ in their number of losses
 */
export function certify<Point>(
  candidates: readonly Candidate<Point>[],
  claim: Claim,
): Certificate<Point> | NotCertified {
  const { alpha, delta, sampling } = claim;
  const n = candidates[0]?.losses.length ?? 0;
  const stake = stakeFor(n, alpha, delta);
  const tested = candidates.map(({ point, losses }) => {
    checkLosses(losses, n, sampling);
    const k = losses.reduce((sum, loss) => sum + loss, 0);
    const p =
      sampling === 'one-per-cluster'
        ? exactPValue(k, n, alpha)
        : bettingPValue(losses, alpha, stake);
    return { point, k, p };
  });
  const passed = fixedSequence(
    tested.map(({ p }) => p),
    delta,
  );
  const boldest = tested[passed - 1];
  if (boldest) return { ...claim, certified: true, ...boldest, passed, n };
  const needed = clustersNeeded(alpha, delta);
  const reason =
    n < needed
      ? `not certified: needs n >= ${needed}, has ${n}`
      : `not certified: the safest point loses too many matches of ${n}`;
  return { ...claim, certified: false, n, needed, reason };
}

function checkLosses(losses: readonly number[], n: number, sampling: Claim['sampling']): void {
  if (losses.length !== n) throw new RangeError('candidates differ in their number of clusters');
  const allowed = (loss: number) =>
    sampling === 'one-per-cluster' ? loss === 0 || loss === 1 : loss >= 0 && loss <= 1;
  if (!losses.every(allowed)) throw new RangeError(`a loss is outside of what ${sampling} allows`);
}
