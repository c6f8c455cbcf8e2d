import assert from 'node:assert/strict';
import { setImmediate as tick, setTimeout as pause } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { Adviser } from '../../../server/learning/decide.ts';
import { EngineError } from '../../../server/engines/engine.ts';
import { Bench } from '../../support/completion-bench.ts';

const START = 'const total = |;\n';

describe('a completion', () => {
  test('is served at the stop, its stream closed, its row written', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price', ' *', ' amount', ';\n', 'more');
    const suggestion = await asked;
    assert.equal(suggestion?.text, 'price * amount');
    await tick();
    assert.ok(stream.closed);
    assert.equal(bench.records[0]?.ended, 'stopped');
    assert.equal(bench.records[0].tokensAtStop, 4);
    assert.ok(bench.records[0].offered);
    assert.equal(bench.offers[0]?.text, 'price * amount');
    assert.deepEqual(bench.tails, []);
  });

  test('is hidden where that is advised, and its row says that nothing was served', async () => {
    const advice = { kind: 'offer', action: 'hide', says: 'it would flash' } as const;
    const bench = new Bench(START, null, [{ role: 'asking', advise: () => advice }]);
    const asked = bench.ask();
    (await bench.stream()).write('price', ';\n');
    assert.equal(await asked, null);
    assert.deepEqual(bench.offers, []);
    assert.partialDeepStrictEqual(bench.records, [{ servedChars: 0, offered: false }]);
  });

  test('is held back for as long as is advised, and offered to who still waits', async () => {
    const advice = { kind: 'offer', action: 'hold', ms: 20, says: 'the next key is near' } as const;
    const adviser: Adviser = { role: 'asking', advise: () => advice };
    const patient = new Bench(START, null, [adviser]);
    const began = performance.now();
    const asked = patient.ask();
    (await patient.stream()).write('price', ';\n');
    assert.equal((await asked)?.text, 'price');
    assert.ok(performance.now() - began >= 19);

    const gone = new Bench(START, null, [adviser]);
    const dropped = gone.ask();
    (await gone.stream()).write('price', ';\n');
    await pause(5);
    gone.cancel();
    assert.equal(await dropped, null);
    await pause(30);
    assert.deepEqual(gone.offers, []);
  });

  test('of a control request is served at the stop while its stream runs on and is counted', async () => {
    const bench = new Bench(START, 'to-end');
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price', ';\n');
    assert.equal((await asked)?.text, 'price');
    assert.ok(!stream.closed);
    stream.write('const', ' b', ' =', ' 2');
    stream.finish('natural-end');
    await pause(5);
    assert.deepEqual(
      bench.tails.map(({ tokens, ended }) => ({ tokens, ended })),
      [{ tokens: 6, ended: 'natural-end' }],
    );
    assert.equal(bench.records[0]?.tokensAtStop, 2);
    assert.equal(bench.reports[0]?.generated, 'price;\nconst b = 2');
  });

  test('of a withheld stretch goes to nobody who types, and its stream runs to its end', async () => {
    const bench = new Bench(START);
    bench.withheld = true;
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price');
    bench.edit('const total = q|;\n');
    assert.equal(await bench.ask(), null);
    assert.equal(await asked, null);
    await pause(20);
    stream.write(';\n', 'const');
    stream.finish('natural-end');
    await pause(5);
    assert.equal(bench.engine.streams.length, 1);
    assert.deepEqual(bench.offers, []);
    assert.partialDeepStrictEqual(bench.records, [
      { ended: 'stopped', withheld: true, servedChars: 0, offered: false },
    ]);
    assert.partialDeepStrictEqual(bench.tails, [{ tokens: 3, ended: 'natural-end' }]);
    assert.equal(bench.codes[0]?.served, 'price');
    bench.edit('const total = |;\n');
    assert.equal(await bench.ask(), null);
    assert.equal(bench.engine.streams.length, 1);
  });

  test('of a withheld stretch is offered to who asks by a command', async () => {
    const bench = new Bench(START);
    bench.withheld = true;
    const typed = bench.ask();
    (await bench.stream()).write('price', ';\n');
    assert.equal(await typed, null);
    const asked = bench.ask({ trigger: 'invoked', typing: false });
    const stream = await bench.stream(1);
    stream.write('price', ';\n');
    assert.equal((await asked)?.text, 'price');
    await tick();
    assert.ok(stream.closed);
    assert.equal(bench.offers.length, 1);
  });

  test('of a control request ends its tail when something else is asked, or when it is accepted', async () => {
    for (const end of ['newer', 'accepted'] as const) {
      const bench = new Bench(START, 'to-end');
      const asked = bench.ask();
      const stream = await bench.stream();
      stream.write('price', ';\n');
      await asked;
      stream.write('const');
      if (end === 'accepted') bench.pipeline.accepted();
      else {
        bench.edit('const total = x|;\n');
        void bench.ask();
      }
      await pause(5);
      assert.ok(stream.closed);
      assert.equal(bench.tails[0]?.ended, 'superseded', end);
    }
  });

  test('that comes too late, after the document has changed, is not offered', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    bench.edit('const other = |;\n');
    stream.write('price', ';\n');
    assert.equal(await asked, null);
    assert.equal(bench.records[0]?.offered, false);
    assert.deepEqual(bench.offers, []);
  });
});

