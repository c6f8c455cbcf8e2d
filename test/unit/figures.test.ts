import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatCount,
  formatDigest,
  formatDuration,
  formatShare,
  inJoules,
  notEnough,
} from '../../shared/figures.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('counts have thousands separators, a real minus and no decimals', () => {
  assert.deepEqual([0, 999.6, 1234567, -1234, -0.2].map(formatCount), [
    '0',
    '1,000',
    '1,234,567',
    '−1,234',
    '0',
  ]);
});

test('shares have a decimal only where it says something', () => {
  const shares = [0, 0.004, 0.05, 0.0996, 0.284, 1].map((share) => plain(formatShare(share)));
  assert.deepEqual(shares, ['0 %', '0.4 %', '5 %', '10 %', '28 %', '100 %']);
});

test('durations use the largest unit that fits and its next smaller one', () => {
  const durations = [0, 3.4, 999.4, 999.9, 1240, 9960, 59_700, 200_000, 3_600_000, 7_500_000];
  assert.deepEqual(
    durations.map((ms) => plain(formatDuration(ms))),
    ['0 ms', '3 ms', '999 ms', '1.0 s', '1.2 s', '10 s', '1 min', '3 min 20 s', '1 h', '2 h 5 min'],
  );
  assert.equal(plain(formatDuration(-1500)), '−1.5 s');
});

test('what is no number becomes a dash', () => {
  for (const format of [formatCount, formatShare, formatDuration]) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(format(value), '–');
  }
});

test('a missing figure says how many are there and how many it takes', () => {
  assert.equal(notEnough({ n: 7 }, 'requests'), 'not enough data yet (n = 7 of 20 requests)');
  assert.equal(notEnough({ n: 30 }, 'requests'), 'no figure (n = 30 requests)');
});

test('energy is power times time, for the value and for both ends of its interval', () => {
  const time = { value: 2000, low: -500, high: 4000, n: 3, modelled: 0.5 };
  assert.deepEqual(inJoules(time, 10), { ...time, value: 20, low: -5, high: 40 });
  assert.deepEqual(inJoules({ value: null, low: null, high: null, n: 0 }, 10), {
    ...{ value: null, low: null, high: null, n: 0 },
  });
});

test('a digest is cut, and a name is not', () => {
  assert.equal(formatDigest(`sha256:${'a1'.repeat(32)}`), 'sha256:a1a1a1a1a1a1');
  assert.equal(formatDigest('name:qwen2.5-coder:0.5b'), 'name:qwen2.5-coder:0.5b');
});
