import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  chooseAct,
  firstLine,
  firstWord,
  possibleActs,
  type Act,
} from '../../../bench/session/behaviour.ts';

describe('what a simulated user may do with a suggestion', () => {
  test('one that matches is accepted, typed along, or taken word by word', () => {
    assert.deepEqual(possibleActs('toBase(b);', 'toBase(b);'), [
      'accept',
      'type along',
      'accept a word',
    ]);
  });

  test('one that is the beginning of what is wanted counts as matching', () => {
    assert.ok(possibleActs('const a = 1;', 'const a = 1;\nreturn a;').includes('accept'));
  });

  test('one of several lines can be accepted by the line', () => {
    assert.ok(possibleActs('a = 1\nb = 2', 'a = 1\nb = 2').includes('accept a line'));
  });

  test('one that begins right is accepted in part, or accepted and corrected', () => {
    const acts = possibleActs('toBase(a)', 'toBase(b)');
    assert.ok(acts.includes('accept a word'));
    assert.ok(acts.includes('accept and edit'));
    assert.ok(!acts.includes('accept'));
  });

  test('one that is wrong from the start is rejected or ignored', () => {
    assert.deepEqual(possibleActs('print(x)', 'return x'), ['reject', 'ignore']);
  });

  test('without a suggestion the user just writes', () => {
    assert.deepEqual(possibleActs('', 'return x'), ['write']);
  });

  test('the act that was done least often comes first', () => {
    const done = new Map<Act, number>([
      ['accept', 4],
      ['type along', 1],
    ]);
    assert.equal(
      chooseAct(['accept', 'type along'], done, () => 0),
      'type along',
    );
  });
});

describe('parts of a suggestion', () => {
  test('a word has its leading blanks and ends where the class of characters changes', () => {
    assert.equal(firstWord('  total += 1'), '  total');
    assert.equal(firstWord('===x'), '===');
    assert.equal(firstWord(''), '');
  });

  test('a first line has its break; a single line has none', () => {
    assert.equal(firstLine('a\nb'), 'a\n');
    assert.equal(firstLine('a'), null);
    assert.equal(firstLine('a\n'), null);
  });
});
