import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AnswerTimes } from '../../../server/completion/answer-times.ts';
import { largerThan } from '../../../server/completion/cascade.ts';

const MODEL = { model: { name: 'large' }, prefillTokensPerSecond: 200, msPerToken: 100 };

describe('how long a larger model will take', () => {
  test('is what was measured at start until enough of its answers were seen', () => {
    const times = new AnswerTimes();
    times.add('large', 4000, 3);
    assert.deepEqual(times.expected(MODEL, 400), { firstTokenMs: 2100, decodeMs: 600, tokens: 6 });
    assert.equal(times.swapMs(MODEL, 400), 0);
  });

  test('is what its last answers took, loading it included', () => {
    const times = new AnswerTimes();
    for (const firstTokenMs of [5000, 4000, 6000]) times.add('large', firstTokenMs, 4);
    assert.deepEqual(times.expected(MODEL, 400), { firstTokenMs: 5000, decodeMs: 400, tokens: 4 });
    assert.equal(times.swapMs(MODEL, 400), 2900);
    for (let i = 0; i < 9; i += 1) times.add('large', 500, 4);
    assert.equal(times.swapMs(MODEL, 400), 0);
  });

  test('is nothing where nothing was measured', () => {
    const unknown = { ...MODEL, prefillTokensPerSecond: null, msPerToken: null };
    const expected = { firstTokenMs: 0, decodeMs: 0, tokens: 6 };
    assert.deepEqual(new AnswerTimes().expected(unknown, 400), expected);
  });
});

test('the next larger model is the next one on the list', () => {
  assert.equal(largerThan(['a', 'b', 'c'], 'b'), 'c');
  assert.equal(largerThan(['a', 'b'], 'b'), null);
  assert.equal(largerThan(['a', 'b'], 'x'), null);
  assert.equal(largerThan([], 'a'), null);
});
