import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { atEngine } from '../../../bench/pace/at-engine.ts';
import { GPU_PACE } from '../../../bench/pace/pace.ts';
import { ReplayEngine } from '../../../bench/pace/replay-engine.ts';
import { slotReleases } from '../../../bench/slot-releases.ts';
import type { RecordedTrace } from '../../../bench/traces.ts';
import { OllamaEngine } from '../../../server/engines/ollama/ollama.ts';

const MODEL = 'qwen2.5-coder:0.5b';

function trace(texts: readonly string[], change: Partial<RecordedTrace> = {}): RecordedTrace {
  return {
    ...{ id: texts.join(''), problem: 'p', lang: 'typescript', kind: 'lineend', typed: 0 },
    ...{ prompt: 'const a = ', suffix: '\nconst b = 1;\n', gold: 'one;' },
    ...{ model: MODEL, cap: 64, end: 'cap' },
    tokens: texts.map((text) => ({ text, logprob: -0.01 })),
    ...change,
  };
}

const MORE = Array.from({ length: 60 }, (_, n) => ` x${n}`);

function costsOf(one: RecordedTrace) {
  const rows = atEngine([one], GPU_PACE);
  return (id: string) => rows.find((row) => row.id === id)?.tokens;
}

test('a rule whose client sends the line break pays for its line, one that closes for the close too', () => {
  const costs = costsOf(trace(['one', ';\n', 'two', ';\n', ...MORE]));
  assert.equal(costs('peer-first-newline'), 2);
  assert.equal(costs('shortstop-balanced'), 2);
  assert.equal(costs('simple'), 4, 'two tokens behind its own stop');
});

test('a stop in mid-line pays for what the close takes, and no more than the line has', () => {
  const argument = { prompt: 'call(', suffix: ');\n', gold: 'one' };
  const far = costsOf(trace(['one', ')', ' more', ' of', ' it', ' all', ';\n'], argument));
  assert.equal(far('shortstop-balanced'), 2 + 3, 'behind a bracket the stream is read on');
  const near = costsOf(trace(['one', ')', ';\n', ...MORE], argument));
  assert.equal(near('shortstop-balanced'), 3);
});

test('what is asked for again is paid for twice', () => {
  const tokens = ['one', '(()', ' =>', ' {\n', '  two', '();\n', '});\n', ...MORE];
  const costs = costsOf(trace(tokens));
  assert.equal(costs('confidence-faithful'), 4 + 7 + 2);
});

test('the end token counts, and a stream that ends by itself has nothing behind it', () => {
  const costs = costsOf(trace(['one', ';'], { end: 'natural-end' }));
  assert.equal(costs('peer-first-newline'), 3);
  assert.equal(costs('simple'), 3);
});

test('the replaying engine answers as recorded, cuts at a stop string, and counts what nobody reads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shortstop-pace-'));
  const log = join(folder, 'engine.log');
  const recorded = trace(['one', ';\n', 'two', ...MORE]);
  const server = await ReplayEngine.start([recorded], log, MODEL, {
    ...{ msPerToken: 10, prefillTokensPerSecond: 1e6, closeMs: 60 },
  });
  const engine = new OllamaEngine({ url: server.url });
  const raw = `<|fim_prefix|>${recorded.prompt}<|fim_suffix|>${recorded.suffix}<|fim_middle|>`;
  const ask = (stop: readonly string[]) =>
    engine.generate({
      ...{ model: MODEL, prompt: { raw }, maxTokens: 64, alternatives: 0, stop },
      signal: new AbortController().signal,
    });
  const taken: string[] = [];
  try {
    const whole = ask(['\n']);
    let next = await whole.next();
    for (; !next.done; next = await whole.next()) taken.push(next.value.text);
    assert.deepEqual(taken, ['one', ';']);
    assert.equal(next.value.atStop, 'within-last-token');
    const left = ask([]);
    await left.next();
    await left.return({ end: 'cap', promptTokens: null, tokens: null });
    await server.idle();
    const [first, second] = slotReleases(log);
    assert.equal(first?.generatedTokens, 2);
    const behind = second?.generatedTokens ?? 0;
    assert.ok(behind > 3 && behind < recorded.tokens.length, `${behind} tokens`);
    assert.equal(second?.cachedTokens, (second?.promptTokens ?? 0) - 1, 'the same prompt again');
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
});
