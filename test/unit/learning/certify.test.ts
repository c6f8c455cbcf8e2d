import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { certifiedSets } from '../../../bench/validity/packages.ts';
import {
  bettingPValue,
  certify,
  clustersNeeded,
  exactPValue,
  fixedSequence,
  recalibrationDelta,
  stakeFor,
  type Claim,
} from '../../../server/learning/certify/certify.ts';
import { seededRandom } from '../../../server/learning/random.ts';

const REFERENCE = new URL('../../../../shared/stats_ref.mjs', import.meta.url);

const CLAIM: Claim = {
  population: 'a simulated pool',
  alpha: 0.05,
  delta: 0.05,
  sampling: 'one-per-cluster',
  modelDigest: `sha256:${'0'.repeat(64)}`,
  engine: 'none',
};
const close = (actual: number, expected: number, by = 1e-10) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);
const lossesOf = (k: number, n: number) => Array.from({ length: n }, (_, i) => Number(i < k));

/** P(X <= k) by convolution, trial after trial: another way than by terms. */
function cdfByTrials(k: number, n: number, p: number): number {
  let at = [1];
  for (let trial = 0; trial < n; trial += 1) {
    at = Array.from(
      { length: at.length + 1 },
      (_, i) => (at[i] ?? 0) * (1 - p) + (at[i - 1] ?? 0) * p,
    );
  }
  return at.slice(0, k + 1).reduce((sum, x) => sum + x, 0);
}

describe('p-values', () => {
  test('of the binomial equal a convolution of single trials', () => {
    for (const [k, n, p] of [
      [0, 1, 0.3],
      [2, 10, 0.05],
      [4, 129, 0.02],
      [16, 500, 0.05],
      [300, 600, 0.4],
    ] as const)
      close(exactPValue(k, n, p), cdfByTrials(k, n, p));
    assert.equal(exactPValue(5, 5, 0.5), 1);
    assert.equal(exactPValue(0, 0, 0.5), 1);
  });
  test('of bets equal a product worked out by hand, and the stake is the one that allows the most', () => {
    // alpha 0.5, stake 0.5: each factor is 1 - 0.5 (x - 0.5) / 0.5 = 1.5 - x.
    close(bettingPValue([0, 0, 0.5, 0], 0.5, 0.5), 1 / 1.5 ** 3);
    assert.equal(bettingPValue([1, 1], 0.5, 0.5), 1);
    for (const n of [59, 72, 300, 1000]) {
      const stake = stakeFor(n, 0.05, 0.05);
      const allowed = (share: number) =>
        (n * Math.log(1 + (share * 0.05) / 0.95) + Math.log(0.05)) / -Math.log(1 - share);
      for (const other of [0.2, 0.5, 0.8, 0.95]) assert.ok(allowed(stake) >= allowed(other) - 1e-9);
    }
  });
  test(
    'agree with the reference formulas',
    { skip: existsSync(REFERENCE) ? false : 'stats_ref.mjs is not beside the project' },
    async () => {
      const reference = (await import(REFERENCE.href)) as {
        pBinary: (k: number, n: number, alpha: number) => number;
        fixedSequence: (p: number[], delta: number) => number;
      };
      for (const n of [20, 129, 500, 2000])
        for (const alpha of [0.01, 0.02, 0.05])
          for (const k of [0, 1, 4, 12]) {
            close(exactPValue(k, n, alpha), reference.pBinary(k, n, alpha), 1e-8);
          }
      const p = [0.01, 0.04, 0.2, 0.01];
      assert.equal(fixedSequence(p, 0.05), reference.fixedSequence(p, 0.05) + 1);
    },
  );
});

describe('what is needed', () => {
  test('is 299, 149 and 59 clusters without a loss for 1, 2 and 5 %', () => {
    assert.deepEqual(
      [0.01, 0.02, 0.05].map((alpha) => clustersNeeded(alpha, 0.05)),
      [299, 149, 59],
    );
    for (const alpha of [0.01, 0.02, 0.05]) {
      const n = clustersNeeded(alpha, 0.05);
      assert.ok(exactPValue(0, n, alpha) <= 0.05 && exactPValue(0, n - 1, alpha) > 0.05);
    }
  });
  test('grows with each recalibration, and all together spend delta', () => {
    close(recalibrationDelta(0.05, 1), 0.0303963550927, 1e-12);
    let sum = 0;
    for (let j = 1; j <= 100_000; j += 1) sum += recalibrationDelta(0.05, j);
    assert.ok(sum < 0.05 && sum > 0.0499);
  });
});

