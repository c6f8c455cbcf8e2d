import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundariesOf,
  readBoundaries,
  readToken,
} from '../../../server/stopping/reading/boundary.ts';
import { cursorLine } from '../../../server/stopping/reading/cursor-line.ts';
import { at } from './synthetic.ts';

function found(code: string, ...tokens: string[]): [string, number][] {
  let reader = readBoundaries(cursorLine(at(code)));
  return tokens.flatMap((token) => {
    const step = readToken(reader, token);
    reader = step.reader;
    return step.found.map(({ at: place, offset }): [string, number] => [place, offset]);
  });
}

test('a token may hold several boundaries, and a boundary may begin in the token before', () => {
  assert.deepEqual(found('f(|)', 'a)', ';\n\n'), [
    ['rest-of-line', 1],
    ['rest-of-line', 1],
    ['line-end', 3],
    ['line-end', 4],
  ]);
});

test('a rest that could be anything is known where its line ends', () => {
  assert.deepEqual(found('x = | + y', 'a +', ' b +', ' y', '\n'), [
    ['rest-of-line', 6],
    ['line-end', 9],
  ]);
});

test('a rest that says enough is known before its line ends', () => {
  assert.deepEqual(found('const a = | as Row[];', 'database.rows()', ' as', ' Row', '[]'), [
    ['rest-of-line', 16],
  ]);
});

test('a rest behind a blank does not begin inside a word', () => {
  assert.deepEqual(found('for | in lines:', 'line', ' in', ' lines', ':\n').at(0), [
    'rest-of-line',
    5,
  ]);
});

test('offsets count UTF-16 units', () => {
  assert.deepEqual(found('f(|)', '"😀")'), [['rest-of-line', 4]]);
});

test('all boundaries of a trace: token ends and places inside tokens, ascending', () => {
  const tokens = ['a', ' + b', ';\n'].map((text) => ({ text, logprob: null }));
  assert.deepEqual(boundariesOf(cursorLine(at('x = |\n')), tokens), [1, 5, 6, 7]);
});
