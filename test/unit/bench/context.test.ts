import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextCommand } from '../../../bench/context/command.ts';
import { placesOf } from '../../../bench/context/record.ts';
import {
  asksOf,
  blockMs,
  engineMs,
  paysFrom,
  paysInWords,
  savedOf,
} from '../../../bench/context/report.ts';
import type { ContextAsk, ContextRow } from '../../../bench/context/row.ts';
import type { Profile } from '../../../bench/typing/profiles.ts';

const ask = (some: Partial<ContextAsk>): ContextAsk => ({
  ...{ prompt: 320, fresh: 320, tokens: 4, exact: false, saved: 0 },
  ...some,
});
const row = (without: ContextAsk[], beside: ContextAsk[]): ContextRow => ({
  ...{ id: 'a', package: 'npm:a', lang: 'typescript', block: 640, chars: 20 },
  places: without.map((each, at) => ({ typed: at * 10, without: each, with: beside[at] ?? each })),
});
/** 1 ms a prompt token, 10 ms a generated one. */
const PROFILE: Profile = {
  ...{ id: 'round', title: '', msPerToken: 10, requestMs: 0, prefillTokensPerSecond: 1000 },
  ...{ closeMs: 0, parallel: false },
};

test('a person asks again in the middle only where nothing of the first offer was taken', () => {
  const taken = row([ask({ saved: 5 }), ask({ saved: 7 })], [ask({}), ask({ saved: 3 })]);
  assert.equal(asksOf(taken, 'without').length, 1);
  assert.equal(savedOf(taken, 'without'), 5);
  assert.equal(asksOf(taken, 'with').length, 2);
  assert.equal(savedOf(taken, 'with'), 3);
});

test('engine time is what is read anew and what is generated; other files are read apart', () => {
  const both = row([ask({ fresh: 320, tokens: 4 }), ask({ fresh: 32, tokens: 1 })], []);
  assert.equal(engineMs(both, 'without', PROFILE), 100 + 40 + 10 + 10);
  assert.equal(blockMs(both, PROFILE), 200);
});

test('other files pay once what they cost is spread over enough stretches, and never without a gain', () => {
  const gains = row([ask({ saved: 4 })], [ask({ saved: 8 })]);
  // 140 ms save 4 keys, so 4 more are worth 140 ms, and reading other files costs 200.
  assert.equal(paysFrom([gains], PROFILE), 200 / 140);
  const loses = row([ask({ saved: 4 })], [ask({ saved: 3, tokens: 0 })]);
  assert.equal(paysFrom([loses], PROFILE), Infinity);
});

test('the second place is the one nearest to the middle at which one could ask', () => {
  assert.deepEqual(placesOf('return a + b;'), [0, 6]);
  assert.deepEqual(placesOf('}'), [0]);
});

test('the kept numbers are read, and each line of the table has a paired interval', async () => {
  const lines: string[] = [];
  await contextCommand([], (line) => lines.push(line));
  const text = lines.join('\n');
  assert.match(text, /^\d+ stretches of \d+ packages/);
  for (const title of ['EM at the beginning', 'keystrokes saved', 'engine ms on h200']) {
    assert.match(text, new RegExp(`\\| ${title}.*\\[.*\\] \\|`));
  }
});

test('a gain that can’t be told from nothing is not called one that pays', () => {
  const gains = row([ask({ saved: 4 })], [ask({ saved: 8 })]);
  const loses = { ...row([ask({ saved: 4 })], [ask({ saved: 3 })]), package: 'npm:b' };
  assert.match(paysInWords([gains, loses], [PROFILE]).join(), /^not shown to pay on any engine/);
  assert.deepEqual(paysInWords([gains], [PROFILE]), [
    'round: pay where they stay as they are for 2 stretches',
  ]);
});
