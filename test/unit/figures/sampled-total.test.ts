import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../server/learning/random.ts';
import { sampledTotal, type Sampled } from '../../../server/figures/sampled-total.ts';
import { studentQuantile } from '../../../server/figures/student.ts';

const close = (found: number | undefined, wanted: number, within = 1e-3) =>
  assert.ok(
    found !== undefined && Math.abs(found - wanted) <= within * Math.abs(wanted),
    String(found),
  );

test('quantiles of Student’s t are those of the printed tables', () => {
  for (const [degrees, wanted] of [
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [5, 2.571],
    [10, 2.228],
    [30, 2.042],
    [1000, 1.962],
  ] as const) {
    close(studentQuantile(degrees), wanted, 2e-3);
  }
});

/** Five units each: one stratum by their mean, one by their ratio to what was foreseen. */
const MEANS = [2, 4, 6, 8, 10].map((seen) => ({ rate: 0.25, foreseen: 1, seen }));
const RATIOS = [
  [10, 10],
  [20, 16],
  [30, 30],
  [15, 0],
  [25, 20],
].map(([foreseen = 0, seen = 0]) => ({ rate: 0.2, foreseen, seen }));

test('a total is what is foreseen of all, times the ratio of each stratum’s sample', () => {
  // 40 × 6 and 300 × 76/100. The ends by a program of its own, which inverts Hall’s cubic by bisection.
  const total = sampledTotal(
    [
      { foreseen: 40, sample: MEANS },
      { foreseen: 300, sample: RATIOS },
    ],
    1.5,
  );
  close(total?.value, 468);
  close(total?.low, 258.292);
  close(total?.high, 589.491);
});

test('units weigh by one over their rate', () => {
  const sample = [
    { rate: 0.5, foreseen: 1, seen: 10 },
    { rate: 0.1, foreseen: 1, seen: 4 },
  ];
  // (10 × 2 + 4 × 10) / 12 for each of 30.
  close(sampledTotal([{ foreseen: 30, sample }], 20)?.value, 150);
});

test('small strata share one ratio, and a large one lends them its own where they are too few', () => {
  const few = [1, 3].map((seen) => ({ rate: 0.5, foreseen: 1, seen }));
  const others = [5, 7, 9].map((seen) => ({ rate: 0.5, foreseen: 1, seen }));
  const together = sampledTotal(
    [
      { foreseen: 10, sample: few },
      { foreseen: 30, sample: others },
    ],
    20,
  );
  close(together?.value, 40 * 5);
  const lent = sampledTotal(
    [
      { foreseen: 40, sample: MEANS },
      { foreseen: 10, sample: [] },
    ],
    20,
  );
  close(lent?.value, 50 * 6);
});

test('without a sample there is no total; where all were sampled, nothing is uncertain', () => {
  assert.equal(sampledTotal([{ foreseen: 10, sample: [] }], 1), null);
  const all = MEANS.map((unit) => ({ ...unit, rate: 1 }));
  assert.deepEqual(sampledTotal([{ foreseen: 5, sample: all }], 20), {
    value: 30,
    low: 30,
    high: 30,
  });
});

test('a sample that shows no spread still leaves room for one unit of which nothing is seen', () => {
  const sample = Array.from({ length: 10 }, () => ({ rate: 0.02, foreseen: 5, seen: 5 }));
  const total = sampledTotal([{ foreseen: 5000, sample }], 1);
  // 5000 / 11 by itself, and 2.228 times as much as its spread.
  close(total?.value, 5000);
  close(total?.low, 5000 - (5000 / 11) * 3.228);
  close(total?.high, 5000);
});

test('of skewed units, in a sample of 40 at 1 in 20, intervals hold the truth in 93 % and more', () => {
  const random = seededRandom(31);
  const rounds = 600;
  let hits = 0;
  let error = 0;
  for (let round = 0; round < rounds; round++) {
    const all = Array.from({ length: 800 }, (): Sampled => {
      const foreseen = Math.min(124, Math.exp(5 * random()));
      const seen = random() < 0.7 ? foreseen : foreseen * random();
      return { rate: 0.05, foreseen, seen };
    });
    const sample = all.filter(() => random() < 0.05);
    const truth = all.reduce((sum, { seen }) => sum + seen, 0);
    const foreseen = all.reduce((sum, unit) => sum + unit.foreseen, 0);
    const total = sampledTotal([{ foreseen, sample }], 1);
    assert.ok(total);
    error += (total.value - truth) / truth / rounds;
    if (total.low <= truth && truth <= total.high) hits++;
  }
  assert.ok(hits / rounds >= 0.93, String(hits / rounds));
  assert.ok(Math.abs(error) < 0.01, String(error));
});
