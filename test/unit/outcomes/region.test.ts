import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../server/learning/random.ts';
import {
  applyChange,
  moveRegion,
  trimChange,
  type Change,
  type Region,
} from '../../../server/outcomes/region.ts';

/** The region's anchors as two things that stand among the characters themselves. */
type Item = string | { readonly mark: 'start' | 'end' };

/**
 * What the change does to a document whose anchors are items of it: the replaced characters go, the
 * new ones come where the first of them was; between the anchors, wherever both touch the spot.
 */
function reference(text: string, region: Region, change: Change): Region {
  const items: Item[] = [...text.split('')];
  items.splice(region.end, 0, { mark: 'end' });
  items.splice(region.start, 0, { mark: 'start' });
  const anchorsOf = () => ({
    start: items.findIndex((item) => typeof item === 'object' && item.mark === 'start'),
    end: items.findIndex((item) => typeof item === 'object' && item.mark === 'end'),
  });
  const indexOfChar = (offset: number): number => {
    let seen = 0;
    return items.findIndex((item) => typeof item === 'string' && seen++ === offset);
  };
  const removed = change.end - change.start;
  const wasBefore = removed > 0 && indexOfChar(change.end - 1) < anchorsOf().start;
  let beforeRemoval: number | null = null;
  for (let count = 0; count < removed; count++) {
    const index = indexOfChar(change.start);
    beforeRemoval ??= index;
    items.splice(index, 1);
  }
  const { start, end } = anchorsOf();
  const charIndex = indexOfChar(change.start);
  const spot = wasBefore && beforeRemoval !== null ? beforeRemoval : charIndex;
  let at = spot === -1 ? items.length : spot;
  if (!wasBefore) {
    // Back over the anchors that stand at this spot, then in between them.
    while (at > 0 && typeof items[at - 1] === 'object') at--;
    while (at <= start && charsBetween(items, at, start) === 0) at++;
    if (at > end && charsBetween(items, end, at) === 0) at = end;
  }
  items.splice(at, 0, ...change.text.split(''));
  const now = anchorsOf();
  return { start: now.start, end: now.end - 1 };
}

function charsBetween(items: readonly Item[], from: number, to: number): number {
  return items.slice(from, to).filter((item) => typeof item === 'string').length;
}

test('a region moves like two marks that stand among the characters', () => {
  const random = seededRandom(11);
  const upTo = (limit: number) => Math.floor(random() * (limit + 1));
  for (let round = 0; round < 20_000; round++) {
    const text = 'abcdefghijkl'.slice(0, upTo(12));
    const start = upTo(text.length);
    const region = { start, end: start + upTo(text.length - start) };
    const from = upTo(text.length);
    const inserted = 'XYZ'.slice(0, upTo(3));
    const change = { start: from, end: from + upTo(text.length - from), text: inserted };
    if (change.start === change.end && inserted === '') continue;
    const moved = moveRegion(region, change);
    assert.deepEqual(
      moved,
      reference(text, region, change),
      JSON.stringify({ text, region, change }),
    );
    const after = applyChange(text, change);
    assert.ok(0 <= moved.start && moved.start <= moved.end && moved.end <= after.length);
  }
});

test('trimming a change keeps what it does and leaves nothing more to trim', () => {
  const random = seededRandom(5);
  const word = () =>
    Array.from({ length: Math.floor(random() * 6) }, () => 'ab'[Math.floor(random() * 2)]).join('');
  for (let round = 0; round < 5_000; round++) {
    const text = word() + word() + word();
    const start = Math.floor(random() * (text.length + 1));
    const end = start + Math.floor(random() * (text.length - start + 1));
    const change = { start, end, text: word() };
    const trimmed = trimChange(change, text);
    assert.equal(applyChange(text, trimmed), applyChange(text, change));
    assert.deepEqual(trimChange(trimmed, text), trimmed);
    if (trimmed.text !== '' && trimmed.end > trimmed.start) {
      assert.notEqual(trimmed.text[0], text[trimmed.start]);
      assert.notEqual(trimmed.text.at(-1), text[trimmed.end - 1]);
    }
  }
});

test('text typed at either anchor belongs to the region', () => {
  const region = { start: 3, end: 5 };
  assert.deepEqual(moveRegion(region, { start: 3, end: 3, text: 'ab' }), { start: 3, end: 7 });
  assert.deepEqual(moveRegion(region, { start: 5, end: 5, text: 'ab' }), { start: 3, end: 7 });
});

test('a whole document sent again with one more character moves the region by that character', () => {
  const before = 'one two three';
  const after = 'one two  three';
  const change = trimChange({ start: 0, end: before.length, text: after }, before);
  assert.deepEqual(moveRegion({ start: 8, end: 13 }, change), { start: 8, end: 14 });
  assert.deepEqual(moveRegion({ start: 9, end: 13 }, change), { start: 10, end: 14 });
});

test('the rest of the line that an accepted suggestion replaces belongs to the region', () => {
  assert.deepEqual(moveRegion({ start: 4, end: 4 }, { start: 4, end: 7, text: 'xy' }), {
    start: 4,
    end: 6,
  });
});
