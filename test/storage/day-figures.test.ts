import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Store } from '../../server/storage/store.ts';
import { openEpisode, request, settledEpisode, storeAt, tail, temporaryDatabase } from './rows.ts';

const HOUR = 3_600_000;
/** The local noon of a day of June 2030. */
const noon = (day: number) => new Date(2030, 5, day, 12).getTime();
/** All days but the last two are long over then. */
const NOW = noon(12);
const DAYS = Array.from({ length: 10 }, (_, index) => index + 1);

/** One day's rows of every kind. */
function recordDay({ ledger }: Store, day: number): void {
  const [at, id] = [noon(day), `d${day}`];
  ledger.saveOpenEpisode(openEpisode(id, { startedAt: at }));
  for (const part of [0, 1, 2]) {
    const requestId = `${id}-${part}`;
    const languageId = part === 0 ? 'go' : 'python';
    const stopReason = part === 1 ? 'hopeless' : 'line-end';
    ledger.recordRequest(
      request(requestId, id, {
        ...{ at: at + part * HOUR, languageId, stopReason, tokensAtStop: day + part },
        ...{ firstTokenMs: 10.25 * day, control: true, model: day % 2 ? 'one' : 'two' },
      }),
    );
    ledger.recordClock({ requestId, afterMs: 100 * day, endedBy: 'typed-otherwise' });
    ledger.recordCost({
      ...{ requestId, engineMs: 50 * day, gpuShare: 0, promptTokens: null },
      ...{ joules: day, meter: 'rapl' },
    });
  }
  ledger.recordControlTail(tail(`${id}-1`, { tokens: 20 + day }));
  ledger.recordMemoryAnswer({ suggestionId: 's', at: at + HOUR, answerMs: day });
  if (day % 2) ledger.settleEpisode(settledEpisode(id, { settledAt: at + HOUR }));
}

function filled(t: TestContext) {
  const path = temporaryDatabase(t);
  const store = storeAt(t, path);
  for (const day of DAYS) recordDay(store, day);
  return { path, store };
}

/** Read row by row: no day is over yet. */
const asRead = (store: Store, since: number | null) => store.figures.since(since, noon(1));

test('figures out of kept days are those of the rows, at once, again, and for the next process', (t) => {
  const { path, store } = filled(t);
  for (const since of [null, noon(1) - 12 * HOUR, noon(4) + HOUR, noon(9)]) {
    const rows = asRead(store, since);
    assert.ok(rows.requests.engine > 0);
    assert.deepEqual(store.figures.since(since, NOW), rows);
    assert.deepEqual(store.figures.since(since, NOW), rows);
    assert.deepEqual(storeAt(t, path).figures.since(since, NOW), rows);
  }
});

test('a window that begins within a day counts from there on', (t) => {
  const { store } = filled(t);
  store.figures.since(null, NOW);
  const { requests } = store.figures.since(noon(4) + HOUR, NOW);
  assert.equal(requests.engine, 2 + 3 * 6);
});

test('each day of the calendar has its own sums', (t) => {
  const { store } = filled(t);
  const days = store.figures.days(noon(3) - 12 * HOUR, NOW);
  assert.deepEqual(
    days.map(({ day, tokens }) => [day, tokens]),
    DAYS.slice(2).map((day) => [`2030-06-${String(day).padStart(2, '0')}`, 3 * day + 3]),
  );
});

const LATE: Readonly<Record<string, (store: Store) => void>> = {
  'a request': ({ ledger }) => ledger.recordRequest(request('late', 'd2', { at: noon(2) })),
  'a tail': ({ ledger }) => ledger.recordControlTail(tail('d2-2')),
  'a cost': ({ ledger }) => {
    ledger.recordRequest(request('late', 'd2', { at: noon(2) }));
    ledger.recordCost({
      ...{ requestId: 'late', engineMs: 7, gpuShare: 0, promptTokens: 3 },
      ...{ joules: null, meter: null },
    });
  },
  'what was continued at idle': ({ ledger }) =>
    ledger.recordShadowTail({
      requestId: 'd2-0',
      at: NOW,
      tokens: 9,
      ms: 30,
      ended: 'natural-end',
    }),
  'an answer from memory': ({ ledger }) =>
    ledger.recordMemoryAnswer({ suggestionId: 's', at: noon(2), answerMs: 3 }),
  'an outcome': ({ ledger }) => ledger.settleEpisode(settledEpisode('d2', { settledAt: NOW })),
  'the end of old rows': (store) => store.applyRetention(9.5, NOW),
};

for (const [what, write] of Object.entries(LATE)) {
  test(`${what} that comes to a kept day is in its figures, whoever wrote it`, (t) => {
    const { path, store } = filled(t);
    const before = store.figures.since(null, NOW);
    const other = storeAt(t, path);
    other.figures.since(null, NOW);
    write(other);
    const after = store.figures.since(null, NOW);
    assert.notDeepEqual(after, before);
    assert.deepEqual(after, asRead(store, null));
    assert.deepEqual(other.figures.since(null, NOW), after);
  });
}

test('nothing is kept of what was deleted', (t) => {
  const { store } = filled(t);
  store.figures.since(null, NOW);
  store.deleteAll();
  assert.equal(store.figures.since(null, NOW).requests.engine, 0);
  assert.deepEqual(store.figures.days(noon(1), NOW), []);
});
