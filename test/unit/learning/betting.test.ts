import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bet,
  difference,
  eValue,
  noBets,
  type Observation,
} from '../../../server/learning/experiment/betting.ts';
import { pairsEValue } from '../../../server/learning/experiment/pairs.ts';
import { seededRandom } from '../../../server/learning/random.ts';

describe('evidence against "no difference"', () => {
  test('of pairs is 2^(a+b) B(a + 1/2, b + 1/2) / B(1/2, 1/2), by an independent beta function', () => {
    const reference = [
      [0, 0, 1],
      [1, 0, 1],
      [3, 1, 0.625],
      [12, 3, 3.62744140625],
      [40, 60, 0.5960716011],
      [10, 0, 180.42578125],
      [0, 9, 94.9609375],
    ] as const;
    for (const [a, b, e] of reference) assert.ok(Math.abs(pairsEValue({ a, b }) / e - 1) < 1e-9);
  });

  const VALUES = [0.2, 0.9, 0.1, 0.8, 1, 0, 0.3, 0.7, 0.6, 0.05];
  const ARMS = 'abababbaba';

  test('of two samples is the mean of six capitals, by an independent computation', () => {
    const betting = VALUES.reduce(
      (before, value, i) => bet(before, { arm: ARMS[i] === 'b' ? 'b' : 'a', value }),
      noBets(),
    );
    assert.ok(Math.abs(eValue(betting) - 0.6839630173569198) < 1e-12);
  });

  test('rejects a difference exactly where the interval leaves it out', () => {
    const observations = Array.from({ length: 60 }, (_, i): Observation =>
      i % 2 ? { arm: 'b', value: 0.9 } : { arm: 'a', value: 0.1 },
    );
    const { low, high } = difference(observations);
    assert.ok(Math.abs(low - 0.6726) < 2e-4, `${low}`);
    assert.equal(high, 1);
    for (let n = 2; n <= 60; n += 1) {
      const some = observations.slice(0, n);
      const isRejected = eValue(some.reduce(bet, noBets())) >= 20;
      assert.equal(difference(some).low > 0, isRejected, `after ${n}`);
    }
  });

  test('is a fair game: where nothing differs its mean stays 1', () => {
    let sum = 0;
    const runs = 4000;
    for (let run = 0; run < runs; run += 1) {
      const random = seededRandom(run);
      let betting = noBets();
      for (let t = 0; t < 12; t += 1) {
        betting = bet(betting, { arm: random() < 0.5 ? 'a' : 'b', value: random() });
      }
      sum += eValue(betting);
    }
    assert.ok(Math.abs(sum / runs - 1) < 0.03, `${sum / runs}`);
  });
});
