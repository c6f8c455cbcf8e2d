import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokensOf, type StreamLine } from '../../../server/engines/ollama/stream.ts';

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

test('the model’s own end has no text among the alternatives, however the server spells it', async () => {
  const others = [entry('<|endoftext|>', -1), entry('', -2), entry('b', -3)];
  const logprobs = [{ ...entry('a', -0.5), top_logprobs: others }];
  const stream = tokensOf(linesOf([{ text: 'a', done: false, logprobs }]), { engine: 'Ollama' }, 0);
  const { value } = await stream.next();
  assert.ok('text' in value);
  assert.deepEqual(
    value.alternatives?.map(({ text }) => text),
    ['', '', 'b'],
  );
});

test('where a stop string ended the text is told by the number of tokens', async () => {
  const line = { text: ';', done: false, logprobs: [entry(';', -1)] };
  const atStop = async (evalCount: number, reason = 'stop', stop = ['\n']) => {
    const last = { text: '', done: true, done_reason: reason, eval_count: evalCount };
    const stream = tokensOf(linesOf([line, last]), { engine: 'Ollama' }, 0, Infinity, stop);
    await stream.next();
    const { done, value } = await stream.next();
    return done ? value.atStop : assert.fail('a token more');
  };
  assert.equal(await atStop(1), 'within-last-token');
  assert.equal(await atStop(2), 'behind-last-token');
  assert.equal(await atStop(1, 'length'), undefined, 'the cap');
  assert.equal(await atStop(1, 'stop', []), undefined, 'none was sent');
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
