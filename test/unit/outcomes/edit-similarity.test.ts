import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../server/learning/random.ts';
import { editSimilarity } from '../../../server/outcomes/edit-similarity.ts';

/** Straight from the definition: the cheapest way to begin with any edit. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return distance(restA, restB);
  return 1 + Math.min(distance(restA, b), distance(a, restB), distance(restA, restB));
}

test('edit similarity is 1 less the edit distance over the longer length', () => {
  const random = seededRandom(3);
  const word = () =>
    Array.from({ length: Math.floor(random() * 7) }, () => 'abc'[Math.floor(random() * 3)]).join(
      '',
    );
  for (let round = 0; round < 500; round++) {
    const [a, b] = [word(), word()];
    const longer = Math.max(a.length, b.length);
    const expected = longer === 0 ? 1 : 1 - distance(a, b) / longer;
    assert.equal(editSimilarity(a, b), expected, `${a} against ${b}`);
  }
});

test('long texts that differ little are compared, very long different ones are not', () => {
  const long = 'x'.repeat(50_000);
  assert.equal(editSimilarity(`${long}a${long}`, `${long}b${long}`), 1 - 1 / 100_001);
  assert.equal(editSimilarity('a'.repeat(3_000), 'b'.repeat(3_000)), null);
});
