import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesKept, sameText } from '../../../server/stopping/reading/normalise.ts';

test('an exact match ignores line ends, trailing blanks of lines and outer blanks', () => {
  assert.ok(sameText('  a = 1; \r\nb = 2;\t\r\n', 'a = 1;\nb = 2;'));
});

test('an exact match minds indentation inside the text, and every other character', () => {
  assert.equal(sameText('if x:\n  y', 'if x:\n    y'), false);
  assert.equal(sameText('a  + b', 'a + b'), false);
});

test('lines kept: the served text is whole lines with which the kept text begins', () => {
  assert.ok(linesKept('a();', 'a();\n  b();'));
  assert.ok(linesKept('a();\n', 'a();'));
  assert.equal(linesKept('a()', 'a();\n  b();'), false);
  assert.equal(linesKept('a();\nb();', 'a();'), false);
  assert.equal(linesKept(' \n', 'a();'), false);
});
