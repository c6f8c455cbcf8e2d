import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cutTasks } from '../../../bench/record/plan.ts';
import { findCuts } from '../../../server/learning/calibrate/cut.ts';
import { LabelWatch } from '../../../bench/record/label.ts';
import { recordAll, recordTask, type TokenSource } from '../../../bench/record/recorder.ts';
import { listSources, readSource } from '../../../bench/record/sources.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { readTraces, type Task } from '../../../bench/traces.ts';

const CODE = `import { readFile } from 'node:fs/promises';

/** Reads the settings of a project and checks every value. */
export async function readSettings(path: string, strict = false) {
  const text = await readFile(join(path, 'settings.json'), 'utf8');
  const settings = JSON.parse(text);
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) {
      throw new Error(\`\${name} has no value\`);
    }
    console.log(name.toUpperCase(), value);
  }
  return settings;
}
`;
const source = { name: 'p/settings.ts', path: '/p/settings.ts', lang: 'typescript' };

describe('cutting tasks', () => {
  const cuts = findCuts(CODE, 'typescript');
  const golds = (kind: string) =>
    cuts.filter((cut) => cut.kind === kind).map((cut) => CODE.slice(cut.start, cut.end));

  test('each kind ends where a person would end', () => {
    assert.ok(golds('lineend').includes("readFile(join(path, 'settings.json'), 'utf8');"));
    assert.ok(golds('args').includes("join(path, 'settings.json'), 'utf8'"));
    assert.ok(golds('args').includes("path, 'settings.json'"));
    assert.ok(golds('midline').includes('JSON.parse(text)'));
    assert.ok(golds('empty').includes('const settings = JSON.parse(text);'));
    assert.ok(golds('empty').includes('if (value === undefined) {'));
    assert.ok(golds('block').includes('throw new Error(`${name} has no value`);'));
    assert.ok(golds('comment').includes('checks every value. */'));
  });

  test('no cut begins or ends inside a word', () => {
    for (const { start, end } of cuts) {
      assert.doesNotMatch(CODE.slice(start - 1, start + 1), /^\w\w$/);
      assert.doesNotMatch(CODE.slice(end - 1, end + 1), /^\w\w$/);
    }
  });

  test('only letters typed in advance put the cursor into a word, about one time in five', () => {
    let typed = 0;
    let all = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      for (const task of cutTasks(source, CODE, 3, seededRandom(seed * 7919))) {
        const at = CODE.indexOf(task.prompt.slice(-60) + task.gold + task.suffix.slice(0, 20));
        assert.notEqual(at, -1);
        assert.equal(/\w$/.test(task.prompt) && /^\w/.test(task.gold), task.typed > 0);
        assert.ok(task.typed === 0 || (task.typed >= 2 && task.typed <= 4));
        typed += Number(task.typed > 0);
        all += 1;
      }
    }
    assert.ok(all > 800);
    assert.ok(typed / all > 0.1 && typed / all < 0.25, `${typed} of ${all}`);
  });

  test('the same seed cuts the same tasks', () => {
    const once = cutTasks(source, CODE, 3, seededRandom(5));
    assert.deepEqual(cutTasks(source, CODE, 3, seededRandom(5)), once);
  });
});

test('a recording ends once its label is known, with a margin for other boundaries and repairs', () => {
  const until = (gold: string, tokens: readonly string[]) => {
    const watch = new LabelWatch(gold);
    return tokens.findIndex((token) => watch.add(token));
  };
  const words = (count: number) => Array.from({ length: count }, () => 'x ');
  // 24 tokens past the match, whatever lines end there.
  assert.equal(until('foo()', ['foo', '(', ')\n', ...words(40)]), 26);
  // A second line's end behind the divergence, or one and 24 tokens, or 48 tokens.
  assert.equal(until('foo()', ['fo', 'o', ' (', '1', ')\n', 'b\n', ...words(60)]), 5);
  assert.equal(until('foo()', ['fo', 'o', ' (', '1', ')\n', ...words(60)]), 27);
  assert.equal(until('foo()', ['fo', 'o', ' (', '1', ...words(60)]), 51);
  // What can still become the wanted text goes on.
  assert.equal(until('a\nb\nc\nd', ['a\n', 'b\n', 'c\n']), -1);
});