describe('typing on', () => {
  test('along an offered suggestion costs no request', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    (await bench.stream()).write('price', ';\n');
    const first = await asked;
    bench.edit('const total = pr|;\n');
    const second = await bench.ask();
    assert.deepEqual(second, { ...first, text: 'ice', fromMemory: true });
    bench.edit('const total = p|;\n');
    assert.equal((await bench.ask())?.text, 'rice');
    assert.equal(bench.engine.streams.length, 1);
    assert.equal(bench.memoryAnswers.length, 2);
  });

  test('along a stream on its way shares it, with what is left of it', async () => {
    const bench = new Bench(START);
    const first = bench.ask();
    const stream = await bench.stream();
    stream.write('pri');
    bench.edit('const total = p|;\n');
    const second = bench.ask();
    assert.equal(await first, null);
    await pause(1);
    bench.edit('const total = pr|;\n');
    const third = bench.ask();
    assert.equal(await second, null);
    stream.write('ce', ';\n');
    assert.equal((await third)?.text, 'ice');
    assert.equal(bench.engine.streams.length, 1);
    assert.deepEqual(
      bench.offers.map(({ offset, text }) => ({ offset, text })),
      [{ offset: bench.offset, text: 'ice' }],
    );
    assert.equal(bench.memoryAnswers.length, 1);
  });

  test('another way than the stream aborts it and asks anew', async () => {
    const bench = new Bench(START);
    void bench.ask();
    const stream = await bench.stream();
    stream.write('pri');
    bench.edit('const total = x|;\n');
    const second = bench.ask();
    (await bench.stream(1)).write('yz', ';\n');
    assert.equal((await second)?.text, 'yz');
    assert.ok(stream.closed);
    assert.equal(bench.records[0]?.ended, 'cancelled');
  });

  test('is noticed to differ as soon as the stream says so', async () => {
    const bench = new Bench(START);
    void bench.ask();
    const stream = await bench.stream();
    bench.edit('const total = x|;\n');
    const second = bench.ask();
    stream.write('price');
    (await bench.stream(1)).write('yz', ';\n');
    assert.equal((await second)?.text, 'yz');
    assert.ok(stream.closed);
  });
});

describe('a cancel', () => {
  test('closes the stream within moments where nothing was typed along', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    bench.cancel();
    assert.equal(await asked, null);
    await pause(100);
    assert.ok(stream.closed);
    assert.equal(bench.records[0]?.ended, 'cancelled');
  });

  test('keeps the stream where the change of the document is read only after it', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    bench.cancel();
    bench.edit(START.replace('|', 'c|'));
    assert.equal(await asked, null);
    await pause(50);
    assert.ok(!stream.closed);
  });

  test('closes the stream soon where the keystroke that cancelled it asks for nothing', async () => {
    const bench = new Bench(START);
    void bench.ask();
    const stream = await bench.stream();
    stream.write('pri');
    await tick();
    bench.edit('const total = p|;\n');
    bench.cancel();
    await pause(20);
    assert.ok(!stream.closed);
    await pause(250);
    assert.ok(stream.closed);
  });

  test('before the engine was asked leaves no row', async () => {
    const bench = new Bench(START);
    const asked = bench.ask({ settings: { ...DEFAULT_SETTINGS, debounce: 50 } });
    bench.cancel();
    assert.equal(await asked, null);
    assert.equal(bench.engine.streams.length, 0);
    assert.deepEqual(bench.records, []);
  });
});

