import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { Bench } from '../../support/completion-bench.ts';

const START = 'const total = |;\n';

describe('a tail that is followed', () => {
  test('runs on while typing agrees with what it writes, and ends where it does not', async () => {
    const bench = new Bench(START, 'to-end');
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price', ';\n');
    await asked;
    for (const typed of ['p', 'pr']) {
      bench.edit(`const total = ${typed}|;\n`);
      bench.pipeline.edited();
      await bench.ask();
      stream.write('next');
      await pause(2);
      assert.ok(!stream.closed, typed);
    }
    bench.edit('const total = prx|;\n');
    bench.pipeline.edited();
    await pause(5);
    assert.ok(stream.closed);
    assert.deepEqual(
      bench.tails.map(({ tokens, ended }) => ({ tokens, ended })),
      [{ tokens: 4, ended: 'superseded' }],
    );
    assert.equal(bench.clocks[0]?.endedBy, 'typed-otherwise');
  });

  test('ends where the stream itself leaves what was typed', async () => {
    const bench = new Bench(START, 'to-end');
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price', ';\n');
    await asked;
    bench.edit('const total = price;\nlet|;\n');
    bench.pipeline.edited();
    stream.write('con');
    await pause(5);
    assert.ok(stream.closed);
    assert.equal(bench.tails[0]?.tokens, 3);
  });

  test('to its line break goes no further, and has no tail where the stop came behind one', async () => {
    const short = new Bench(START, 'to-newline');
    const asked = short.ask();
    const stream = await short.stream();
    stream.write('x', '\n', 'more');
    await asked;
    await pause(5);
    assert.ok(stream.closed);
    assert.deepEqual(short.tails, []);

    const hopeless = new Bench(START, 'to-newline');
    const nothing = hopeless.ask();
    const unsure = await hopeless.stream();
    unsure.writeToken({ text: 'maybe', logprob: -9 });
    assert.equal(await nothing, null);
    unsure.write(' or', ' not', '\n', 'more');
    await pause(5);
    assert.ok(unsure.closed);
    assert.partialDeepStrictEqual(hopeless.tails, [
      { tokens: 4, tokensAtFirstNewline: 4, ended: 'newline' },
    ]);
    assert.equal(hopeless.records[0]?.tokensAtStop, 1);
  });
});

describe('the clock of a request', () => {
  test('runs from its stop to the next request, though nothing of its tail is seen', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    (await bench.stream()).write('price', ';\n');
    await asked;
    await pause(20);
    assert.equal(bench.clocks.length, 0);
    bench.edit('const total = price;\n|\n');
    void bench.ask();
    await pause(20);
    const [clock] = bench.clocks;
    assert.equal(clock?.requestId, bench.records[0]?.id);
    assert.equal(clock?.endedBy, 'typed-otherwise');
    assert.ok(clock.afterMs >= 18 && clock.afterMs < 2_000, String(clock.afterMs));
  });

  test('ends at an accept, and once', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    (await bench.stream()).write('price', ';\n');
    await asked;
    bench.pipeline.accepted();
    bench.pipeline.forget();
    assert.deepEqual(
      bench.clocks.map(({ endedBy }) => endedBy),
      ['accepted'],
    );
  });

  test('of a request that was cancelled before its stop stands at 0', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('pri');
    bench.cancel();
    await asked;
    await pause(30);
    assert.deepEqual(bench.clocks, [
      { requestId: bench.records[0]?.id, afterMs: 0, endedBy: 'cancelled' },
    ]);
    assert.equal(bench.records[0]?.maxTokens, DEFAULT_SETTINGS.stopping.maxTokens);
  });
});
