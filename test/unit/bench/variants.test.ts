import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { pComplete } from '../../../server/stopping/policy/serving.ts';
import { tokensLeft } from '../../../server/stopping/policy/model.ts';
import type { FeatureTrace } from '../../../server/learning/fit/feature-trace.ts';
import { byLogistic, byTable, heldOut, tokensToGo } from '../../../bench/policy/expected.ts';
import { compare, familyOf, problemsOf } from '../../../bench/policy/variants.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { meanTokensLeft } from '../../../server/learning/fit/fit.ts';
import { pointOf, type ScoredTrace } from '../../../server/learning/fit/frontier.ts';

const random = seededRandom(2);
const LINE_TOKENS = FEATURE_NAMES.lite.indexOf('line tokens');

/** What is left falls with the place on the line. */
function made(i: number): FeatureTrace {
  const tokens = 3 + (i % 6);
  const rows = Array.from({ length: tokens }, (_, t) => ({
    features: FEATURE_NAMES.full.map((_name, f) => (f === LINE_TOKENS ? tokens - t : random())),
    done: random() < 0.3,
  }));
  const matched = random() < 0.4;
  return {
    problem: `p${i % 12}`,
    lang: 'go',
    kind: 'args',
    complete: true,
    rows,
    matched,
    tokens,
    reachable: matched,
    baselines: {},
  };
}

const traces = Array.from({ length: 60 }, (_, i) => made(i));
const scored: readonly ScoredTrace[] = traces.map((trace) => ({
  trace,
  alive: trace.rows.map(() => (trace.matched ? 0.5 + random() / 2 : random())),
  done: trace.rows.map(() => random() / 2),
}));
const family = (name: string, keepOf: (p: number) => number) =>
  familyOf(
    name,
    scored.map(({ trace, alive, done }) => ({
      trace,
      keep: alive.map(keepOf),
      serve: alive.map((p, t) => pComplete(done[t] ?? 0, p)),
    })),
  );

describe('families of rules', () => {
  const own = family('own', (p) => p);
  const matched = traces.filter((trace) => trace.matched).length;
  const goals = [matched, matched - 3, 5].map((goal) => () => goal);

  test('spend at each goal the least of the thresholds at which a match is lost', () => {
    const readings = compare([own], goals, traces.length, 20)[0] ?? [];
    const lowest = scored
      .filter(({ trace }) => trace.matched)
      .map(({ alive }) => Math.min(...alive.slice(0, -1)));
    const levels = [0, ...lowest];
    goals.forEach((goal, g) => {
      const points = levels.flatMap((tauAlive) =>
        [0.5, 0.6, 0.7, 0.8, 0.9, 2].map((tauDone) => pointOf(scored, { tauAlive, tauDone })),
      );
      const enough = points.filter(({ matches }) => matches >= goal());
      const least = Math.min(...enough.map(({ tokens }) => tokens));
      assert.ok(Math.abs((readings[g]?.tokens ?? 0) - least) < 1e-9);
    });
  });

  test('are equal to what only names their thresholds otherwise, draw by draw', () => {
    const [, same] = compare([own, family('log', Math.log)], goals, traces.length, 50);
    assert.ok(same);
    assert.equal(same.length, goals.length);
    for (const { ratio } of same) {
      assert.deepEqual([ratio.low, ratio.median, ratio.high], [1, 1, 1]);
    }
  });

  test('are worse where they grade by nothing', () => {
    const [good, noise] = compare([own, family('none', () => 1)], goals, traces.length, 50);
    assert.ok((noise?.[0]?.tokens ?? 0) > (good?.[0]?.tokens ?? 0));
    assert.ok((noise?.[0]?.ratio.median ?? 0) > 1);
  });
});

describe('expected tokens', () => {
  test('are the mean over all tokens where weights are fitted', () => {
    const each = traces.flatMap((trace) => trace.rows.map((_, t) => tokensToGo(trace, t)));
    const mean = each.reduce((sum, tokens) => sum + tokens, 0) / each.length;
    assert.ok(Math.abs(tokensLeft(meanTokensLeft(traces), []) - mean) < 1e-9);
  });

  const error = (guesses: readonly (readonly number[])[]) =>
    traces.reduce(
      (sum, trace, i) =>
        sum +
        trace.rows.reduce(
          (own, _, t) => own + Math.abs(tokensToGo(trace, t) - (guesses[i]?.[t] ?? 0)),
          0,
        ),
      0,
    );
  const none = error(traces.map(({ rows }) => rows.map(() => 2)));

  test('are learned from what tells of them, for problems that were not seen', () => {
    assert.equal(problemsOf(traces).length, 12);
    for (const learn of [byLogistic(tokensToGo, 16, 1), byTable(tokensToGo)]) {
      const guesses = heldOut(traces, [1, 2], learn);
      assert.ok(error(guesses) < 0.7 * none, `${error(guesses)} of ${none}`);
    }
  });

  test('are learned without the held-out problem', () => {
    const seen: string[][] = [];
    heldOut(traces, [1], (part) => {
      seen.push(problemsOf(part));
      return () => 0;
    });
    assert.equal(seen.length, 5);
    for (const problem of problemsOf(traces)) {
      assert.equal(seen.filter((part) => !part.includes(problem)).length, 1);
    }
  });
});
