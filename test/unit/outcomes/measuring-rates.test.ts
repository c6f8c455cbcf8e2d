import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MEASURING_TOKENS, ratesFor } from '../../../server/outcomes/measuring-rates.ts';
import type { MeasuringCosts } from '../../../server/outcomes/records.ts';

const NOTHING: MeasuringCosts = {
  requests: 0,
  beforeNewline: 0,
  control: { requests: 0, tokens: 0 },
  toNewline: { requests: 0, tokens: 0 },
  withheldTokens: 0,
};

/** Requests of which one in three stops before its line break, with tails of so many tokens. */
function seen(tail: number, line: number): MeasuringCosts {
  return {
    requests: 30_000,
    beforeNewline: 10_000,
    control: { requests: 300, tokens: 300 * tail },
    toNewline: { requests: 2000, tokens: 2000 * line },
    withheldTokens: 0,
  };
}

test('a rate of 0 measures nothing, and 1 everything, whatever it costs', () => {
  assert.deepEqual(ratesFor(0, seen(100, 10)), { control: 0, newline: 0 });
  assert.deepEqual(ratesFor(1, seen(100, 10)), { control: 1, newline: 1 });
});

test('however long tails are, measuring is expected to cost what it may', () => {
  for (const [tail, line] of [
    [20, 4],
    [60, 9],
    [124, 30],
    [1000, 100],
  ] as const) {
    const { control, newline } = ratesFor(0.5, seen(tail, line));
    const cost = control * tail + ((1 - control) * newline * line) / 3;
    assert.ok(cost <= MEASURING_TOKENS * 1.01, `${tail}, ${line}: ${cost}`);
    if (newline < 0.25) assert.ok(cost >= MEASURING_TOKENS * 0.9, `${tail}, ${line}: ${cost}`);
  }
});

test('short tails are followed no more often than the user says, and one in four', () => {
  assert.deepEqual(ratesFor(0.02, seen(2, 1)), { control: 0.02, newline: 0.25 });
});

test('what withheld requests cost is taken off, but for a quarter', () => {
  const { control } = ratesFor(0.5, seen(124, 9));
  const some = ratesFor(0.5, { ...seen(124, 9), withheldTokens: 9_018 });
  assert.ok(Math.abs(some.control - control / 2) < 1e-6, String(some.control));
  const all = ratesFor(0.5, { ...seen(124, 9), withheldTokens: 90_000 });
  assert.ok(Math.abs(all.control - control / 4) < 1e-9);
});

test('before anything was measured, rates are those for what the laboratory saw', () => {
  const { control, newline } = ratesFor(0.02, NOTHING);
  assert.equal(control, 0.24 / 100);
  assert.ok(newline > 0.1 && newline < 0.15, String(newline));
});
