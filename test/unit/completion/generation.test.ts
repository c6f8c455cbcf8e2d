import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isSame } from '../../../bench/live/fidelity.ts';
import { ReplayEngine } from '../../../bench/pace/replay-engine.ts';
import { contextOf } from '../../../bench/replay/context.ts';
import { slotReleases } from '../../../bench/slot-releases.ts';
import { loadTraces, type RecordedTrace } from '../../../bench/traces.ts';
import {
  generate,
  noProgress,
  type Follow,
  type Stopped,
} from '../../../server/completion/generation.ts';
import { buildPrompt } from '../../../server/completion/prompt.ts';
import { OllamaEngine } from '../../../server/engines/ollama/ollama.ts';
import { chooseRule } from '../../../server/stopping/policy/choose-rule.ts';
import { PRESET_POINTS, simplePoint } from '../../../server/stopping/policy/presets.ts';
import type { Decision, StopRule, StopSettings } from '../../../server/stopping/controller.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { MANUAL_MODEL, ManualEngine } from '../../support/manual-engine.ts';
import { sleep } from '../../../server/sleep.ts';

const TRACES = join(import.meta.dirname, '../../fixtures/traces/own-0.5b.jsonl.gz');
const MODEL = 'qwen2.5-coder:0.5b';
const SETTINGS: StopSettings = {
  ...simplePoint(DEFAULT_SETTINGS.stopping),
  maxTokens: DEFAULT_SETTINGS.stopping.maxTokens,
};

const learned = chooseRule({
  weights: weightsFor({ name: MODEL, digest: '' }),
  logprobs: true,
  settings: DEFAULT_SETTINGS.stopping,
  patient: false,
}).rule;

interface Asked {
  readonly engine: OllamaEngine | ManualEngine;
  readonly rule: StopRule;
  readonly context: CursorContext;
  readonly settings?: StopSettings;
  readonly follow?: Follow;
}

/** One request; what was decided, and all that came. */
async function run({ engine, rule, context, settings = SETTINGS, follow = null }: Asked) {
  const progress = noProgress();
  const stops: Stopped[] = [];
  const prompt = buildPrompt({ ...MANUAL_MODEL, name: MODEL }, context);
  const finished = await generate(
    {
      ...{ engine, rule, context, settings, follow },
      request: { model: MODEL, prompt, maxTokens: settings.maxTokens, alternatives: 0 },
      elapsed: () => performance.now(),
      sleep,
    },
    new AbortController().signal,
    progress,
    { onToken: () => undefined, onStop: (stopped) => stops.push(stopped) },
  );
  const [stopped] = stops;
  assert.ok(stopped && stops.length === 1, 'decided once');
  return { decision: stopped.decision, stopped, finished, progress };
}

const endOf = ({ end }: RecordedTrace) => (end === 'cut' ? 'cap' : end);

describe('on recorded traces, over Ollama’s protocol, with a line break as stop string', () => {
  let traces: readonly RecordedTrace[] = [];
  let folder = '';
  let server: ReplayEngine;
  let engine: OllamaEngine;
  const log = () => join(folder, 'engine.log');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shortstop-generation-'));
    traces = await loadTraces([TRACES]);
    const pace = { msPerToken: 1, prefillTokensPerSecond: 1e6, closeMs: 2 };
    server = await ReplayEngine.start(traces, log(), MODEL, pace);
    engine = new OllamaEngine({ url: server.url });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  for (const rule of [learned, shortstopRule]) {
    test(`${rule.id} decides what it decides on the whole trace`, async () => {
      const other: string[] = [];
      let atLineEnds = 0;
      for (const trace of traces) {
        const context = contextOf(trace);
        await server.idle();
        const from = slotReleases(log()).length;
        const live = await run({ engine, rule, context });
        const { decision } = replay(rule, context, SETTINGS, trace.tokens, endOf(trace));
        const named = (decided: Decision) => ({ rule: rule.id, ...decided });
        if (!isSame(named(live.decision), named(decision))) other.push(trace.id);
        const served = live.stopped.text.slice(0, live.decision.offset);
        const text = trace.tokens.map((token) => token.text).join('');
        assert.equal(served, text.slice(0, decision.offset), trace.id);
        if (live.decision.reason !== 'line-end' || !rule.stopStrings?.(context, SETTINGS).length)
          continue;
        atLineEnds += 1;
        await server.idle();
        const generated = slotReleases(log())
          .slice(from)
          .reduce((total, release) => total + release.generatedTokens, 0);
        assert.equal(generated, live.stopped.tokens, `${trace.id}: nothing behind the line`);
      }
      assert.deepEqual(other, []);
      assert.ok(atLineEnds > 10, `${atLineEnds} stopped at a line's end`);
    });
  }
});

