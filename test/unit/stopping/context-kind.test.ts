import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextKind } from '../../../server/stopping/reading/context-kind.ts';
import type { ContextKind } from '../../../server/stopping/trace.ts';

/** `|` marks the cursor. */
function kindOf(code: string, languageId = 'typescript'): ContextKind {
  const at = code.indexOf('|');
  return contextKind(code.slice(0, at), code.slice(at + 1), languageId);
}

test('a cursor in a comment is in a comment, whatever brackets are open', () => {
  assert.equal(kindOf('f( // the |\n)'), 'comment');
  assert.equal(kindOf('/* one\n two |\n*/'), 'comment');
  assert.equal(kindOf('   * goes on |\n   */\nfoo()'), 'comment');
  assert.equal(kindOf('x = 1  # why |\n', 'python'), 'comment');
  assert.equal(kindOf('/// Creates a |\n', 'rust'), 'comment');
});

test('a comment mark inside a string, or of another language, starts no comment', () => {
  assert.equal(kindOf("const files = '**/*.ts';\nreturn |\n"), 'line-end');
  assert.equal(kindOf("const url = 'http://a';|\n"), 'line-end');
  assert.equal(kindOf('half = total // |\n', 'python'), 'line-end');
  assert.equal(kindOf('#[derive(Debug)]\npub |\n', 'rust'), 'line-end');
});

test('a cursor inside an open call bracket is among arguments, on later lines too', () => {
  assert.equal(kindOf('print(|)', 'python'), 'arguments');
  assert.equal(kindOf('call(\n  first,\n  |\n)'), 'arguments');
  assert.equal(kindOf('println!("{}", |)', 'rust'), 'arguments');
  assert.equal(kindOf('f([1, |'), 'arguments');
});

test('grouping, conditions and parameter lists are no call brackets', () => {
  assert.equal(kindOf('const x = (a + |)'), 'mid-line');
  assert.equal(kindOf('if (|) {'), 'mid-line');
  assert.equal(kindOf('function f(a, |) {'), 'mid-line');
});

test('a block inside a call is a block', () => {
  assert.equal(kindOf('run(() => {\n  |\n});'), 'block-start');
});

test('a block starts after an opener at the end of its line, on that line or the next', () => {
  assert.equal(kindOf('while (x) {|\n}'), 'block-start');
  assert.equal(kindOf('while (x) { // loop\n  |\n}'), 'block-start');
  assert.equal(kindOf('if x:\n    |\n', 'python'), 'block-start');
  assert.equal(kindOf('if x then\n  |\nend', 'lua'), 'block-start');
  assert.equal(kindOf('label:\n  |\n', 'go'), 'empty-line');
});

test('the rest is empty line, line end and mid-line', () => {
  assert.equal(kindOf('a();\n  |\nb();'), 'empty-line');
  assert.equal(kindOf('|'), 'empty-line');
  assert.equal(kindOf('const a = |\n'), 'line-end');
  assert.equal(kindOf('const a = |;\n'), 'mid-line');
});
