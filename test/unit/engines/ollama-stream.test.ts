import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokensOf, type StreamLine } from '../../../server/engines/ollama-stream.ts';

const entry = (token: string, logprob: number) => ({ token, logprob, bytes: [] });

test('several entries of one line are several tokens', async () => {
  const line = { text: 'ab', done: false, logprobs: [entry('a', -1), entry('b', -2)] };
  assert.deepEqual(await texts([line]), [
    ['a', -1],
    ['b', -2],
  ]);
});

test('a character merged out of several tokens is one token with the last logprob', async () => {
  const line = { text: '🙂', done: false, logprobs: [entry('\ufffd', -1), entry('\ufffd', -2)] };
  assert.deepEqual(await texts([line]), [['🙂', -2]]);
});

test('a server without logprobs gives tokens without', async () => {
  assert.deepEqual(await texts([{ text: 'a', done: false }]), [['a', null]]);
});

test('text in the last line is not lost', async () => {
  assert.deepEqual(await texts([], { text: 'z', done: true, done_reason: 'stop' }), [['z', null]]);
});

test('a logprob that rounding has pushed above 0 is 0', async () => {
  assert.deepEqual(await texts([{ text: 'a', done: false, logprobs: [entry('a', 1e-9)] }]), [
    ['a', 0],
  ]);
});

async function texts(
  lines: readonly StreamLine[],
  last: StreamLine = { text: '', done: true, done_reason: 'stop' },
) {
  const found: (readonly [string, number | null])[] = [];
  const stream = tokensOf(linesOf([...lines, last]), { engine: 'Ollama' }, performance.now());
  for await (const { text, logprob } of stream) found.push([text, logprob]);
  return found;
}

async function* linesOf(lines: readonly StreamLine[]): AsyncGenerator<StreamLine> {
  for (const line of lines) yield await Promise.resolve(line);
}
