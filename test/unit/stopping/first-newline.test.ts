import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstNewlineRule } from '../../../server/stopping/rules/first-newline.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { PATIENT, at, tokensOf } from './synthetic.ts';

test('the first-newline rule serves one line and counts the token of its break', () => {
  const got = replay(firstNewlineRule, at('x = |\n'), PATIENT, tokensOf('a + b;\nc\n'), 'cap');
  assert.deepEqual(
    [got.served, got.decision.tokens, got.decision.reason],
    ['a + b;', 5, 'line-end'],
  );
});

test('without a line break it runs to the cap or the natural end, and serves all', () => {
  const tokens = tokensOf('a + b + c');
  const capped = replay(
    firstNewlineRule,
    at('x = |\n'),
    { ...PATIENT, maxTokens: 3 },
    tokens,
    'cap',
  );
  assert.deepEqual([capped.served, capped.decision.reason], ['a +', 'cap']);
  const ended = replay(firstNewlineRule, at('x = |\n'), PATIENT, tokens, 'natural-end');
  assert.deepEqual([ended.served, ended.decision.reason], ['a + b + c', 'natural-end']);
});
