import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SavedToday } from '../../../server/figures/saved-today.ts';
import { engineTimeSaved } from '../../../server/figures/avoided.ts';
import { followed, givenUp, savings } from './savings-rows.ts';

const NOON = new Date(2030, 5, 1, 12).getTime();
const SECOND = 1_000;
const ENGINE_MS = 60_000;
const DAY = 24 * 60 * 60 * SECOND;

function watched(requests = 30) {
  const rows = { current: savings({ stopped: [givenUp({ requests })], followed: [followed()] }) };
  const asked: (number | null)[] = [];
  const today = new SavedToday({
    savings: (since) => {
      asked.push(since);
      return rows.current;
    },
    engineMs: () => ENGINE_MS,
  });
  return { today, rows, asked };
}

test('the status figure is of the rows since local midnight', () => {
  const { today, rows, asked } = watched();
  assert.deepEqual(today.news(NOON), engineTimeSaved(rows.current, ENGINE_MS));
  assert.deepEqual(asked, [new Date(NOON).setHours(0, 0, 0, 0)]);
});

test('however often episodes settle, rows are read once in ten seconds', () => {
  const { today, rows, asked } = watched();
  today.news(NOON);
  for (let second = 1; second <= 30; second += 1) {
    rows.current = savings({ stopped: [givenUp({ requests: 100 + second })] });
    today.changed();
    today.news(NOON + second * SECOND);
  }
  assert.equal(asked.length, 4);
});

test('no news where nothing was recorded, or nothing of it is another figure', () => {
  const { today, asked } = watched();
  today.news(NOON);
  assert.equal(today.news(NOON + 60 * SECOND), null);
  assert.equal(asked.length, 1);
  today.changed();
  assert.equal(today.news(NOON + 120 * SECOND), null);
  assert.equal(asked.length, 2);
});

test('a new day and a deletion are heeded at once', () => {
  const { today, rows } = watched();
  today.news(NOON);
  rows.current = savings();
  today.forget();
  assert.equal(today.news(NOON + SECOND)?.value, null);
  rows.current = savings({ stopped: [givenUp()], followed: [followed()] });
  assert.equal(today.news(NOON + DAY)?.n, 1);
});
