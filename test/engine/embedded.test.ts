import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasEmbedded } from '../../scripts/embedded.mjs';
import { EmbeddedEngine } from '../../server/engines/embedded/embedded.ts';
import { EngineError } from '../../server/engines/engine.ts';
import { conformance } from './conformance.ts';

const MODEL = 'qwen2.5-coder:0.5b';

async function startEmbedded() {
  if (!(await hasEmbedded())) return null;
  const engine = new EmbeddedEngine();
  const models = await engine.models();
  if (!models.some(({ name }) => name === MODEL)) return null;
  return { engine, model: MODEL, stop: () => Promise.resolve() };
}

conformance({
  name: 'embedded',
  advice: 'install it and its model with `npm test`',
  start: startEmbedded,
});

test('a killed child process is a typed failure, and the next request starts another', async (t) => {
  const subject = await startEmbedded();
  if (!subject) {
    t.skip('embedded is not on this machine: install it with `npm test`');
    return;
  }
  const { engine } = subject;
  const request = {
    model: MODEL,
    prompt: { raw: 'a = 1\nb = ' },
    maxTokens: 30,
    alternatives: 0,
    signal: new AbortController().signal,
  };
  const stream = engine.generate(request);
  try {
    assert.equal((await stream.next()).done, false);
    assert.ok(engine.pid !== undefined);
    process.kill(engine.pid, 'SIGKILL');
    await assert.rejects(
      async () => {
        for (let next = await stream.next(); !next.done; next = await stream.next());
      },
      (error) => error instanceof EngineError && error.code === 'died',
    );
    const again = engine.generate({ ...request, maxTokens: 2 });
    assert.equal((await again.next()).done, false);
    await again.return({ end: 'cap', promptTokens: null, tokens: null });
  } finally {
    await engine.dispose();
  }
});
