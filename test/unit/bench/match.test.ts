import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canBecome, isExactMatch, matchOffset } from '../../../server/stopping/match.ts';
import { normalise } from '../../../server/stopping/reading/normalise.ts';
import { seededRandom } from '../../../server/learning/random.ts';

test('a blank kept text is matched by nothing', () => {
  assert.equal(isExactMatch('', ' \n'), false);
  assert.equal(matchOffset('   \n', ' '), null);
});

test('the match offset is the first one, inside a token or not', () => {
  assert.equal(matchOffset('foo(a);\nbar', 'foo(a);'), 7);
  assert.equal(matchOffset('  foo \n bar', 'foo\n bar'), 11);
  assert.equal(matchOffset('food', 'foot'), null);
  assert.equal(matchOffset('a  b', 'a b'), null);
});

test('the match offset agrees with trying every offset', () => {
  const random = seededRandom(7);
  const some = (length: number) =>
    Array.from({ length }, () => 'ab \n'.charAt(Math.floor(random() * 4))).join('');
  for (let i = 0; i < 3000; i += 1) {
    const text = some(8);
    const kept = some(1 + (i % 4));
    const goal = normalise(kept);
    let expected: number | null = null;
    for (let at = 1; at <= text.length && expected === null; at += 1) {
      if (goal !== '' && normalise(text.slice(0, at)) === goal) expected = at;
    }
    assert.equal(matchOffset(text, kept), expected, JSON.stringify({ text, kept }));
  }
});

test('a text can become the kept one as long as it differs in blanks only', () => {
  assert.equal(canBecome('foo (', 'foo(a)'), true);
  assert.equal(canBecome('foo[', 'foo(a)'), false);
  assert.equal(canBecome('foo(a)b', 'foo(a)'), false);
});