describe('an answer that grows', () => {
  const LINES = ['let a = 1;\n', 'let b = 2;\n', 'let c = 3;\n'];
  const WHOLE = 'let a = 1;\nlet b = 2;\nlet c = 3;';

  /** Somebody asked for it by a command, and is told of its beginnings. */
  function askHere(bench: Bench, settings = DEFAULT_SETTINGS) {
    const beginnings: string[] = [];
    const onBeginning = ({ text }: { text: string }) => beginnings.push(text);
    const here = { trigger: 'complete-here', typing: false, onBeginning, settings } as const;
    return { beginnings, asked: bench.ask(here) };
  }

  test('is told of as whole lines, offered each time, and offered whole', async () => {
    const bench = new Bench('|\n');
    const { beginnings, asked } = askHere(bench);
    const stream = await bench.stream();
    stream.write(...LINES);
    stream.finish('natural-end');
    assert.equal((await asked)?.text, WHOLE);
    assert.deepEqual(beginnings, ['let a = 1;', 'let a = 1;\nlet b = 2;', WHOLE]);
    assert.deepEqual(
      bench.offers.map(({ text }) => text),
      [...beginnings, WHOLE],
    );
    assert.equal(new Set(bench.offers.map(({ suggestionId }) => suggestionId)).size, 1);
  });

  test('and is taken meanwhile closes its stream; its row says what was offered', async () => {
    const bench = new Bench('|\n');
    const { beginnings, asked } = askHere(bench);
    const stream = await bench.stream();
    stream.write(...LINES.slice(0, 2));
    await pause(5);
    assert.equal(beginnings.at(-1), 'let a = 1;\nlet b = 2;');
    bench.edit('let a = 1;\nlet b = 2;|\n');
    bench.cancel();
    bench.pipeline.accepted();
    assert.equal(await asked, null);
    await pause(5);
    assert.ok(stream.closed);
    const servedChars = 'let a = 1;\nlet b = 2;'.length;
    const row = { ended: 'cancelled', stopReason: null, offered: true, servedChars } as const;
    assert.partialDeepStrictEqual(bench.records, [{ ...row, tokensAtStop: 2 }]);
  });

  test('is not told of once the document has moved on', async () => {
    const bench = new Bench('|\n');
    const { beginnings, asked } = askHere(bench);
    const stream = await bench.stream();
    stream.write('let a = 1;\n');
    await pause(5);
    bench.edit('x|\n');
    stream.write('let b = 2;\n');
    stream.finish('natural-end');
    assert.equal(await asked, null);
    assert.deepEqual(beginnings, ['let a = 1;']);
  });

  test('of several models is shown once it is known whose text is served', async () => {
    const bench = new Bench('|\n');
    const ensemble = { ...DEFAULT_SETTINGS.ensemble, models: ['small', 'large'] };
    const { beginnings, asked } = askHere(bench, { ...DEFAULT_SETTINGS, ensemble });
    const stream = await bench.stream();
    stream.write(...LINES);
    stream.finish('natural-end');
    assert.equal((await asked)?.text, WHOLE);
    assert.deepEqual(beginnings, []);
  });
});

describe('a failure', () => {
  test('of the engine in mid-stream is null, a typed report and a row', async () => {
    const bench = new Bench(START);
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('pri');
    stream.break(new EngineError('died', 'The engine broke off.'));
    assert.equal(await asked, null);
    assert.equal(bench.records[0]?.errorCode, 'died');
    assert.equal(bench.records[0].tokensAtStop, 1);
    assert.ok(bench.failures[0] instanceof EngineError);
  });

  test('of the engine in a control tail only ends the tail', async () => {
    const bench = new Bench(START, 'to-end');
    const asked = bench.ask();
    const stream = await bench.stream();
    stream.write('price', ';\n');
    assert.equal((await asked)?.text, 'price');
    stream.break(new EngineError('died', 'The engine broke off.'));
    await pause(5);
    assert.equal(bench.tails[0]?.ended, 'failed');
    assert.deepEqual(bench.failures, []);
  });
});

test('where the answer was nothing, asking again at the same place costs nothing', async () => {
  const bench = new Bench(START);
  const asked = bench.ask();
  const stream = await bench.stream();
  stream.finish('natural-end');
  assert.equal(await asked, null);
  assert.equal(await bench.ask(), null);
  assert.equal(bench.engine.streams.length, 1);
});

test('on a key only, typing asks for nothing; what a key brought stays while one types along it', async () => {
  const bench = new Bench(START);
  const settings = { ...DEFAULT_SETTINGS, suggest: 'on-key' } as const;
  assert.equal(await bench.ask({ settings }), null);
  assert.equal(bench.engine.streams.length, 0);
  const asked = bench.ask({ settings, trigger: 'invoked', typing: false });
  (await bench.stream()).write('price', ' *', ' amount', ';\n');
  assert.equal((await asked)?.text, 'price * amount');
  bench.edit('const total = pri|;\n');
  assert.equal((await bench.ask({ settings }))?.text, 'ce * amount');
});

test('an entry selected in the suggestion list is completed further', async () => {
  const bench = new Bench('const total = price.to|;\n');
  const asked = bench.ask({
    text: 'const total = price.toFixed;\n',
    offset: 'const total = price.toFixed'.length,
    ahead: 'Fixed',
  });
  (await bench.stream()).write('(2)', ';\n');
  assert.equal((await asked)?.text, '(2)');
  assert.deepEqual(
    bench.offers.map(({ offset, text }) => ({ offset, text })),
    [{ offset: bench.offset, text: 'Fixed(2)' }],
  );
});
