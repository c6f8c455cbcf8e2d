import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { certifyStrata, planStrata } from '../../../server/learning/certify/strata.ts';

const LEVELS = [0.01, 0.02, 0.05, 0.1];
const DELTA = 0.03;
/** A fifth of it is the strata's. */
const IN_STRATA = 0.006;

/** Of matches, so many of each language and kind. */
function plan(...parts: readonly (readonly [lang: string, kind: string, count: number])[]) {
  const matches = parts.flatMap(([lang, kind, count]) =>
    Array.from({ length: count }, () => ({ lang, kind })),
  );
  return planStrata(matches, 0.1, DELTA);
}
const named = ({ strata }: ReturnType<typeof plan>) => strata.map(({ name }) => name);

/**
 * The upper Clopper-Pearson limit by halving, with the beta distribution's integral by Simpson's rule: another way than
 * by terms of the binomial.
 */
function upperLimit(k: number, n: number, delta: number): number {
  const density = (p: number) => p ** k * (1 - p) ** (n - k - 1);
  const integral = (to: number) => {
    const steps = 1000;
    let sum = density(0) + density(to);
    for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * density((i * to) / steps);
    return (sum * to) / steps / 3;
  };
  const all = integral(1);
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (integral(middle) / all < 1 - delta) low = middle;
    else high = middle;
  }
  return high;
}

describe('strata of a calibration', () => {
  test('are languages and kinds with enough matches, the largest first, and never all matches', () => {
    const few = plan(['typescript', 'line-end', 30], ['python', 'mid-line', 20]);
    assert.deepEqual([named(few), few.pooled], [[], DELTA]);
    const two = plan(['typescript', 'line-end', 60], ['python', 'line-end', 20]);
    assert.deepEqual(named(two), ['typescript']);
    assert.ok(Math.abs(two.pooled + two.inStrata - DELTA) < 1e-12);
    const four = plan(
      ['typescript', 'line-end', 70],
      ['typescript', 'mid-line', 20],
      ['python', 'mid-line', 60],
      ['go', 'comment', 10],
    );
    assert.deepEqual(named(four), ['typescript', 'mid-line', 'line-end', 'python']);
  });

  test('are certified at the smallest level whose exact limit the losses stay below', () => {
    for (const [k, n] of [
      [0, 60],
      [1, 80],
      [0, 120],
      [3, 150],
      [2, 700],
    ] as const) {
      const own = plan(['typescript', 'line-end', n], ['python', 'mid-line', 10]);
      const losses = Array.from({ length: n + 10 }, (_, i) => Number(i < k));
      // Both strata are the same matches, so they pass together.
      const [claim, twin] = certifyStrata(own, [losses], LEVELS);
      assert.deepEqual([claim?.name, claim?.n, claim?.k], ['line-end', n, k]);
      assert.deepEqual([twin?.name, twin?.alpha], ['typescript', claim?.alpha]);
      const limit = upperLimit(k, n, IN_STRATA);
      assert.equal(
        claim?.alpha,
        LEVELS.find((alpha) => alpha >= limit),
      );
    }
  });

  test('are one sequence, which ends at the first that does not pass', () => {
    const own = plan(
      ['typescript', 'line-end', 100],
      ['python', 'mid-line', 90],
      ['go', 'comment', 80],
    );
    assert.deepEqual(named(own), ['line-end', 'typescript', 'mid-line', 'python', 'comment', 'go']);
    const losing = (from: number, count: number) =>
      Array.from({ length: 270 }, (_, i) => Number(i >= from && i < from + count));
    const of = (losses: readonly number[], ...before: (readonly number[])[]) =>
      certifyStrata(own, [...before, losses], LEVELS).map(({ name, alpha }) => [name, alpha]);
    // Ten of the second's 90 are too many at 10 %: what comes behind it is not tested.
    assert.deepEqual(of(losing(100, 10)), [
      ['line-end', 0.1],
      ['typescript', 0.1],
    ]);
    assert.deepEqual(of(losing(0, 10)), []);
    // No point before the certified one may lose too much either.
    assert.deepEqual(of(losing(0, 0), losing(0, 10)), []);
    // 80 matches never bear 5 %: they end nothing there, as it is known before a loss is seen.
    assert.deepEqual(of(losing(0, 0)), [
      ['line-end', 0.05],
      ['typescript', 0.05],
      ['mid-line', 0.1],
      ['python', 0.1],
      ['comment', 0.1],
      ['go', 0.1],
    ]);
  });
});
