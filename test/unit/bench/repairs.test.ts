import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectsOf } from '../../../bench/repairs/command.ts';
import type { RecordedTrace } from '../../../bench/traces.ts';

function trace(prompt: string, suffix: string, gold: string, text: string): RecordedTrace {
  return {
    id: prompt,
    problem: 'p',
    lang: 'typescript',
    kind: 'midline',
    prompt,
    suffix,
    gold,
    typed: 0,
    model: 'm',
    cap: 128,
    tokens: [{ text, logprob: -0.01 }],
    end: 'natural-end',
  };
}

test('a repair is credited with the matches that only it makes', () => {
  const effects = effectsOf([
    trace('f(', ');\n', 'a', 'a);\n'),
    trace('const deserializer = 1;\ng(dese', ');\n', 'rializer', 'erializer);\n'),
    trace('const a = ', '\n', '1;', '1;\n'),
  ]);
  const of = (name: string) => effects.find(({ repair }) => repair === name);
  assert.deepEqual(of('rest-of-line')?.firstNewline, { won: 2, broken: 0 });
  assert.deepEqual(of('rest-of-line')?.ours, { won: 0, broken: 0 });
  assert.deepEqual(of('word-seam')?.ours, { won: 1, broken: 0 });
  assert.deepEqual(of('prose')?.ours, { won: 0, broken: 0 });
});

test('a repair that spoils a right text is charged with it', () => {
  const own = trace('const a = ', '\n', 'b; // noqa', 'b; // noqa\n');
  const effect = effectsOf([own]).find(({ repair }) => repair === 'suppressions');
  assert.deepEqual(effect?.ours, { won: 0, broken: 1 });
});
