import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StopSettings } from '../../../server/stopping/controller.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/shortstop-rule.ts';
import type { CursorContext, TraceToken } from '../../../server/stopping/trace.ts';
import { SKIP_RECORDED, TRACE_FILES, recordedTraces } from './recorded-traces.ts';
import { PATIENT, at } from './synthetic.ts';

/** Mulberry32: the same cases on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  'a',
  ' b',
  '(',
  ')',
  '{',
  '}',
  ';',
  ';\n',
  '\n',
  '  ',
  '    ',
  '"',
  ':',
  ':\n',
  ',',
];
const PIECES_2 = [' {\n', '}\n', '\n\n', 'x();\n', "'", '\r\n', '. ', '[', ']', 'if', ' y'];
const PLACES: readonly [string, string][] = [
  ['f(|)', 'typescript'],
  ['{\n  a();\n  |\n}\n', 'typescript'],
  ['if (x) {|\n}', 'typescript'],
  ['def f():\n    x = 1\n    |\n', 'python'],
  ['for x in y:\n|    print(x)\n', 'python'],
  ['x = "a|, b"\n', 'go'],
  ['// note |\n', 'rust'],
];

interface Case {
  readonly context: CursorContext;
  readonly tokens: readonly TraceToken[];
}

function cases(count: number): Case[] {
  const next = random(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  return Array.from({ length: count }, () => {
    const [code, language] = pick(PLACES);
    const mode = pick(['auto', 'auto', 'always', 'never'] as const);
    const tokens = Array.from({ length: 40 }, () => ({
      text: pick([...PIECES, ...PIECES_2]),
      logprob: next() < 0.02 ? null : -1.5 * next() ** 3,
    }));
    return { context: at(code, language, mode), tokens };
  });
}

const decide = ({ context, tokens }: Case, settings: Partial<StopSettings> = {}) =>
  replay(shortstopRule, context, { ...PATIENT, ...settings }, tokens, 'cap').decision;

function recordedCases(): Case[] {
  return TRACE_FILES.flatMap(recordedTraces);
}

const LADDER = [1, 0.9, 0.7, 0.5, 0.3, 0.17, 0.1, 0.05, 0.01, 0];

function neverMovesBack(all: readonly Case[], settingsOf: (level: number) => object): void {
  for (const one of all) {
    let before = { offset: 0, tokens: 0 };
    for (const level of LADDER) {
      const now = decide(one, settingsOf(level));
      assert.ok(now.offset >= before.offset && now.tokens >= before.tokens);
      before = now;
    }
  }
}

function seesNoFuture(all: readonly Case[]): void {
  for (const one of all) {
    const settings = { tauAlive: 0.1, tauDone: 0.95, showBar: 0.3 };
    const whole = decide(one, settings);
    const known = { ...one, tokens: one.tokens.slice(0, whole.tokens) };
    assert.deepEqual(decide(known, settings), whole);
  }
}

const KNOBS: readonly [string, (level: number) => Partial<StopSettings>][] = [
  ['tauAlive falls', (level) => ({ tauAlive: level, showBar: 0.5 })],
  ['tauDone rises', (level) => ({ tauDone: 1 - level, tauAlive: 0.05 })],
  ['showBar falls', (level) => ({ showBar: level, tauAlive: 0.1, tauDone: 0.9 })],
];

test('tokens after the decision change nothing', () => seesNoFuture(cases(2000)));

for (const [knob, settingsOf] of KNOBS) {
  test(`the stop never moves back while ${knob}`, () => neverMovesBack(cases(500), settingsOf));
  test(`nor on recorded traces while ${knob}`, { skip: SKIP_RECORDED }, () =>
    neverMovesBack(recordedCases(), settingsOf),
  );
}

test('tokens after the decision change nothing on recorded traces', { skip: SKIP_RECORDED }, () =>
  seesNoFuture(recordedCases()),
);

test('a state can be stepped twice with the same result', () => {
  for (const { context, tokens } of cases(200)) {
    let state = shortstopRule.begin(context, PATIENT);
    for (const token of tokens) {
      const once = shortstopRule.step(state, token);
      assert.deepEqual(shortstopRule.step(state, token), once);
      if (once.decision) break;
      state = once.state;
    }
  }
});

test('what is served is at a boundary: never blank alone, never beyond the text', () => {
  for (const one of cases(1000)) {
    const { offset } = decide(one);
    const text = one.tokens.map((token) => token.text).join('');
    assert.ok(offset <= text.length);
    if (offset > 0) assert.notEqual(text.slice(0, offset).trim(), '');
  }
});
