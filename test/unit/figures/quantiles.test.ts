import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantilesOf } from '../../../server/figures/quantiles.ts';

test('quantiles are values that occurred, at least that share of which is no larger', () => {
  assert.deepEqual(quantilesOf([5]), { p50: 5, p95: 5, n: 1 });
  assert.deepEqual(quantilesOf([40, 10, 30, 20]), { p50: 20, p95: 40, n: 4 });
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(quantilesOf(hundred), { p50: 50, p95: 95, n: 100 });
});

test('without values there are no quantiles', () => {
  assert.deepEqual(quantilesOf([]), { p50: null, p95: null, n: 0 });
});