describe('recording', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'record-'));
  });
  after(() => rm(folder, { recursive: true }));

  const task = (id: string): Task => ({
    id,
    problem: 'p',
    lang: 'go',
    kind: 'args',
    prompt: 'f(',
    suffix: ')',
    gold: 'xy',
    typed: 0,
  });
  const end = { done: 'length', promptTokens: 3, promptMs: 1, evalMs: 2 } as const;
  const saying = (...texts: string[]): TokenSource =>
    async function* () {
      for (const text of texts) {
        await Promise.resolve();
        yield { text, logprob: -0.123456, alternatives: [{ text, logprob: -1 }], arrivedMs: 7 };
      }
      return end;
    };

  test('what is recorded reads back as a trace, cut or complete', async () => {
    const file = join(folder, 'traces.jsonl');
    const never = new AbortController().signal;
    const jobs = [
      { task: task('whole'), labelsOnly: false },
      { task: task('label'), labelsOnly: true },
    ];
    const record = (job: (typeof jobs)[number]) =>
      recordTask(job, 'm', 4, saying('z', '\n', '\n', 'y'), never);
    const result = await recordAll(jobs, 2, record, file, () => undefined, never);
    assert.equal(result.recorded, 2);
    const traces = [];
    for await (const trace of readTraces(file)) traces.push(trace);
    traces.sort((a, b) => a.id.localeCompare(b.id));
    assert.deepEqual(
      traces.map(({ id, end: how, tokens }) => [id, how, tokens.length]),
      [
        ['label', 'cut', 3],
        ['whole', 'cap', 4],
      ],
    );
    assert.deepEqual(traces[1]?.tokens[0], {
      text: 'z',
      logprob: -0.1235,
      alternatives: [{ text: 'z', logprob: -1 }],
      arrivedMs: 7,
    });
  });

  test('a job that fails is tried once more, and then counted as failed', async () => {
    const file = join(folder, 'failing.jsonl');
    const never = new AbortController().signal;
    const attempts = new Map<string, number>();
    const record = (job: { task: Task }) => {
      const count = (attempts.get(job.task.id) ?? 0) + 1;
      attempts.set(job.task.id, count);
      const fails = job.task.id === 'never' || (job.task.id === 'once' && count === 1);
      return fails ? Promise.reject(new Error('no')) : Promise.resolve({ id: job.task.id });
    };
    const jobs = ['good', 'once', 'never'].map((id) => ({ task: task(id), labelsOnly: false }));
    const result = await recordAll(jobs, 1, record, file, () => undefined, never);
    assert.deepEqual([result.recorded, result.failed, result.left], [2, 1, 0]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    assert.deepEqual(lines, ['{"id":"good"}', '{"id":"once"}']);
  });

  test('a folder is read without what its .gitignore names, and without generated files', async () => {
    const root = join(folder, 'package');
    await mkdir(join(root, 'lib', 'made'), { recursive: true });
    await mkdir(join(root, 'node_modules', 'x'), { recursive: true });
    const write = (path: string, text: string) => writeFile(join(root, path), text);
    await write('lib/.gitignore', 'made/\nsecret.ts\n');
    await write('lib/kept.ts', CODE);
    await write('lib/secret.ts', CODE);
    await write('lib/types.d.ts', CODE);
    await write('lib/made/out.ts', CODE);
    await write('node_modules/x/index.js', CODE);
    await write('made.go', `// Code generated by protoc. DO NOT EDIT.\n${CODE}`);
    const found = await listSources(root, 'pkg');
    assert.deepEqual(
      found.map(({ name }) => name),
      ['pkg/lib/kept.ts', 'pkg/made.go'],
    );
    const texts = await Promise.all(found.map(readSource));
    assert.deepEqual(
      texts.map((text) => text !== null),
      [true, false],
    );
  });
});
