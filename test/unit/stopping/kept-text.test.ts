import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutKeptText } from '../../../server/stopping/reading/kept-text.ts';

test('a line is kept up to its break', () => {
  assert.equal(cutKeptText('a + b;\n  return c;', 'line-end', '  '), 'a + b;');
  assert.equal(cutKeptText('a + b;\r\n  return c;', 'mid-line', '  '), 'a + b;');
});

test('a line break inside brackets opened since the cursor does not end the kept text', () => {
  assert.equal(cutKeptText('f(\n  a,\n);\nb', 'line-end', ''), 'f(\n  a,\n);');
  assert.equal(cutKeptText('"(";\nb', 'arguments', ''), '"(";');
});

test('a bracket that was opened before the cursor does not hold the kept text together', () => {
  assert.equal(cutKeptText('a, b);\nc', 'arguments', ''), 'a, b);');
});

test('a block is kept up to the first line indented less than the request', () => {
  const region = 'a();\n\n    b();\n  }\n}';
  assert.equal(cutKeptText(region, 'empty-line', '    '), 'a();\n\n    b();');
  assert.equal(cutKeptText(region, 'block-start', '  '), 'a();\n\n    b();\n  }');
  assert.equal(cutKeptText(region, 'empty-line', ''), region);
});

test('a tab counts as four columns of indentation', () => {
  assert.equal(cutKeptText('a\n\t\tb\n    c', 'empty-line', '\t\t'), 'a\n\t\tb');
});
