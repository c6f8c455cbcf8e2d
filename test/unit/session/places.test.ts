import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placesOf, type Source } from '../../../bench/session/places.ts';

const source: Source = {
  file: 'a.ts',
  languageId: 'typescript',
  text: [
    '/** Adds two numbers that are given. */',
    'function add(a: number, b: number) {',
    '  const sum = a + b;',
    '  console.log(sum, a);',
    '  return sum;',
    '}',
    '',
  ].join('\n'),
};

function spans(kind: string): string[] {
  return placesOf(source)
    .filter((place) => place.kind === kind)
    .map(({ start, end }) => source.text.slice(start, end));
}

describe('places of a source file', () => {
  test('a comment is cut behind its first two words, and its end mark stays', () => {
    assert.deepEqual(spans('comment'), ['numbers that are given.']);
  });

  test('what is assigned is cut to the line end', () => {
    assert.ok(spans('line-end').includes('a + b;'));
  });

  test('and once without the semicolon, which makes it mid-line', () => {
    assert.ok(spans('mid-line').includes('a + b'));
  });

  test('the arguments of a call are cut, its brackets stay', () => {
    assert.ok(spans('arguments').includes('sum, a'));
  });

  test('a block is cut from its first indentation on', () => {
    const [opened] = spans('block-start').filter((span) => span.includes('\n'));
    assert.equal(opened, 'const sum = a + b;\n  console.log(sum, a);\n  return sum;');
  });

  test('a statement inside a block is an empty line', () => {
    assert.ok(spans('empty-line').includes('console.log(sum, a);'));
  });
});
