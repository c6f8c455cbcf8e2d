import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Power } from '../../../server/energy/power.ts';
import { EngineError, type Capabilities } from '../../../server/engines/engine.ts';
import { Scheduler, type Priority } from '../../../server/engines/scheduler.ts';
import type { Unfinished } from '../../../server/learning/observe.ts';
import type { ShadowTail } from '../../../server/outcomes/records.ts';
import { Shadow } from '../../../server/shadow/shadow.ts';
import { ALTERNATIVES, type TraceToken } from '../../../server/stopping/trace.ts';
import { sleep } from '../../../server/sleep.ts';
import { request } from '../../storage/rows.ts';
import {
  MANUAL_CAPABILITIES,
  ManualEngine,
  type ManualStream,
} from '../../support/manual-engine.ts';

const CONTEXT = {
  prefix: 'const x = ',
  suffix: '\n',
  languageId: 'typescript',
  kind: 'line-end',
  multiLine: 'auto',
} as const;
const FIM = '<|fim_prefix|>const x = <|fim_suffix|>\n<|fim_middle|>';

function unfinished(id: string, pieces: string, uri = 'file:///a.ts'): Unfinished {
  const tokens = pieces.split('|').map((text): TraceToken => ({ text, logprob: -0.25 }));
  const code = { context: CONTEXT, ahead: '', maxTokens: 10, served: pieces, pAlive: null, tokens };
  const modelDigest = MANUAL_CAPABILITIES.model.digest;
  return { request: request(id, `of-${id}`, { modelDigest }), code, tokens, uri };
}

/** A shadow beside an engine whose tokens the test writes, on a clock of its own. */
class Idle {
  readonly engine = new ManualEngine();
  readonly scheduler = new Scheduler();
  readonly continued: { tail: ShadowTail; texts: string[] }[] = [];
  open: Unfinished[] = [unfinished('r1', 'foo|();')];
  power: Power = 'mains';
  left = 100;
  now = 0;
  capabilities: Capabilities | EngineError = MANUAL_CAPABILITIES;
  readonly shadow: Shadow;

  constructor() {
    this.shadow = new Shadow({
      models: {
        engine: this.engine,
        ready: () =>
          this.capabilities instanceof EngineError
            ? Promise.reject(this.capabilities)
            : Promise.resolve(this.capabilities),
      },
      scheduler: this.scheduler,
      stretches: {
        unfinished: () => this.open,
        continued: (tail, tokens) => {
          this.continued.push({ tail, texts: tokens.map(({ text }) => text) });
          this.open = this.open.filter((one) => one.request.id !== tail.requestId);
        },
      },
      power: {
        get current() {
          return idle().power;
        },
      },
      tokensLeft: () => this.left,
      mayRead: (uri) => !uri.includes('private'),
      now: () => this.now,
      sleep,
      say: () => undefined,
    });
    const idle = () => this;
  }

  /** Five seconds later. */
  async tick(): Promise<ManualStream | undefined> {
    this.now += 5_000;
    this.shadow.tick();
    await turn();
    return this.engine.streams.at(-1);
  }

  async stream(): Promise<ManualStream> {
    const stream = await this.tick();
    assert.ok(stream, 'nothing was begun');
    return stream;
  }
}

const turn = () => sleep(2);
const never = () => new AbortController().signal;

