import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proportion } from '../../../server/figures/proportion.ts';

const Z = 1.959963984540054;

test('the ends of the interval are the shares that a score test just does not reject', () => {
  for (const n of [1, 2, 5, 20, 137, 1000]) {
    for (const k of new Set([0, 1, Math.floor(n / 3), n - 1, n])) {
      const { value, low, high } = proportion(k, n);
      assert.equal(value, k / n);
      assert.ok(low !== null && high !== null);
      for (const end of [low, high]) {
        if (end === 0 || end === 1) continue;
        const z = Math.abs(k / n - end) / Math.sqrt((end * (1 - end)) / n);
        assert.ok(Math.abs(z - Z) < 1e-9, `${k} of ${n}: ${end} is ${z} away`);
      }
    }
  }
});

test('the interval covers the true share in about 95 % of samples', () => {
  for (const [n, share] of [
    [20, 0.2],
    [50, 0.05],
    [200, 0.5],
  ] as const) {
    let covered = 0;
    for (let k = 0; k <= n; k++) {
      const { low, high } = proportion(k, n);
      if ((low ?? 1) <= share && share <= (high ?? 0)) covered += binomial(n, k, share);
    }
    assert.ok(covered > 0.93 && covered < 0.985, `${n}, ${share}: ${covered}`);
  }
});

test('without a trial there is no figure', () => {
  assert.deepEqual(proportion(0, 0), { value: null, low: null, high: null, n: 0 });
});

function binomial(n: number, k: number, p: number): number {
  let probability = (1 - p) ** n;
  for (let i = 0; i < k; i++) probability *= ((n - i) / (i + 1)) * (p / (1 - p));
  return probability;
}
