import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, GenerateEnd, GenerateRequest } from '../../../server/engines/engine.ts';
import { measure } from '../../../server/engines/probe.ts';
import type { TraceToken } from '../../../server/stopping/trace.ts';

interface Pace {
  readonly firstMs: number;
  readonly msPerToken: number;
}

/** Answers the n-th request at the n-th pace; says what it was asked. */
function pacedEngine(paces: readonly Pace[], tokens = Infinity) {
  const asked: { readonly alternatives: number; readonly raw: string }[] = [];
  async function* generate(
    request: GenerateRequest,
  ): AsyncGenerator<TraceToken, GenerateEnd, void> {
    const pace = paces[asked.length] ?? { firstMs: 1, msPerToken: 1 };
    const raw = 'raw' in request.prompt ? request.prompt.raw : '';
    asked.push({ alternatives: request.alternatives, raw });
    await Promise.resolve();
    for (let i = 0; i < Math.min(request.maxTokens, tokens); i += 1) {
      yield { text: 'a', logprob: -1, arrivedMs: pace.firstMs + i * pace.msPerToken };
    }
    return { end: 'cap', promptTokens: 200, tokens: null };
  }
  return { engine: { generate } as unknown as Engine, asked };
}

const { signal } = new AbortController();
const pace = (firstMs: number, msPerToken: number): Pace => ({ firstMs, msPerToken });

test('the faster of two runs counts, with alternatives and without, on cold and warm prompts', async () => {
  // The first loads the model; then cold and warm, and the other way about.
  const { engine, asked } = pacedEngine([
    ...[pace(9000, 500), pace(1400, 60)],
    ...[pace(200, 50), pace(1200, 45), pace(220, 40)],
  ]);
  const found = await measure(engine, 'm', 'nonce', signal);
  assert.equal(found.msPerToken, 40);
  assert.equal(found.msPerTokenWithAlternatives, 45);
  assert.equal(found.prefillTokensPerSecond, (200 / (1200 - 200)) * 1000);
  assert.equal(found.logprobs, true);
  const [, ...measured] = asked;
  assert.deepEqual(
    measured.map(({ alternatives }) => alternatives),
    [0, 5, 5, 0],
  );
  assert.equal(measured[0]?.raw, measured[1]?.raw);
  assert.equal(measured[2]?.raw, measured[3]?.raw);
  assert.notEqual(measured[0]?.raw, measured[2]?.raw);
});

test('what an engine gives too little to tell is not measured', async () => {
  const { engine } = pacedEngine([], 1);
  const found = await measure(engine, 'm', 'nonce', signal);
  assert.equal(found.msPerToken, null);
  assert.equal(found.msPerTokenWithAlternatives, null);
  assert.equal(found.prefillTokensPerSecond, null);
});
