import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { certify, exactPValue, type Claim } from '../../../server/learning/certify/certify.ts';

const CLAIM: Claim = {
  population: 'a drawn pool',
  alpha: 0.05,
  delta: 0.1,
  sampling: 'one-per-cluster',
  modelDigest: `sha256:${'0'.repeat(64)}`,
  engine: 'none',
};
const SAMPLINGS = fc.constantFrom('one-per-cluster' as const, 'cluster-means' as const);

/** Losses of some candidates on the same clusters, few as calibration splits have them. */
const splits = fc
  .integer({ min: 30, max: 150 })
  .chain((n) =>
    fc
      .array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 })
      .map((counts) => counts.map((k) => lossesOf(k, n))),
  );

function lossesOf(k: number, n: number): number[] {
  return Array.from({ length: n }, (_, index) => Number(index < k));
}

function passed(split: readonly (readonly number[])[], claim: Claim): number {
  const answer = certify(
    split.map((losses, point) => ({ point, losses })),
    claim,
  );
  return answer.certified ? answer.passed : 0;
}

test('one more lost match never lets more points pass', () => {
  const cases = fc.property(splits, SAMPLINGS, fc.nat(), fc.nat(), (split, sampling, row, cell) => {
    const claim = { ...CLAIM, sampling };
    const worse = split.map((losses, index) =>
      index === row % split.length ? losses.with(cell % losses.length, 1) : losses,
    );
    assert.ok(passed(worse, claim) <= passed(split, claim));
  });
  fc.assert(cases, { seed: 1, numRuns: 300 });
});

test('a stricter claim never lets more points pass', () => {
  const levels = fc.double({ min: 0.005, max: 0.2, noNaN: true });
  const cases = fc.property(splits, levels, levels, (split, one, other) => {
    const [strict, loose] = [Math.min(one, other), Math.max(one, other)];
    assert.ok(
      passed(split, { ...CLAIM, alpha: strict }) <= passed(split, { ...CLAIM, alpha: loose }),
    );
    assert.ok(
      passed(split, { ...CLAIM, delta: strict }) <= passed(split, { ...CLAIM, delta: loose }),
    );
  });
  fc.assert(cases, { seed: 1, numRuns: 300 });
});

test('p-values lie in [0, 1] and rise with every loss', () => {
  const cases = fc.property(
    fc.integer({ min: 1, max: 3000 }),
    fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    fc.nat(),
    (n, alpha, drawn) => {
      const losses = drawn % n;
      const [fewer, more] = [exactPValue(losses, n, alpha), exactPValue(losses + 1, n, alpha)];
      assert.ok(fewer >= 0 && fewer <= more + 1e-12 && more <= 1 + 1e-12);
    },
  );
  fc.assert(cases, { seed: 1 });
});
