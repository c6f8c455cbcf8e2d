import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  mcNemar,
  differenceOf,
  paretoBest,
  recommended,
  whyRecommended,
  type Reading,
} from '../../server/comparison/recommend.ts';
import { comparisonMarkdown } from '../../client/features/comparison-report.ts';

/** Right in the first so many of 60 tasks, in those from an offset on. */
function reading(model: string, right: number, ms: number, joules: number, from = 0): Reading {
  const matches = Array.from({ length: 60 }, (_, i) => i >= from && i < from + right);
  return { model, matches, ms, joules };
}

describe('a comparison of models', () => {
  test('tells models apart by the tasks that only one of them gets', () => {
    const [a, b] = [reading('a', 10, 1, 1), reading('b', 4, 1, 1, 10)];
    // Of 14 tasks that one of the two gets, 4 or fewer on one side: 2 * 1471 / 2^14.
    assert.ok(Math.abs(mcNemar(a.matches, b.matches) - (2 * 1471) / 2 ** 14) < 1e-12);
    assert.equal(mcNemar(a.matches, a.matches), 1);
  });

  test('marks whom nobody beats in everything', () => {
    const small = reading('small', 15, 500, 10);
    const large = reading('large', 26, 1500, 30);
    const poor = reading('poor', 14, 600, 12);
    assert.deepEqual(
      paretoBest([small, large, poor]).map(({ model }) => model),
      ['small', 'large'],
    );
    assert.equal(paretoBest([small, { ...small, model: 'twin' }]).length, 2);
  });

  test('recommends the best, unless a faster one can’t be told from it', () => {
    const large = reading('large', 26, 1500, 30);
    assert.equal(recommended([reading('small', 15, 500, 10), large])?.model, 'large');
    assert.equal(recommended([reading('small', 23, 500, 10), large])?.model, 'small');
    assert.equal(recommended([]), null);
    assert.equal(recommended([reading('small', 0, 500, 10)]), null);
  });

  test('says how far matches can’t be told apart yet, and how many places would', () => {
    const [small, large] = [reading('small', 6, 500, 10), reading('large', 10, 1500, 30)];
    const pick = recommended([small, large]);
    assert.equal(pick, small);
    // Four tasks of 60 that only the large one gets: 4/62 -+ 1.96/62 sqrt(5 - 16/62).
    const { value, low, high, needed } = differenceOf(large.matches, small.matches);
    assert.ok(Math.abs(value - 4 / 60) < 1e-12);
    assert.ok(Math.abs(low - (4 - 1.959964 * Math.sqrt(5 - 16 / 62)) / 62) < 1e-6);
    assert.ok(Math.abs(high - (4 + 1.959964 * Math.sqrt(5 - 16 / 62)) / 62) < 1e-6);
    // Connor's formula by hand: ((1.959964 sqrt(1/15) + 0.841621 sqrt(1/15 - 1/225)) / (1/15))^2 = 115.3.
    assert.equal(needed, 116);
    assert.equal(
      whyRecommended(small, [small, large]),
      'it is the fastest, and whether large matches more or less often can’t be told from 60 places (+7 points, 95 % interval 0 to +13 points); if they differ by so much, about 116 places would show it',
    );
    const twin = { ...small, model: 'twin', ms: 900 };
    assert.match(whyRecommended(small, [small, twin]), /\(0 points, .*if there is a difference$/);
    const best = reading('best', 26, 1500, 30);
    assert.equal(whyRecommended(best, [small, best]), 'it has the most matches');
  });

  test('is a page with each model, the marked ones and the recommendation', () => {
    const em = { value: 0.25, low: 0.15, high: 0.37, n: 60 };
    const one = {
      ...{ model: 'small', digest: 'sha256:1', quantisation: 'Q4_K_M', bytes: 1, em, tokens: 5.3 },
      ...{ firstTokenMs: 400, ms: 700, loadMs: 900, joules: 12, isEnergyMeasured: false },
      isParetoBest: true,
    };
    const other = { ...one, model: 'large', isParetoBest: false, isEnergyMeasured: true };
    const page = comparisonMarkdown({
      ...{
        at: 0,
        tasks: 60,
        leftOut: 0,
        models: [one, other],
        recommended: 'small',
        why: 'it has the most matches',
      },
    });
    assert.match(page, /\| ★ \| small Q4_K_M \| 25.% \(15.% to 37.%\) \| 5\.3 \|.* estimated \|/);
    assert.match(page, /\| {2}\| large .* measured \|/);
    assert.match(page, /\*\*small\*\*: it has the most matches\./);
  });
});
