import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StopSettings } from '../../../server/stopping/controller.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import { randomCases, type Case } from './random-cases.ts';
import { SKIP_RECORDED, TRACE_FILES, recordedTraces } from './recorded-traces.ts';
import { PATIENT } from './synthetic.ts';

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

test('tokens after the decision change nothing', () => seesNoFuture(randomCases(2000)));

for (const [knob, settingsOf] of KNOBS) {
  test(`the stop never moves back while ${knob}`, () =>
    neverMovesBack(randomCases(500), settingsOf));
  test(`nor on recorded traces while ${knob}`, { skip: SKIP_RECORDED }, () =>
    neverMovesBack(recordedCases(), settingsOf),
  );
}

test('tokens after the decision change nothing on recorded traces', { skip: SKIP_RECORDED }, () =>
  seesNoFuture(recordedCases()),
);

/** Without the tokenizer's own state, whose functions are never equal. */
function plain(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value: unknown) => (key === 'inner' ? null : value)),
  );
}

test('a state can be stepped twice with the same result', () => {
  for (const { context, tokens } of randomCases(200)) {
    let state = shortstopRule.begin(context, PATIENT);
    for (const token of tokens) {
      const once = shortstopRule.step(state, token);
      const again = shortstopRule.step(state, token);
      assert.deepEqual(again.decision, once.decision);
      assert.deepEqual(plain(again.state), plain(once.state));
      if (once.decision) break;
      state = once.state;
    }
  }
});

test('what is served is at a boundary: never blank alone, never beyond the text', () => {
  for (const one of randomCases(1000)) {
    const { offset } = decide(one);
    const text = one.tokens.map((token) => token.text).join('');
    assert.ok(offset <= text.length);
    if (offset > 0) assert.notEqual(text.slice(0, offset).trim(), '');
  }
});
