import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relocate, surroundings } from '../../../server/outcomes/relocate.ts';

function find(before: string, region: { start: number; end: number }, after: string) {
  return relocate(after, { ...region, ...surroundings(before, region) });
}

test('in an unchanged document a region is where it was', () => {
  const text = 'aa|bb|aa|bb|aa';
  for (let start = 0; start <= text.length; start++) {
    for (let end = start; end <= text.length; end++) {
      assert.deepEqual(find(text, { start, end }, text), { start, end });
    }
  }
});

test('of several like places the nearest to the old one is taken', () => {
  const filler = Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join('');
  const text = `${filler}HERE${filler}HERE${filler}`;
  const second = text.lastIndexOf('HERE');
  const region = { start: second, end: second + 4 };
  assert.deepEqual(find(text, region, `!!${text}`), { start: second + 2, end: second + 6 });
});

test('text that came into the region meanwhile belongs to it', () => {
  assert.deepEqual(find('x = ;\n', { start: 4, end: 4 }, 'x = foo;\n'), { start: 4, end: 7 });
});

test('where the surroundings are gone there is no region', () => {
  assert.equal(find('x = ;\n', { start: 4, end: 4 }, 'y = ;\n'), null);
  assert.equal(find('x = ;\n', { start: 4, end: 4 }, 'x = \n'), null);
});
