import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hashOf } from '../../../server/learning/calibrate/content.ts';
import { armOrders } from '../../../bench/live/order.ts';
import type { LiveRow } from '../../../bench/live/rows.ts';
import { inWords, sharedRows, summaryOf } from '../../../bench/live/summary.ts';
import { countsOf, heldOutTasks, spread } from '../../../bench/live/tasks.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../../../bench/train/weights.ts';
import type { Task } from '../../../bench/traces.ts';

const ROOT = join(import.meta.dirname, '../../..');

function task(problem: string, lang: string, kind: string, n = 0): Task {
  const id = `${problem}:${n}`;
  return { id, problem, lang, kind, prompt: 'x = ', suffix: '\n', gold: 'y', typed: 0 };
}

describe('held-out tasks', () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    task(`p${i % 100}`, i % 100 < 80 ? 'typescript' : 'go', i % 3 === 0 ? 'args' : 'lineend', i),
  );

  test('are one of a file at most, and of every language as many where there are enough', () => {
    const chosen = spread(many, 30, 1);
    assert.equal(new Set(chosen.map(({ problem }) => problem)).size, 30);
    assert.deepEqual(
      countsOf(chosen.map(({ lang }) => lang)),
      new Map([
        ['typescript', 15],
        ['go', 15],
      ]),
    );
    const args = chosen.filter(({ kind }) => kind === 'args').length;
    assert.ok(args >= 9 && args <= 11, `${args} of 30`);
  });

  test('are the same for the same seed, others for another', () => {
    const ids = (seed: number) => spread(many, 10, seed).map(({ id }) => id);
    assert.deepEqual(ids(1), ids(1));
    assert.notDeepEqual(ids(1), ids(2));
  });

  test('are found in the project’s own source, none of it seen in training', async () => {
    const trained = (await readWeights(SHIPPED_WEIGHTS.lite)).trainedOn.problems;
    const { tasks, trainedOn } = await heldOutTasks({ from: [ROOT], count: 100, seed: 1, trained });
    assert.equal(tasks.length, 100);
    assert.equal(trainedOn, 0);
    assert.ok(new Set(tasks.map(({ kind }) => kind)).size >= 5);
    assert.ok(new Set(tasks.map(({ lang }) => lang)).size >= 2);
  });

  test('leave out what was trained on, by the problem’s hash, and cursors inside a word', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'live-'));
    const file = join(folder, 'tasks.jsonl');
    const known = 'project/known.ts';
    const tasks = [
      task(known, 'go', 'args'),
      { ...task('project/word.ts', 'go', 'args'), prompt: 'wo', suffix: 'rd' },
      task('project/span.ts', 'go', 'span'),
      task('project/open.ts', 'go', 'args'),
    ];
    const trained = [hashOf('other/known.ts'), hashOf(known)];
    await mkdir(folder, { recursive: true });
    await writeFile(file, tasks.map((each) => JSON.stringify(each)).join('\n'));
    try {
      const found = await heldOutTasks({ from: [file], count: 9, seed: 1, trained });
      assert.deepEqual(
        found.tasks.map(({ problem }) => problem),
        ['project/open.ts'],
      );
      assert.equal(found.trainedOn, 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('every arm comes equally often at every place of the order', () => {
  const orders = armOrders(['a', 'b', 'c'], 99, 5);
  for (const place of [0, 1, 2]) {
    assert.deepEqual(
      [...countsOf(orders.map((order) => order[place] ?? '')).values()],
      [33, 33, 33],
    );
  }
  assert.ok(new Set(orders.map((order) => order.join(''))).size > 3);
  assert.deepEqual(armOrders(['a', 'b', 'c'], 99, 5), orders);
});

const DECISION = { rule: 'learned-lite', reason: 'line-end', tokens: 4, offset: 9 };

function row(
  arm: string,
  name: string,
  engineTokens: number,
  more: Partial<LiveRow> = {},
): LiveRow {
  return {
    ...{ arm, task: name, lang: 'go', kind: 'args', turn: 0, promptTokens: 20, cachedTokens: 0 },
    ...{ engineTokens, streamTokens: engineTokens, ended: 'stopped', stopMs: 90, firstTokenMs: 40 },
    ...{ decision: DECISION, replayed: DECISION },
    ...{ answerMs: 100, offered: true, exact: true },
    ...more,
  };
}

describe('the account of an arm', () => {
  test('counts overshoot behind the deciding token, of requests that the rule stopped alone', () => {
    const rows = [
      row('ours', 'a', 5),
      row('ours', 'b', 6),
      row('ours', 'c', 128, { ended: 'cap', offered: false, exact: false, answerMs: 900 }),
    ];
    const summary = summaryOf('ours', rows);
    assert.deepEqual(summary.overshoot, [1, 2]);
    assert.deepEqual(summary.servedMs, [100, 100]);
    assert.deepEqual(summary.answerMs, [100, 100, 900]);
    assert.deepEqual(summary.decodingMs, [50, 50, 50]);
    assert.equal(summary.engineTokens, (5 + 6 + 128) / 3);
    assert.deepEqual([summary.exact, summary.offered, summary.n], [2, 2, 3]);
  });

  test('is of the tasks that all arms have done, where a run was interrupted', () => {
    const rows = [row('ours', 'a', 5), row('off', 'a', 128), row('ours', 'b', 5)];
    assert.deepEqual(
      sharedRows(rows, ['ours', 'off']).map(({ task }) => task),
      ['a', 'a'],
    );
    const names = { compared: ['ours', 'off'], ours: 'ours', off: 'off', control: 'control' };
    assert.match(inWords(rows, names).join('\n'), /^ours: 5\.00 tokens .* 3\.9 % of off$/m);
  });

  test('counts fidelity over streams that ran on, and finds a decision that differs', () => {
    const names = { compared: ['ours', 'off'], ours: 'ours', off: 'off', control: 'control' };
    const other = { ...DECISION, tokens: 5 };
    const rows = [
      row('control', 'a', 60),
      row('control', 'b', 60, { replayed: other }),
      row('control', 'c', 4),
      row('ours', 'a', 5),
      row('off', 'a', 128, { replayed: other, ended: 'cap' }),
      // Another rule is not compared: the stream lacks what it needs.
      row('ours', 'b', 5, { decision: { ...DECISION, rule: 'learned-full' } }),
      row('off', 'b', 128, { ended: 'cap' }),
    ];
    const said = inWords(rows, names).join('\n');
    assert.match(said, /fidelity: 1 of 2 control requests that ran on/);
    assert.match(said, /without stopping: 0 of 1/);
  });
});
