import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterInterval, meanOf, quantile } from '../../../bench/replay/bootstrap.ts';
import { measure, referenceOf } from '../../../bench/replay/measure.ts';
import { oracleCausal, oracleClairvoyant } from '../../../bench/replay/oracles.ts';
import { candidates } from '../../../bench/replay/rules.ts';
import { REPLAY_SETTINGS } from '../../../bench/replay/settings.ts';
import { replay, type Candidate } from '../../../bench/replay/run.ts';
import { noStop } from '../../../server/stopping/rules/no-stop.ts';
import { simpleRule } from '../../../bench/peers/rules/simple.ts';
import { trace } from './samples.ts';

const of = (rule: ReturnType<Candidate['ruleFor']>): Candidate => ({
  id: rule.id,
  ruleFor: () => rule,
});
const run = (candidate: Candidate, traces: Parameters<typeof replay>[1]) =>
  replay(candidate, traces, REPLAY_SETTINGS);

test('premature, overrun and captured are told apart over the reachable traces', () => {
  const traces = [
    trace(['foo', '(', ')', ';\n', 'bar'], 'foo();'),
    trace(['foo', '\n'], 'foo\nbar'),
    trace(['foo', '\n', 'bar', '\n'], 'foo\nbar'),
    trace(['x', '+', 'y', '\n'], 'x'),
  ];
  const simple = run(of(simpleRule()), traces);
  assert.deepEqual(
    simple.outcomes.map(({ exact, premature, overrun }) => [exact, premature, overrun]),
    [
      [true, false, false],
      [false, false, false],
      [false, true, false],
      [false, false, true],
    ],
  );
  const measured = measure(traces, simple, simple);
  assert.equal(measured.em, 1 / 4);
  assert.equal(measured.reachable, 3 / 4);
  assert.equal(measured.captured, 1 / 3);
  assert.equal(measured.premature, 1 / 3);
  assert.equal(measured.overrun, 1 / 3);
  assert.equal(measured.lost, 0);
  assert.equal(measured.tokens, (4 + 2 + 2 + 4) / 4);
});

test('lost matches count only where the reference matches, and an oracle is no reference', () => {
  const traces = [trace(['a', '\n'], 'a'), trace(['b', '\n'], 'b\n'), trace(['c'], 'd')];
  const good = run(of(simpleRule()), traces);
  const bad = run(
    of(noStop(1)),
    traces.map((t, i) => (i === 0 ? trace(['z'], 'a') : t)),
  );
  const reference = referenceOf([bad, good, { ...good, id: 'oracle-x' }], (id) => id === 'simple');
  assert.equal(reference.id, 'simple');
  assert.equal(measure(traces, bad, reference).lost, 1 / 2);
});

test('the causal oracle pays up to the divergence, the clairvoyant one nothing', () => {
  const traces = [
    trace(['fo', 'o(', ')\n', 'x'], 'foo()'),
    trace(['fo', 'x', 'y'], 'foo()'),
    trace(['fo', 'o'], 'foo()', { end: 'natural-end' }),
  ];
  const cost = (candidate: Candidate) =>
    run(candidate, traces).outcomes.map(({ decision, exact }) => [decision.tokens, exact]);
  assert.deepEqual(cost(oracleCausal), [
    [3, true],
    [2, false],
    [2, false],
  ]);
  assert.deepEqual(cost(oracleClairvoyant), [
    [3, true],
    [0, false],
    [0, false],
  ]);
});

test('no rule but an oracle sees past the token at which it decides', () => {
  const tokens = ['foo', '(a', ', b', ');\n', '  if', ' (x', ') {\n', '    y', ';\n', '}', '\n\n'];
  const whole = trace(tokens, 'foo(a, b);', { suffix: '\nnext();\n' });
  for (const candidate of candidates([whole])) {
    const rule = candidate.ruleFor(whole);
    const decided = run(of(rule), [whole]).outcomes[0];
    assert.ok(decided, rule.id);
    const cut = { ...whole, tokens: whole.tokens.slice(0, decided.decision.tokens) };
    assert.deepEqual(
      run(of(rule), [cut]).outcomes[0]?.decision.offset,
      decided.decision.offset,
      rule.id,
    );
  }
});

test('the cluster bootstrap of one-member clusters has the interval of the mean', () => {
  const observations = Array.from({ length: 400 }, (_, i) => ({
    cluster: String(i),
    value: i % 4 === 0 ? 1 : 0,
    weight: 1,
  }));
  assert.equal(meanOf(observations), 0.25);
  const interval = clusterInterval(observations, 4000, 3);
  const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
  assert.ok(interval && Math.abs(interval.low - (0.25 - half)) < 0.005);
  assert.ok(Math.abs(interval.high - (0.25 + half)) < 0.005);
});

test('clusters that agree within widen the interval as their design effect says', () => {
  const observations = Array.from({ length: 400 }, (_, i) => ({
    cluster: String(Math.floor(i / 4)),
    value: Math.floor(i / 4) % 2,
    weight: 1,
  }));
  const interval = clusterInterval(observations, 4000, 5);
  const half = 1.96 * Math.sqrt(0.25 / 100);
  assert.ok(interval && Math.abs((interval.high - interval.low) / 2 - half) < 0.01);
});

test('quantiles interpolate between order statistics', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([1, 2, 3, 4], 1), 4);
});