describe('a certificate', () => {
  const candidates = (...lost: number[]) =>
    lost.map((k, point) => ({ point, losses: lossesOf(k, 100) }));
  test('names the boldest point before the first that fails, though a later one would pass', () => {
    const result = certify(candidates(0, 1, 7, 1), CLAIM);
    assert.ok(result.certified);
    const { point, k, n, passed, population, alpha, modelDigest } = result;
    assert.deepEqual({ point, k, n, passed }, { point: 1, k: 1, n: 100, passed: 2 });
    assert.deepEqual(
      { population, alpha, modelDigest },
      {
        population: CLAIM.population,
        alpha: 0.05,
        modelDigest: CLAIM.modelDigest,
      },
    );
    close(result.p, 0.95 ** 100 + 100 * 0.05 * 0.95 ** 99);
  });
  test('is not given where the data are too few, and says how many it needs', () => {
    const result = certify([{ point: 0, losses: lossesOf(0, 58) }], CLAIM);
    assert.ok(!result.certified);
    assert.equal(result.reason, 'not certified: needs n >= 59, has 58');
    assert.ok(!certify([], CLAIM).certified);
  });
  test('is not given where the safest point loses too much', () => {
    const result = certify(candidates(9), CLAIM);
    assert.ok(!result.certified);
    assert.match(result.reason, /safest point loses too many matches of 100/);
  });
  test('takes cluster means with the other p-value', () => {
    const losses = [...new Array<number>(99).fill(0), 0.5];
    assert.throws(() => certify([{ point: 0, losses }], CLAIM), RangeError);
    const result = certify([{ point: 0, losses }], { ...CLAIM, sampling: 'cluster-means' });
    assert.ok(result.certified);
    close(result.p, bettingPValue(losses, 0.05, stakeFor(100, 0.05, 0.05)));
  });
  test('refuses candidates of different splits', () => {
    const mixed = [
      { point: 0, losses: lossesOf(0, 60) },
      { point: 1, losses: lossesOf(0, 61) },
    ];
    assert.throws(() => certify(mixed, CLAIM), RangeError);
  });
});

describe('validity', () => {
  /** A pool of clusters, one loss threshold each: point j loses what is below its j-th rate. */
  const RATES = [0, 0.01, 0.02, 0.03, 0.04, 0.049, 0.0501, 0.055, 0.06, 0.08, 0.12];
  const random = seededRandom(7);
  const pool = Array.from({ length: 2000 }, (_, i) =>
    Array.from({ length: 1 + (i % 3) }, () => ({ at: (i + random()) / 2000 })),
  );
  const meanLoss = (cluster: readonly { at: number }[], rate: number) =>
    cluster.filter(({ at }) => at < rate).length / cluster.length;
  const rateOf = (rate: number) =>
    pool.reduce((sum, cluster) => sum + meanLoss(cluster, rate), 0) / pool.length;

  for (const sampling of ['one-per-cluster', 'cluster-means'] as const) {
    test(`of 1,000 calibration sets drawn by cluster bootstrap at most 6.2 % exceed alpha (${sampling})`, () => {
      let exceeded = 0;
      let certified = 0;
      for (let draw = 0; draw < 1000; draw += 1) {
        const drawn = Array.from({ length: 300 }, () => {
          const cluster = pool[Math.floor(random() * pool.length)] ?? [];
          const one = cluster[Math.floor(random() * cluster.length)];
          return sampling === 'cluster-means' || !one ? cluster : [one];
        });
        const candidates = RATES.map((rate) => ({
          point: rate,
          losses: drawn.map((cluster) => meanLoss(cluster, rate)),
        }));
        const result = certify(candidates, { ...CLAIM, sampling });
        if (!result.certified) continue;
        certified += 1;
        exceeded += Number(rateOf(result.point) > CLAIM.alpha);
      }
      assert.ok(exceeded <= 62, `${exceeded} of 1000`);
      assert.ok(certified >= 990, `a procedure that never dares is no use: ${certified}`);
    });
  }

  /** How many of the sets are certified at 5 %: twenty matches in each of 80 packages. */
  const certifiedAt = (rate: number, sets: number) =>
    certifiedSets({
      packages: 80,
      matches: 20,
      rate,
      correlation: 0.05,
      sets,
      claim: CLAIM,
      random,
    });

  test('where the files of a package go wrong together, packages keep it and files do not', () => {
    const { byMatch, byPackage } = certifiedAt(0.0501, 2000);
    assert.ok(byMatch > 200, `${byMatch} of 2000: the danger that packages are for`);
    assert.ok(byPackage <= 124, `${byPackage} of 2000`);
    const harmless = certifiedAt(0.002, 200).byPackage;
    assert.ok(harmless >= 150, `a procedure that never dares is no use: ${harmless} of 200`);
  });
});