const context = (change: Partial<CursorContext> = {}): CursorContext => ({
  ...{ prefix: 'const total = ', suffix: '\nconst b = 1;\n', languageId: 'typescript' },
  ...{ kind: 'line-end', multiLine: 'auto' },
  ...change,
});

test('where the line opens a block to be followed, the text is asked for again without a stop string', async () => {
  const engine = new ManualEngine();
  const settings: StopSettings = { ...SETTINGS, ...PRESET_POINTS.faithful };
  const answer = run({ engine, rule: shortstopRule, context: context(), settings });
  const [first] = engine.streams;
  assert.deepEqual(first?.request.stop, ['\n']);
  first.write('sum', '(() =>', ' {');
  first.end({ end: 'natural-end', promptTokens: 9, tokens: 3, atStop: 'within-last-token' });
  while (engine.streams.length < 2) await new Promise(setImmediate);
  const [, second] = engine.streams;
  assert.equal(second?.request.stop, undefined);
  second?.write('sum', '(() =>', ' {\n', '  return 1;\n', '});\n', 'more');
  const { decision, stopped, finished, progress } = await answer;
  assert.equal(decision.reason, 'line-end');
  assert.equal(
    stopped.text.slice(0, decision.offset),
    'sum(() => {\n  return 1;\n});',
    'the whole block',
  );
  assert.equal(decision.tokens, 5);
  assert.equal(stopped.tokens, 8, 'those of the first try were generated too');
  assert.equal(finished.tokens, 8);
  assert.deepEqual(
    progress.trace.map(({ text }) => text),
    ['sum', '(() =>', ' {\n', '  return 1;\n', '});\n'],
  );
});

test('behind an opener, a line break before the first line is read on', async () => {
  const engine = new ManualEngine();
  const opener = context({ kind: 'block-start', prefix: 'if (a) {', suffix: '\n}\n' });
  const answer = run({ engine, rule: shortstopRule, context: opener });
  engine.streams[0]?.end({
    ...{ end: 'natural-end', promptTokens: 9, tokens: 1, atStop: 'behind-last-token' },
  });
  while (engine.streams.length < 2) await new Promise(setImmediate);
  engine.streams[1]?.write('\n', '  b();\n');
  const { decision, stopped } = await answer;
  assert.equal(stopped.text.slice(0, decision.offset), '\n  b();');
  assert.deepEqual([decision.tokens, stopped.tokens], [2, 3]);
});

test('what would be given up at a token is not where the line ended with that very token', async () => {
  const settings: StopSettings = { ...SETTINGS, tauAlive: 0.5 };
  const asked = (engine: ManualEngine) =>
    run({ engine, rule: shortstopRule, context: context(), settings });
  const ended = new ManualEngine();
  const atEnd = asked(ended);
  ended.streams[0]?.write('a');
  ended.streams[0]?.writeToken({ text: ';', logprob: -3 });
  ended.streams[0]?.end({
    ...{ end: 'natural-end', promptTokens: 9, tokens: 2, atStop: 'within-last-token' },
  });
  assert.equal((await atEnd).decision.reason, 'line-end');

  const goesOn = new ManualEngine();
  const within = asked(goesOn);
  goesOn.streams[0]?.write('a');
  goesOn.streams[0]?.writeToken({ text: ';', logprob: -3 });
  assert.equal((await within).decision.reason, 'hopeless');
  assert.ok(goesOn.streams[0]?.closed);
});

test('a stop string is sent where the answer is one line, and never to a control request', async () => {
  const stopOf = async (change: Partial<CursorContext>, more: Partial<Asked> = {}) => {
    const engine = new ManualEngine();
    const answer = run({ engine, rule: shortstopRule, context: context(change), ...more });
    engine.streams[0]?.finish('natural-end');
    await answer;
    return engine.streams[0]?.request.stop ?? [];
  };
  assert.deepEqual(await stopOf({}), ['\n']);
  assert.deepEqual(await stopOf({ kind: 'comment', prefix: '// a' }), ['\n']);
  assert.deepEqual(await stopOf({ kind: 'block-start', prefix: 'if (a) {\n  ' }), ['\n']);
  assert.deepEqual(await stopOf({ multiLine: 'always' }), []);
  assert.deepEqual(await stopOf({}, { follow: 'to-end' }), []);
  const custom: StopSettings = { ...SETTINGS, showBar: 0.3 };
  assert.deepEqual(await stopOf({}, { settings: custom }), [], 'the bar needs the break');
});
