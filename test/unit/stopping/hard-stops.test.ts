import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  loopsInLines,
  loopsInTokens,
  reproducesSuffix,
} from '../../../server/stopping/rules/hard-stops.ts';

test('one to four tokens over and over are a loop', () => {
  assert.ok(loopsInTokens(Array<string>(8).fill(' 0')));
  assert.ok(loopsInTokens(['x', ...Array<string[]>(4).fill(['a', ',', 'b']).flat()]));
  assert.equal(loopsInTokens(Array<string>(7).fill(' 0')), false);
  assert.equal(loopsInTokens(['a', ',', 'b', ',', 'c', ',', 'd', ',', 'e', ',', 'f']), false);
});

test('the third equal line in a row is a loop', () => {
  assert.equal(loopsInLines(['a;', 'a;']), false);
  assert.equal(loopsInLines(['a;', 'b;', 'a;', 'a;']), false);
  assert.ok(loopsInLines(['b;', 'a;', 'a;', 'a;']));
});

test('a line from below is recognised once all of it stands there', () => {
  assert.ok(reproducesSuffix('  return;', 'return;'));
  assert.equal(reproducesSuffix('  }', '}'), false);
  assert.equal(reproducesSuffix('  const total = sum(', 'const total = sum(items);'), false);
});
