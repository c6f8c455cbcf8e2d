import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, test } from 'node:test';
import { EngineError } from '../../../server/engines/engine.ts';
import { OllamaEngine } from '../../../server/engines/ollama/ollama.ts';
import {
  badAtGenerating,
  startStream,
  tokenLine,
  type BadEngine,
} from '../../support/bad-engines/bad-engine.ts';

let bad: BadEngine | null = null;

afterEach(async () => {
  await bad?.stop();
  bad = null;
});

test('an answer that is trickled line by line ends when its time is over', async () => {
  const error = await failureOf((response) => trickle(response, tokenLine('a')), 400);
  assert.match(error.message, /did not complete its answer within 0\.4 s/);
});

test('an answer that is trickled in bytes, and never completes a line, is silence', async () => {
  const error = await failureOf((response) => trickle(response, ' '), 60_000);
  assert.match(error.message, /sent nothing for 0\.2 s/);
});

test('a model that writes more than it was asked for is left at the limit', async () => {
  bad = await badAtGenerating((response) => {
    startStream(response);
    trickle(response, tokenLine('a'), 1);
  });
  const stream = engineAt(bad, 60_000).generate(request(5));
  let tokens = 0;
  for (let next = await stream.next(); ; next = await stream.next()) {
    if (next.done) {
      assert.equal(next.value.end, 'cap');
      break;
    }
    tokens++;
  }
  assert.equal(tokens, 5);
});

async function failureOf(
  answer: (response: ServerResponse) => void,
  whole: number,
): Promise<EngineError> {
  bad = await badAtGenerating((response) => {
    startStream(response);
    answer(response);
  });
  const stream = engineAt(bad, whole).generate(request(128));
  try {
    for (let next = await stream.next(); !next.done; next = await stream.next());
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, 'stalled');
    return error;
  }
  assert.fail('the stream ended well');
}

function engineAt({ url }: BadEngine, whole: number): OllamaEngine {
  return new OllamaEngine({ url, patience: { first: 1_000, between: 200, whole } });
}

function request(maxTokens: number) {
  const { signal } = new AbortController();
  return { model: 'qwen2.5-coder:0.5b', prompt: { raw: 'a' }, maxTokens, alternatives: 0, signal };
}

/** Writes the same again and again, for as long as somebody listens. */
function trickle(response: ServerResponse, text: string, everyMs = 50): void {
  const timer = setInterval(() => response.write(text), everyMs);
  response.on('close', () => clearInterval(timer));
}
