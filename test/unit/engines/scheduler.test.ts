import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../server/engines/engine.ts';
import {
  Scheduler,
  SupersededError,
  type Priority,
  type Slot,
} from '../../../server/engines/scheduler.ts';

/** Work that lasts until the test ends it, and closes its stream as slowly as the test says. */
class ManualWork {
  started = false;
  closed = false;
  signal: AbortSignal | null = null;
  slot: Slot | null = null;
  readonly #end = Promise.withResolvers<undefined>();
  readonly #closeMs: number;

  constructor(closeMs = 0) {
    this.#closeMs = closeMs;
  }

  readonly run = async (signal: AbortSignal, slot: Slot): Promise<string> => {
    this.started = true;
    this.signal = signal;
    this.slot = slot;
    const aborted = new Promise<'aborted'>((resolve) => {
      signal.addEventListener('abort', () => resolve('aborted'));
    });
    const how = await Promise.race([this.#end.promise, aborted]);
    if (this.#closeMs > 0) await sleep(this.#closeMs);
    this.closed = true;
    if (how === 'aborted') throw new EngineError('cancelled', 'The request was cancelled.');
    return 'done';
  };

  end(): void {
    this.#end.resolve(undefined);
  }
}

const never = (): AbortSignal => new AbortController().signal;
const turn = () => sleep(5);
const superseded = (by: Priority) => (error: unknown) =>
  error instanceof SupersededError && error.by === by;
const cancelled = (error: unknown) => error instanceof EngineError && error.code === 'cancelled';

test('work runs at once in an idle slot, and its result comes back', async () => {
  const scheduler = new Scheduler();
  assert.equal(await scheduler.run('interactive', never(), () => Promise.resolve(7)), 7);
});

test('the slot goes on after work that throws', async () => {
  const scheduler = new Scheduler();
  const failing = scheduler.run('ask', never(), () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);
  assert.equal(await scheduler.run('ask', never(), () => Promise.resolve(1)), 1);
});

test('a newer interactive request supersedes the older one, and waits for its stream to close', async () => {
  const scheduler = new Scheduler();
  const older = new ManualWork(40);
  const newer = new ManualWork();
  const first = scheduler.run('interactive', never(), older.run);
  const second = scheduler.run('interactive', never(), newer.run);
  const rejected = assert.rejects(first, superseded('interactive'));
  await turn();
  assert.ok(older.signal?.reason instanceof SupersededError);
  assert.equal(newer.started, false);
  await rejected;
  await turn();
  assert.ok(older.closed && newer.started);
  newer.end();
  assert.equal(await second, 'done');
});

test('interactive requests of another owner wait their turn', async () => {
  const scheduler = new Scheduler();
  const one = new ManualWork();
  const other = new ManualWork();
  const first = scheduler.run('interactive', never(), one.run, { owner: 'a' });
  const second = scheduler.run('interactive', never(), other.run, { owner: 'b' });
  await turn();
  assert.equal(one.signal?.aborted, false);
  assert.equal(other.started, false);
  one.end();
  other.end();
  assert.deepEqual(await Promise.all([first, second]), ['done', 'done']);
});

for (const by of ['interactive', 'ask'] as const) {
  test(`${by} work pre-empts background work`, async () => {
    const scheduler = new Scheduler();
    const shadow = new ManualWork();
    const rejected = assert.rejects(
      scheduler.run('background', never(), shadow.run),
      superseded(by),
    );
    assert.equal(await scheduler.run(by, never(), () => Promise.resolve('served')), 'served');
    await rejected;
  });
}

test('interactive work does not pre-empt an answer that has begun, but goes before the next', async () => {
  const scheduler = new Scheduler();
  const asked = new ManualWork();
  const order: string[] = [];
  const first = scheduler.run('ask', never(), asked.run);
  asked.slot?.answering();
  const second = scheduler.run('ask', never(), () => Promise.resolve(order.push('ask')));
  const typed = scheduler.run('interactive', never(), () => Promise.resolve(order.push('typed')));
  await turn();
  assert.equal(asked.signal?.aborted, false);
  asked.end();
  await Promise.all([first, second, typed]);
  assert.deepEqual(order, ['typed', 'ask']);
});

test('interactive work pre-empts an answer whose first word is still to come; a question does not', async () => {
  const scheduler = new Scheduler();
  const asked = new ManualWork();
  const first = assert.rejects(scheduler.run('ask', never(), asked.run), superseded('interactive'));
  const other = scheduler.run('ask', never(), () => Promise.resolve('other'));
  await turn();
  assert.equal(asked.signal?.aborted, false);
  assert.equal(await scheduler.run('interactive', never(), () => Promise.resolve(1)), 1);
  await first;
  assert.equal(await other, 'other');
});

test('a control tail is pre-empted as soon as the job says that its answer is out', async () => {
  const scheduler = new Scheduler();
  const control = new ManualWork();
  const first = assert.rejects(
    scheduler.run('interactive', never(), control.run),
    superseded('ask'),
  );
  const asked = scheduler.run('ask', never(), () => Promise.resolve('answer'));
  await turn();
  assert.equal(control.signal?.aborted, false);
  control.slot?.demote();
  assert.equal(await asked, 'answer');
  await first;
});

test('a cancel while waiting leaves the queue without ever starting', async () => {
  const scheduler = new Scheduler();
  const running = new ManualWork();
  const waiting = new ManualWork();
  const first = scheduler.run('ask', never(), running.run);
  const abort = new AbortController();
  const second = scheduler.run('ask', abort.signal, waiting.run);
  abort.abort();
  await assert.rejects(second, cancelled);
  running.end();
  await first;
  await turn();
  assert.equal(waiting.started, false);
});

test('a cancel of running work is told apart from being superseded', async () => {
  const scheduler = new Scheduler();
  const abort = new AbortController();
  const work = new ManualWork();
  const run = scheduler.run('interactive', abort.signal, work.run);
  abort.abort();
  await assert.rejects(run, cancelled);
  assert.equal(work.signal?.reason instanceof SupersededError, false);
});

test('a signal that is aborted already starts nothing', async () => {
  const work = new ManualWork();
  await assert.rejects(
    new Scheduler().run('interactive', AbortSignal.abort(), work.run),
    cancelled,
  );
  assert.equal(work.started, false);
});

test('an engine that does not close its stream blocks the slot for the grace alone', async () => {
  const scheduler = new Scheduler({ graceMs: 30 });
  const hung = new ManualWork(2000);
  void scheduler.run('interactive', never(), hung.run).catch(() => undefined);
  const at = performance.now();
  assert.equal(await scheduler.run('interactive', never(), () => Promise.resolve(1)), 1);
  assert.ok(performance.now() - at < 1000);
  assert.equal(hung.closed, false);
});

test('disposing cancels what runs and what waits, and refuses what comes later', async () => {
  const scheduler = new Scheduler();
  const running = new ManualWork();
  const waiting = new ManualWork();
  const both = Promise.all([
    assert.rejects(scheduler.run('ask', never(), running.run), cancelled),
    assert.rejects(scheduler.run('ask', never(), waiting.run), cancelled),
  ]);
  await scheduler.dispose();
  await both;
  assert.equal(running.closed, true);
  await assert.rejects(scheduler.run('ask', never(), running.run), cancelled);
});

test('ending one owner cancels what it has here, and waits for its stream alone', async () => {
  const scheduler = new Scheduler();
  const running = new ManualWork(20);
  const waiting = new ManualWork();
  const other = new ManualWork();
  const both = Promise.all([
    assert.rejects(scheduler.run('ask', never(), running.run, { owner: 'a' }), cancelled),
    assert.rejects(scheduler.run('ask', never(), waiting.run, { owner: 'a' }), cancelled),
  ]);
  const others = scheduler.run('ask', never(), other.run, { owner: 'b' });
  await scheduler.end('b-never-seen');
  await turn();
  assert.equal(running.signal?.aborted, false);
  await scheduler.end('a');
  await both;
  assert.equal(running.closed, true);
  assert.equal(waiting.started, false);
  other.end();
  assert.equal(await others, 'done');
});
