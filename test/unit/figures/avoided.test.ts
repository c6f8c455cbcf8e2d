import assert from 'node:assert/strict';
import { test } from 'node:test';
import { avoidedBy, engineTimeSaved } from '../../../server/figures/avoided.ts';
import type { SavingsRows } from '../../../server/figures/rows.ts';
import type { Avoided } from '../../../shared/stats.ts';
import { followed, givenUp, savings } from './savings-rows.ts';

function net(rows: SavingsRows, baseline: Avoided['baseline'], unit: Avoided['unit'] = 'tokens') {
  const found = avoidedBy(rows).find((row) => row.baseline === baseline && row.unit === unit);
  assert.ok(found);
  return found.net;
}

test('there is no figure before a request was stopped', () => {
  for (const { net: none } of avoidedBy(savings())) {
    assert.deepEqual(none, { value: null, low: null, high: null, n: 0 });
  }
});

test('both baselines stand in tokens and in time', () => {
  const rows = avoidedBy(savings({ stopped: [givenUp()] }));
  assert.deepEqual(
    rows.map(({ baseline, unit }) => `${baseline}, ${unit}`),
    [
      'no early stopping, tokens',
      'first newline, tokens',
      'no early stopping, ms',
      'first newline, ms',
    ],
  );
});

test('before any tail was followed the model stands alone, and its interval says how little that is', () => {
  const rows = savings({ stopped: [givenUp()] });
  assert.deepEqual(net(rows, 'no early stopping'), {
    ...{ value: 4000, low: 0, high: 4000, n: 0, modelled: 1 },
  });
  // A line's mean of the laboratory, 8 tokens; no tail is longer than foreseen.
  assert.deepEqual(net(rows, 'first newline'), {
    ...{ value: 800, low: 0, high: 4000, n: 0, modelled: 1 },
  });
  assert.equal(net(rows, 'first newline', 'ms').value, 16_000);
});

test('against no early stopping, what is foreseen is corrected by what was seen of it', () => {
  const half = followed({ tail: { tokens: 20, ms: 420 } });
  const rows = savings({
    stopped: [givenUp()],
    followed: [half, half, followed(), followed()],
    measuring: { tokens: 120, ms: 2440 },
  });
  const tokens = net(rows, 'no early stopping');
  // 4000 × 120 / 160 - 120.
  assert.equal(tokens.value, 2880);
  assert.equal(tokens.n, 4);
  assert.equal(tokens.modelled, (3000 - 120) / 3000);
  assert.ok((tokens.low ?? 0) < 2880 && tokens.high !== null && tokens.high <= 4000 - 120);
  assert.equal(net(rows, 'no early stopping', 'ms').value, (80_000 * 2440) / 3200 - 2440);
});

test('the share of engine time saved is of what the first-newline rule would have taken', () => {
  const rows = savings({ seenNewline: { requests: 20, tokens: 50, ms: 1000 } });
  const known = { n: 0, modelled: 0 };
  assert.deepEqual(engineTimeSaved(rows, 3000), { value: 0.25, low: 0.25, high: 0.25, ...known });
  assert.equal(engineTimeSaved(rows, 0).value, null);
  const few = savings({ seenNewline: { requests: 19, tokens: 50, ms: 1000 } });
  assert.equal(engineTimeSaved(few, 3000).value, null);
  const more = savings({ seenNewline: { requests: 20, tokens: -50, ms: -1000 } });
  assert.equal(engineTimeSaved(more, 3000).value, -0.5);
});

test('a tail whose end was not seen, or only its line break, corrects nothing', () => {
  const cut = followed({ whole: false, tail: { tokens: 9, ms: 180 } });
  const short = followed({ control: false, whole: false, tail: { tokens: 6, ms: 120 } });
  const rows = savings({ stopped: [givenUp()], followed: [cut, short] });
  assert.equal(net(rows, 'no early stopping').value, 4000);
  assert.equal(net(rows, 'no early stopping').n, 0);
  assert.equal(net(rows, 'first newline').n, 2);
});

test('against the first newline, what was seen is counted and the rest estimated by its reason', () => {
  const other = { reason: 'rest-of-line' as const, control: false, whole: false };
  const rows = savings({
    seenNewline: { requests: 50, tokens: -30, ms: -600 },
    stopped: [
      givenUp(),
      givenUp({ reason: 'rest-of-line', requests: 10 }),
      givenUp({ reason: 'line-end', beforeNewline: false, requests: 200 }),
    ],
    followed: [
      ...[2, 4, 6, 8, 10].map((toNewline) => followed({ toNewline })),
      ...[1, 1, 1, 1, 1].map((toNewline) => followed({ ...other, toNewline })),
    ],
    measuring: { tokens: 35, ms: 700 },
  });
  const tokens = net(rows, 'first newline');
  // -30 + 100 × 6 + 10 × 1 - 35.
  assert.equal(tokens.value, 545);
  assert.equal(tokens.modelled, (610 - 35) / (610 + 30));
  assert.equal(tokens.n, 10);
  assert.ok(Math.abs((net(rows, 'first newline', 'ms').value ?? 0) - 545 * 20) < 1e-6);
});

test('a stream that ended before a line break is as long as the first-newline rule’s', () => {
  const rows = savings({
    stopped: [givenUp()],
    followed: Array.from({ length: 5 }, () =>
      followed({ toNewline: null, tail: { tokens: 12, ms: 240 } }),
    ),
  });
  assert.equal(net(rows, 'first newline').value, 1200);
});

test('line breaks seen by control requests weigh as much as those that were drawn for', () => {
  // Both were to be seen with 0.02 + 0.98 × 0.25.
  const drawn = followed({ control: false, whole: false, toNewline: 2 });
  const rows = savings({ stopped: [givenUp()], followed: [followed(), drawn] });
  assert.equal(net(rows, 'first newline').value, 400);
});

test('where every request is a control request, what was avoided is known: nothing', () => {
  const all = Array.from({ length: 100 }, () => followed({ controlRate: 1, newlineRate: 1 }));
  const rows = savings({
    stopped: [givenUp()],
    followed: all,
    measuring: { tokens: 4000, ms: 80_000 },
  });
  assert.deepEqual(net(rows, 'no early stopping'), {
    ...{ value: 0, low: 0, high: 0, n: 100, modelled: 0 },
  });
  const { value, low, high } = net(rows, 'first newline');
  assert.deepEqual([value, low, high], [-3400, -3400, -3400]);
});

test('what is counted alone has no uncertainty', () => {
  const rows = savings({ seenNewline: { requests: 12, tokens: -7, ms: -140 } });
  assert.deepEqual(net(rows, 'first newline'), {
    ...{ value: -7, low: -7, high: -7, n: 0, modelled: 0 },
  });
});
