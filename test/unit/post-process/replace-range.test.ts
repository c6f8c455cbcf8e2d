import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertion } from '../../../server/post-process/replace-range.ts';
import { at } from '../stopping/synthetic.ts';

test('a text is inserted at the cursor', () => {
  assert.deepEqual(insertion('a', at('f(|)')), { text: 'a', replaceAfter: 0 });
  assert.deepEqual(insertion('a)', at('f(|\n)')), { text: 'a)', replaceAfter: 0 });
  assert.deepEqual(insertion('', at('f(|)')), { text: '', replaceAfter: 0 });
});

test('closing brackets that the text closes itself are replaced, within the line', () => {
  assert.deepEqual(insertion('a).map(b)', at('f(|)')), { text: 'a).map(b)', replaceAfter: 1 });
  assert.equal(insertion('a)).b', at('f(g(|));\nx')).replaceAfter, 3);
  assert.equal(insertion('a).b', at('f(g(|))')).replaceAfter, 0);
  assert.equal(insertion('a, b)', at('f(|, c)')).replaceAfter, 0);
});

test('whole lines inserted before an indented line end with a line break', () => {
  const context = at('def f():\n|    return a\n', 'python');
  assert.deepEqual(insertion('    a = 1', context), { text: '    a = 1\n', replaceAfter: 0 });
  assert.deepEqual(insertion('    a = 1\n', context), { text: '    a = 1\n', replaceAfter: 0 });
});
