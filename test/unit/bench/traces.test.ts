import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { TraceError } from '../../../bench/jsonl.ts';
import { loadTraces, readTasks } from '../../../bench/traces.ts';

const row = {
  id: 'a',
  problem: 'p',
  lang: 'go',
  kind: 'args',
  prompt: 'f(\r\n',
  suffix: ')',
  gold: 'x',
  model: 'm',
  cap: 4,
  tokens: [
    ['x', -0.5, [['x', -0.5]]],
    [')', null],
    ['\n', -1, null, 12.5],
  ],
  done: 'length',
};

describe('reading traces', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'traces-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function file(name: string, content: string | Buffer): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  const fails = (code: string, line: number) => (error: unknown) =>
    error instanceof TraceError && error.code === code && error.line === line;

  test('plain and gzip files read alike, with line feeds and all parts of a token', async () => {
    const text = `${JSON.stringify(row)}\n\n${JSON.stringify({ ...row, id: 'b' })}\n`;
    const plain = await loadTraces([await file('a.jsonl', text)]);
    const zipped = await loadTraces([await file('a.jsonl.gz', gzipSync(text))]);
    assert.deepEqual(plain, zipped);
    assert.equal(plain.length, 2);
    assert.ok(plain[0]);
    assert.equal(plain[0].prompt, 'f(\n');
    assert.equal(plain[0].end, 'cap');
    assert.deepEqual(plain[0].tokens, [
      { text: 'x', logprob: -0.5, alternatives: [{ text: 'x', logprob: -0.5 }] },
      { text: ')', logprob: null },
      { text: '\n', logprob: -1, arrivedMs: 12.5 },
    ]);
  });

  test('a stream without a last line ended by itself unless it was as long as the cap', async () => {
    const { done, ...open } = row;
    assert.equal(done, 'length');
    const short = await loadTraces([await file('b.jsonl', JSON.stringify(open))]);
    assert.equal(short[0]?.end, 'natural-end');
    const full = JSON.stringify({ ...open, cap: 3, done: null });
    assert.equal((await loadTraces([await file('c.jsonl', full)]))[0]?.end, 'cap');
  });

  test('a line that is no JSON, or no trace, is named by its number', async () => {
    const good = JSON.stringify(row);
    await assert.rejects(loadTraces([await file('d', `${good}\n{oops\n`)]), fails('not-json', 2));
    const bad = JSON.stringify({ ...row, tokens: [['x']] });
    await assert.rejects(loadTraces([await file('e', `${good}\n\n${bad}`)]), fails('invalid', 3));
  });

  test('a missing, an empty and a damaged file each say so', async () => {
    await assert.rejects(loadTraces([join(folder, 'none')]), fails('unreadable', 0));
    await assert.rejects(loadTraces([await file('f', '')]), fails('no-traces', 0));
    const half = gzipSync(`${JSON.stringify(row)}\n`.repeat(3000)).subarray(0, 200);
    await assert.rejects(
      loadTraces([await file('g', half)]),
      (error: unknown) => error instanceof TraceError && error.code === 'damaged',
    );
  });

  test('a trace file serves as a task file', async () => {
    const path = await file('h', JSON.stringify({ ...row, typed: 3 }));
    const tasks = [];
    for await (const task of readTasks(path)) tasks.push(task);
    assert.deepEqual(tasks, [
      {
        id: 'a',
        problem: 'p',
        lang: 'go',
        kind: 'args',
        prompt: 'f(\n',
        suffix: ')',
        gold: 'x',
        typed: 3,
      },
    ]);
  });
});
