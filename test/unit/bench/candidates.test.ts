import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { shippedWeights } from '../../../bench/report/command.ts';
import { contextOf } from '../../../bench/replay/context.ts';
import { candidates, VARIANTS } from '../../../bench/replay/rules.ts';
import { decide, type Candidate } from '../../../bench/replay/run.ts';
import { REPLAY_SETTINGS } from '../../../bench/replay/settings.ts';
import { loadTraces, type RecordedTrace } from '../../../bench/traces.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import { learnedRule } from '../../../server/stopping/rules/learned-rule.ts';
import { simpleRule } from '../../../bench/peers/rules/simple.ts';
import { replay } from '../../../server/stopping/replay.ts';
import type { TraceToken } from '../../../server/stopping/trace.ts';
import { randomCases } from '../stopping/random-cases.ts';
import { trace } from './samples.ts';

const FILES = ['traces-dev-0.5b.jsonl.gz', 'traces-dev-0.5b-2.jsonl.gz']
  .map((name) => join(import.meta.dirname, '../../../../shared/data', name))
  .filter((file) => existsSync(file));
const skip = FILES.length > 0 ? false : 'the recorded traces are not on this machine';
/** One in five: every rule on every one of them would take a minute. */
const recorded = async () => (await loadTraces(FILES)).filter((_, index) => index % 5 === 0);

/** Random streams as traces, with their first pieces as the gold text and some alternatives. */
function synthetic(count: number): RecordedTrace[] {
  return randomCases(count, 11).map(({ context, tokens }, index) => ({
    ...trace([], '', { prompt: context.prefix, suffix: context.suffix }),
    lang: context.languageId,
    gold: tokens
      .slice(0, index % 9)
      .map(({ text }) => text)
      .join(''),
    tokens: tokens.map((token, i) => ({
      ...token,
      alternatives: [
        { text: token.text, logprob: token.logprob ?? -1 },
        { text: i % 7 === 0 ? '' : 'other', logprob: -2 },
      ],
    })),
  }));
}

const GARBAGE: readonly TraceToken[] = ['@@', '\n\n\n', ')', '}', 'return', ''].map((text) => ({
  text,
  logprob: -9,
  alternatives: [{ text: '', logprob: -0.01 }],
}));

const learned = (tauAlive: number, tauDone: number, showBar = 0): Candidate => {
  const rule = learnedRule('learned', shippedWeights().policy, { tauAlive, tauDone, showBar });
  return { id: `learned ${tauAlive} ${tauDone}`, ruleFor: () => rule };
};

/** Every rule of the replay but the oracle that is told whether the request is hopeless. */
function rulesFor(traces: readonly RecordedTrace[]): Candidate[] {
  const causal = candidates(traces).filter(({ id }) => id !== 'oracle-clairvoyant');
  return [...causal, ...VARIANTS, learned(0.05, 0.8), learned(0.3, 0.5, 0.4)];
}

/** How many tokens a rule asks for before it has decided. */
function tokensRead(rule: StopRule, one: RecordedTrace): number {
  let read = 0;
  const stream = function* () {
    for (const token of one.tokens) {
      read += 1;
      yield token;
    }
  };
  replay(rule, contextOf(one), REPLAY_SETTINGS, stream(), 'cap');
  return read;
}

/** @returns on how many traces the rule decided before the stream's end */
function seesNoFuture(candidate: Candidate, traces: readonly RecordedTrace[]): number {
  const { id } = candidate;
  let early = 0;
  for (const one of traces) {
    const rule = candidate.ruleFor(one);
    const whole = decide(rule, one, REPLAY_SETTINGS);
    const read = tokensRead(rule, one);
    assert.equal(whole.tokens, read, `${id} states another cost than it read`);
    if (read === one.tokens.length) continue;
    early += 1;
    const known = one.tokens.slice(0, read);
    const after = (tokens: readonly TraceToken[], end: RecordedTrace['end']) =>
      decide(rule, { ...one, tokens, end }, REPLAY_SETTINGS);
    assert.deepEqual(after(known, 'natural-end'), whole, `${id}, cut off`);
    assert.deepEqual(after(known, 'cap'), whole, `${id}, cut off at the cap`);
    assert.deepEqual(after([...known, ...GARBAGE], 'cap'), whole, `${id}, garbage behind`);
  }
  return early;
}

/** @returns how many different decisions the ladder gives, over all traces */
function neverMovesBack(
  ladder: readonly number[],
  ruleAt: (level: number) => Candidate,
  traces: readonly RecordedTrace[],
): number {
  const rules = ladder.map(ruleAt);
  let moves = 0;
  for (const one of traces) {
    let before = 0;
    for (const rule of rules) {
      const { tokens } = decide(rule.ruleFor(one), one, REPLAY_SETTINGS);
      assert.ok(tokens >= before, `${rule.id}: ${tokens} after ${before} on ${one.id}`);
      if (before > 0 && tokens > before) moves += 1;
      before = tokens;
    }
  }
  return moves;
}

const ALIVE = [1, 0.8, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0];
const DONE = [0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 2];
const KNOBS: readonly [string, readonly number[], (level: number) => Candidate][] = [
  ['tauAlive falls', ALIVE, (level) => learned(level, 0.9)],
  ['tauAlive falls, with a show bar', ALIVE, (level) => learned(level, 2, 0.3)],
  ['tauDone rises', DONE, (level) => learned(0.02, level)],
  ['tauDone rises and nothing is given up', DONE, (level) => learned(0, level)],
  [
    'the simple rule’s limit falls',
    [0, -0.5, -1, -2, -4, -8],
    (level) => ({ id: `simple ${level}`, ruleFor: () => simpleRule(level) }),
  ],
];

describe('no rule of the replay sees the future', () => {
  test('on random streams', () => {
    const traces = synthetic(150);
    const early = rulesFor(traces).map((rule) => seesNoFuture(rule, traces));
    // All but the rules that never stop decide somewhere before the end.
    assert.ok(early.filter((count) => count > 0).length >= early.length - 3, early.join());
  });
  test('and one that does is found out', () => {
    const all = synthetic(150);
    const knowing = candidates(all).find(({ id }) => id === 'oracle-clairvoyant');
    assert.ok(knowing);
    assert.throws(() => seesNoFuture(knowing, all), /oracle-clairvoyant/);
  });
  test('on recorded traces', { skip }, async () => {
    const traces = await recorded();
    for (const rule of rulesFor(traces)) seesNoFuture(rule, traces);
  });
});

describe('no decision comes earlier', () => {
  for (const [knob, ladder, ruleAt] of KNOBS) {
    test(`while ${knob}`, () => {
      assert.ok(neverMovesBack(ladder, ruleAt, synthetic(150)) > 0);
    });
    test(`on recorded traces while ${knob}`, { skip }, async () => {
      assert.ok(neverMovesBack(ladder, ruleAt, await recorded()) > 0);
    });
  }
});
