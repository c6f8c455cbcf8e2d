import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planVisits } from '../../../bench/session/plan.ts';
import { seededRandom } from '../../../server/learning/random.ts';

const text = Array.from(
  { length: 12 },
  (_, i) => `def f${i}(x):\n    y${i} = g${i}(x, ${i})\n    return y${i} + ${i}\n`,
).join('\n');
const sources = [{ file: 'a.py', languageId: 'python', text }];

describe('the plan of a session', () => {
  test('the same seed gives the same visits, another seed others', () => {
    const first = planVisits(sources, seededRandom(1));
    assert.deepEqual(planVisits(sources, seededRandom(1)), first);
    assert.notDeepEqual(planVisits(sources, seededRandom(2)), first);
  });

  test('the kinds of context take turns', () => {
    const kinds = planVisits(sources, seededRandom(1)).map(({ kind }) => kind);
    const present = new Set(kinds);
    assert.ok(present.size >= 3);
    assert.equal(new Set(kinds.slice(0, present.size)).size, present.size);
  });

  test('no text is written twice', () => {
    const seen = planVisits(sources, seededRandom(3)).map(({ start, end }) => `${start}-${end}`);
    assert.equal(new Set(seen).size, seen.length);
  });
});
