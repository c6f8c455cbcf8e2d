import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Typist } from './typist.ts';

/** Two suggestions for one place, the second asked for beside the first. */
function offered(first: string, second: string): Typist {
  const user = new Typist('x = |\n');
  user.offer(first);
  user.offer(second, { id: 's2', beside: 's1' });
  return user;
}

const taken = (accepted: boolean, matched: boolean | null) => [
  { requestId: 's2', accepted, matched },
];

describe('a further candidate', () => {
  test('that is accepted and kept is the one that matched; the one on show was turned down', () => {
    const user = offered('price * amount', 'price + tax');
    user.accept('price + tax', { id: 's2' });
    const settled = user.settle();
    assert.deepEqual(settled.candidates, taken(true, true));
    assert.partialDeepStrictEqual(settled, {
      ...{ outcome: 'rejected', exactMatch: false, offers: 2, accepts: 1 },
      acceptedChars: 'price + tax'.length,
    });
  });

  test('that is how the one on show begins does not count as a part of that one', () => {
    const user = offered('price + tax', 'price');
    user.accept('price', { id: 's2' });
    const settled = user.settle();
    assert.deepEqual(settled.candidates, taken(true, true));
    assert.partialDeepStrictEqual(settled, { outcome: 'rejected', acceptedChars: 'price'.length });
  });

  test('of which a word is taken is preferred from where it leaves the one on show', () => {
    const user = offered('price * amount', 'total + tax');
    user.insert('total');
    user.type(' - 1');
    const settled = user.settle();
    assert.deepEqual(settled.candidates, taken(true, false));
    assert.partialDeepStrictEqual(settled, { outcome: 'rejected', acceptedChars: 5, accepts: 0 });
  });

  test('that is only typed along was not accepted, and still is what was kept', () => {
    const user = offered('price * amount', 'total + tax');
    user.type('total + tax');
    const settled = user.settle();
    assert.deepEqual(settled.candidates, taken(false, true));
    assert.partialDeepStrictEqual(settled, { outcome: 'rejected', acceptedChars: 0 });
  });

  test('beside one that is accepted was not taken', () => {
    const user = offered('price * amount', 'price + tax');
    user.accept('price * amount');
    const settled = user.settle();
    assert.deepEqual(settled.candidates, taken(false, false));
    assert.partialDeepStrictEqual(settled, { outcome: 'accepted', exactMatch: true, accepts: 1 });
  });

  test('that is accepted behind a word of the one on show adds to that word', () => {
    const user = new Typist('x = |\n');
    user.offer('price * amount');
    user.insert('price');
    user.offer(' + tax', { id: 's2', beside: 's1' });
    user.accept(' + tax', { id: 's2' });
    const settled = user.settle();
    assert.equal(settled.acceptedChars, 'price + tax'.length);
    assert.deepEqual(settled.candidates, taken(true, true));
  });

  test('that is accepted and undone was not taken', () => {
    const user = offered('price * amount', 'total + tax');
    user.accept('total + tax', { id: 's2' });
    user.edit({ start: 'x = '.length, end: 'x = total + tax'.length, text: '' });
    user.type('1');
    assert.deepEqual(user.settle().candidates, taken(false, false));
  });

  test('is unknown where its place is gone', () => {
    const user = offered('price * amount', 'total + tax');
    user.insert('y'.repeat(200_000));
    assert.deepEqual(user.settled[0]?.candidates, taken(false, null));
  });
});
