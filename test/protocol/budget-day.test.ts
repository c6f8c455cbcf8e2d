import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetCommand } from '../../bench/budget/command.ts';
import { answering } from '../support/answers.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const EIGHT = answering('a', ' +', ' b', ' +', ' c', ' +', ' d', ';\n', 'next');

test('a day in fast motion spends its budget over more hours than asking as usual would', async (t) => {
  const fake = await FakeOllama.start({ answer: () => EIGHT });
  t.after(() => fake.stop());
  const lines: string[] = [];
  const args = ['--url', fake.url, '--places', '27', '--share', '0.5'];
  await budgetCommand(args, (line) => lines.push(line));
  const days = lines.flatMap((line) => {
    const [, tokens, last] = /(\d+) tokens, .* the last at (\d+):/.exec(line) ?? [];
    return last === undefined ? [] : [{ tokens: Number(tokens), last: Number(last) }];
  });
  const [unlimited, cut, paced] = days;
  assert.deepEqual(unlimited, { tokens: 216, last: 17 });
  assert.equal(cut?.last, 13);
  assert.ok((paced?.tokens ?? Infinity) <= 108 + 8, `${paced?.tokens} tokens`);
  assert.ok((paced?.last ?? 0) > 13, lines.join('\n'));
});