describe('a shadow', () => {
  test('continues a text to its end, behind the same prompt and what was written', async () => {
    const idle = new Idle();
    const stream = await idle.stream();
    assert.partialDeepStrictEqual(stream.request, {
      prompt: { raw: `${FIM}foo();` },
      ...{ maxTokens: 8, alternatives: 0 },
    });
    stream.write(' bar', '();');
    idle.now += 80;
    stream.finish('natural-end');
    await turn();
    assert.deepEqual(idle.continued, [
      {
        tail: { requestId: 'r1', at: 5_080, tokens: 2, ms: 80, ended: 'natural-end' },
        texts: [' bar', '();'],
      },
    ]);
  });

  test('ends at the cap of the request', async () => {
    const idle = new Idle();
    const stream = await idle.stream();
    stream.write('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    await turn();
    assert.deepEqual(idle.continued[0]?.tail.ended, 'cap');
    assert.equal(idle.continued[0].texts.length, 8);
  });

  test('asks for alternatives where the request had them', async () => {
    const idle = new Idle();
    const [only] = idle.open;
    assert.ok(only);
    const tokens = [{ text: 'foo', logprob: -1, alternatives: [{ text: 'bar', logprob: -2 }] }];
    idle.open = [{ ...only, tokens }];
    assert.equal((await idle.stream()).request.alternatives, ALTERNATIVES);
  });

  test('is one at a time, the latest first', async () => {
    const idle = new Idle();
    idle.open = [unfinished('r2', 'late'), unfinished('r1', 'early')];
    (await idle.stream()).write('x');
    await idle.tick();
    assert.equal(idle.engine.streams.length, 1);
    idle.engine.streams[0]?.finish('natural-end');
    await turn();
    await idle.tick();
    const prompts = idle.engine.streams.map(({ request: { prompt } }) => prompt);
    assert.deepEqual(prompts, [{ raw: `${FIM}late` }, { raw: `${FIM}early` }]);
  });
});

describe('nothing is continued', () => {
  const isBegun = async (idle: Idle) => (await idle.tick()) !== undefined;

  test('on battery, nor where that is not known', async () => {
    for (const power of ['battery', 'unknown'] as const) {
      const idle = new Idle();
      idle.power = power;
      assert.equal(await isBegun(idle), false, power);
    }
  });

  test('within five seconds of a sign of somebody at work', async () => {
    const idle = new Idle();
    idle.now = 60_000;
    idle.shadow.disturbed();
    idle.now += 4_999;
    idle.shadow.tick();
    await turn();
    assert.equal(idle.engine.streams.length, 0);
    assert.equal(await isBegun(idle), true);
  });

  test('while the engine has anything to do, of whatever kind', async () => {
    for (const priority of ['interactive', 'ask', 'background'] as const) {
      const idle = new Idle();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const other = idle.scheduler.run(priority, never(), () => promise);
      assert.equal(await isBegun(idle), false, priority);
      resolve(undefined);
      await other;
      assert.equal(await isBegun(idle), true, priority);
    }
  });

  test('that might cost more than is left', async () => {
    const idle = new Idle();
    idle.left = 7;
    assert.equal(await isBegun(idle), false);
    idle.left = 8;
    assert.equal(await isBegun(idle), true);
  });

  test('that may not be read', async () => {
    const idle = new Idle();
    idle.open = [unfinished('r1', 'secret', 'file:///private/a.ts')];
    assert.equal(await isBegun(idle), false);
  });

  test('by another model than the one that began it, and it is not tried again', async () => {
    const idle = new Idle();
    const model = { ...MANUAL_CAPABILITIES.model, digest: `sha256:${'1'.repeat(64)}` };
    idle.capabilities = { ...MANUAL_CAPABILITIES, model };
    assert.equal(await isBegun(idle), false);
    assert.partialDeepStrictEqual(idle.continued, [{ tail: { tokens: 0, ended: 'failed' } }]);
  });

  test('by an engine that fails, and it is not tried again', async () => {
    const idle = new Idle();
    idle.capabilities = new EngineError('unreachable', 'Nothing listens there.');
    assert.equal(await isBegun(idle), false);
    assert.deepEqual(idle.continued[0]?.tail.ended, 'failed');
  });
});

describe('a shadow makes way', () => {
  for (const priority of ['interactive', 'ask', 'background'] satisfies Priority[]) {
    test(`to ${priority} work, within one token`, async () => {
      const idle = new Idle();
      const stream = await idle.stream();
      stream.write('a', 'b');
      await turn();
      const other = idle.scheduler.run(priority, never(), () => Promise.resolve(stream.closed));
      stream.write('c');
      assert.ok(await other, 'the stream was closed by the time the other began');
      const [pre] = idle.continued;
      assert.equal(pre?.tail.ended, 'pre-empted');
      assert.ok(pre.texts.length <= 3, pre.texts.join());
    });
  }

  test('to somebody who types, whether or not anything is asked of the engine', async () => {
    const idle = new Idle();
    const stream = await idle.stream();
    stream.write('a');
    await turn();
    idle.shadow.disturbed();
    await turn();
    assert.ok(stream.closed);
    assert.deepEqual(idle.continued[0]?.texts, ['a']);
    assert.equal(idle.continued[0].tail.ended, 'pre-empted');
  });

  test('once its stretch has settled, or all data were deleted', async () => {
    const idle = new Idle();
    const stream = await idle.stream();
    await idle.tick();
    assert.equal(stream.closed, false);
    idle.open = [];
    await idle.tick();
    assert.ok(stream.closed);
  });

  test('at the end, and is written down by then', async () => {
    const idle = new Idle();
    const stream = await idle.stream();
    stream.write('a');
    await idle.shadow.end();
    assert.ok(stream.closed);
    assert.equal(idle.continued.length, 1);
  });
});
