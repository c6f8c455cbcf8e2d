import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreement } from '../../../bench/typing/live.ts';
import type { Played } from '../../../bench/typing/play.ts';
import { stretchOf, tokens } from './typing-stretch.ts';

const played = (file: string, keys: number): Played => ({
  stretch: { ...stretchOf('price * 2;', [tokens('price')]), file },
  ...{ chars: 10, keys, requests: keys, tokens: keys, busyMs: keys, unrecorded: 0 },
  ...{ offers: 1, offersNotKept: 1, exact: false, acceptsBeforeEnd: 0, ghostMs: [] },
});

test('what was typed live is held against the interval of its replay', () => {
  const replayed = [played('a', 4), played('b', 6), played('c', 5)];
  const inside = agreement([played('a', 5), played('b', 5)], replayed);
  assert.match(inside, /tokens: live within/);
  const outside = agreement([played('a', 9), played('b', 9)], replayed);
  assert.match(outside, /tokens: live outside of/);
  assert.match(outside, /saved: live outside of/);
});
