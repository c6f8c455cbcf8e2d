import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  aggressivenessAt,
  checkPath,
  pointAt,
} from '../../../server/stopping/policy/aggressiveness.ts';
import { chooseRule, type LearnedWeights } from '../../../server/stopping/policy/choose-rule.ts';
import type { Decision } from '../../../server/stopping/controller.ts';
import { FEATURE_NAMES } from '../../../server/stopping/reading/features.ts';
import { learnedRule } from '../../../server/stopping/rules/learned-rule.ts';
import { tokensLeft, type TokensLeft } from '../../../server/stopping/policy/model.ts';
import { pointOf, type PartialPoint } from '../../../server/stopping/policy/point.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { madeUpWeights } from '../../support/weights.ts';
import { PATIENT, at } from './synthetic.ts';

const PATH: readonly PartialPoint[] = [
  { tauDone: 1, tauAlive: 0.01 },
  { tauDone: 0.8, tauAlive: 0.01 },
  { tauDone: 0.8, tauAlive: 0.3 },
  { tauDone: 0.5, tauAlive: 0.9 },
];
const QWEN = { name: 'qwen2.5-coder:0.5b', digest: '' };
const LEVELS = Array.from({ length: 31 }, (_, i) => i / 30);

/** 40 / (n + 2) tokens after n on the line: the feature is ln (1 + n). */
const LEFT: TokensLeft = {
  model: {
    kind: 'logistic',
    means: FEATURE_NAMES.lite.map(() => 0),
    scales: FEATURE_NAMES.lite.map(() => 1),
    weights: FEATURE_NAMES.lite.map((name) => (name === 'line tokens' ? -1 : 0)),
    bias: 0,
  },
  most: 40,
};
const counting = (weights: LearnedWeights): LearnedWeights => ({
  ...weights,
  policy: { ...weights.policy, left: LEFT },
});

const PIECES = [
  'a',
  ' b',
  '(',
  ')',
  ';',
  ';\n',
  '\n',
  '    ',
  '{\n',
  '}',
  '"',
  ', ',
  '.x',
  ' =',
  ':',
];
const PLACES = [
  at('f(|)'),
  at('{\n  a();\n  |\n}\n'),
  at('if (x) {|\n}'),
  at('def f():\n    x = 1\n    |\n', 'python'),
  at('x = "a|, b"\n', 'go'),
];

function streams(count: number) {
  const random = seededRandom(5);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return Array.from({ length: count }, () => ({
    context: pick(PLACES),
    tokens: Array.from({ length: 30 }, () => ({
      text: pick(PIECES),
      logprob: random() < 0.02 ? null : -3 * random() ** 3,
    })),
  }));
}

const decided = (
  { context, tokens }: ReturnType<typeof streams>[number],
  weights: LearnedWeights | null,
  knobs: { aggressiveness?: number; lambda?: number },
) => {
  const settings = DEFAULT_SETTINGS.stopping;
  const chosen = chooseRule({ weights, logprobs: true, settings, patient: false, ...knobs });
  return replay(chosen.rule, context, chosen.settings, tokens, 'cap').decision;
};

describe('the path of the knob', () => {
  test('begins at the reference, meets every point and ends at the last', () => {
    assert.deepEqual(pointAt(PATH, 0), pointOf({ tauDone: 1, tauAlive: 0 }));
    PATH.forEach((point, i) => assert.deepEqual(pointAt(PATH, (i + 1) / 4), pointOf(point)));
    const half = pointAt([{ tauDone: 0.5, tauAlive: 0.2 }], 0.5);
    assert.deepEqual(half, pointOf({ tauDone: 0.75, tauAlive: 0.1 }));
  });

  test('makes no threshold more patient as aggressiveness grows', () => {
    const random = seededRandom(9);
    for (let round = 0; round < 200; round += 1) {
      const length = 1 + Math.floor(40 * random());
      const alive = Array.from({ length }, random).sort((a, b) => a - b);
      const done = Array.from({ length }, random).sort((a, b) => b - a);
      const path = alive.map((tauAlive, i) => ({ tauAlive, tauDone: done[i] ?? 0 }));
      checkPath(path);
      const levels = Array.from({ length: 60 }, random).sort((a, b) => a - b);
      let before = pointAt(path, 0);
      for (const level of [...levels, 1]) {
        const now = pointAt(path, level);
        assert.ok(now.tauAlive >= before.tauAlive && now.tauDone <= before.tauDone);
        before = now;
      }
      const last = path.at(-1);
      assert.ok(last);
      assert.deepEqual(before, pointOf(last));
    }
  });

  test('is refused where it turns back, is empty or holds no probability; so is a knob out of range', () => {
    assert.throws(() => checkPath([]), RangeError);
    assert.throws(() => checkPath([...PATH, { tauDone: 0.6, tauAlive: 0.9 }]), /turns back.* 4/);
    assert.throws(() => checkPath([...PATH, { tauDone: 0.5, tauAlive: 0.8 }]), /turns back.* 4/);
    assert.throws(() => checkPath([{ tauDone: 0.5, tauAlive: 1.2 }]), /no probability/);
    assert.throws(() => checkPath([{ tauDone: 0.5, tauAlive: Number.NaN }]), /no probability/);
    for (const level of [-0.1, 1.1, Number.NaN])
      assert.throws(() => pointAt(PATH, level), RangeError);
  });
});

describe('the knob', () => {
  const own = weightsFor(QWEN);
  assert.ok(own);
  const kinds: readonly [string, LearnedWeights | null][] = [
    ['weights that ship', own],
    ['weights with a path', { ...madeUpWeights(), path: PATH }],
    ['weights with presets alone', madeUpWeights()],
    ['no weights', null],
  ];
  for (const [name, weights] of kinds) {
    test(`moves no decision back as it falls: ${name}`, () => {
      let moved = 0;
      for (const stream of streams(150)) {
        const tokens = LEVELS.map(
          (aggressiveness) => decided(stream, weights, { aggressiveness }).tokens,
        );
        tokens.forEach((now, i) => assert.ok(now <= (tokens[i - 1] ?? Infinity), tokens.join()));
        moved += Number(tokens[0] !== tokens.at(-1));
      }
      assert.ok(moved > 10, `${moved} of 150 moved`);
    });
  }

  test('at 0 is the patient reference, at 1 the last point', () => {
    for (const stream of streams(100)) {
      const patient: Decision = replay(
        learnedRule('', own.policy, { tauDone: 1, tauAlive: 0 }),
        stream.context,
        PATIENT,
        stream.tokens,
        'cap',
      ).decision;
      assert.deepEqual(decided(stream, own, { aggressiveness: 0 }), patient);
      const last = (own.path ?? [own.thresholds.saver]).at(-1);
      assert.ok(last);
      const bold: Decision = replay(
        learnedRule('', own.policy, last),
        stream.context,
        PATIENT,
        stream.tokens,
        'cap',
      ).decision;
      assert.deepEqual(decided(stream, own, { aggressiveness: 1 }), bold);
    }
  });

  test('is told by the policy in words, and leaves a request without it as it was', () => {
    const question = {
      weights: { ...madeUpWeights(), path: PATH },
      logprobs: true,
      settings: DEFAULT_SETTINGS.stopping,
      patient: false,
    };
    const { policy } = chooseRule({ ...question, aggressiveness: 0.75 });
    assert.match(policy, /done 0.8 alive 0.3 show 0$/);
    assert.match(chooseRule(question).policy, /done 0.8 alive 0.1 show 0$/);
    const simple = chooseRule({ ...question, weights: null, aggressiveness: 0 });
    assert.match(simple.policy, /^shortstop done 1 alive 0 show 0$/);
  });
});

describe('the cost-aware form', () => {
  const LAMBDAS = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 1];
  const weights = counting(madeUpWeights());

  test('gives up on a line exactly where going on costs more than it brings', () => {
    const lambda = 0.05;
    let given = 0;
    for (const { context, tokens } of streams(100)) {
      const rule = learnedRule('', weights.policy, { tauDone: 1, tauAlive: 0, lambda });
      let state = rule.begin(context, PATIENT);
      let lineTokens = 0;
      for (const token of tokens) {
        const step = rule.step(state, token);
        state = step.state;
        const { pAlive } = rule.scores?.(state) ?? { pAlive: null };
        lineTokens += 1;
        const expected = 40 / (lineTokens + 2);
        if (token.text.includes('\n')) break;
        const gaveUp = step.decision?.reason === 'hopeless';
        if (gaveUp || !step.decision) {
          assert.equal(gaveUp, (pAlive ?? 1) < lambda * expected);
        }
        given += Number(gaveUp);
        if (step.decision) break;
      }
    }
    assert.ok(given > 10, `${given} of 100 given up`);
  });

  test('moves no decision back as lambda falls, at any aggressiveness', () => {
    let moved = 0;
    for (const stream of streams(100)) {
      for (const aggressiveness of [0, 0.4, 0.8]) {
        const tokens = LAMBDAS.map(
          (lambda) => decided(stream, weights, { aggressiveness, lambda }).tokens,
        );
        tokens.forEach((now, i) => assert.ok(now <= (tokens[i - 1] ?? Infinity), tokens.join()));
        moved += Number(tokens[0] !== tokens.at(-1));
      }
    }
    assert.ok(moved > 10, `${moved} moved`);
  });

  test('moves no decision back as aggressiveness falls, at any lambda', () => {
    for (const stream of streams(60)) {
      for (const lambda of [0.005, 0.03]) {
        const tokens = LEVELS.map(
          (aggressiveness) => decided(stream, weights, { aggressiveness, lambda }).tokens,
        );
        tokens.forEach((now, i) => assert.ok(now <= (tokens[i - 1] ?? Infinity), tokens.join()));
      }
    }
  });

  test('costs nothing at lambda 0, and is told by the policy in words', () => {
    for (const stream of streams(60)) {
      assert.deepEqual(
        decided(stream, weights, { lambda: 0 }),
        decided(stream, madeUpWeights(), {}),
      );
    }
    const question = {
      logprobs: true,
      settings: DEFAULT_SETTINGS.stopping,
      patient: false,
      lambda: 0.01,
    };
    assert.match(chooseRule({ ...question, weights }).policy, /show 0 lambda 0.01$/);
    assert.match(chooseRule({ ...question, weights: madeUpWeights() }).policy, /show 0$/);
  });

  test('is refused by weights that expect no number of tokens', () => {
    const { policy } = madeUpWeights();
    const build = () => learnedRule('', policy, { tauDone: 1, tauAlive: 0, lambda: 0.1 });
    assert.throws(build, RangeError);
  });

  test('expects a share of the most tokens', () => {
    const none = FEATURE_NAMES.lite.map(() => 0);
    assert.equal(tokensLeft(LEFT, none), 20);
  });
});

describe('boldness', () => {
  const model = { name: 'qwen2.5-coder:0.5b', digest: '' };
  const weights = weightsFor(model);
  const stopping = { ...DEFAULT_SETTINGS.stopping, preset: 'balanced' as const };
  const chosen = (boldness?: number) =>
    chooseRule({ weights, logprobs: true, settings: stopping, patient: false, boldness });

  test('of 1 is the preset itself, of 0 gives nothing up, and goes one way in between and beyond', () => {
    assert.deepEqual(chosen(1).point, chosen().point);
    assert.deepEqual(chosen(0).point, pointOf({ tauDone: 1, tauAlive: 0 }));
    const points = [0, 0.25, 0.5, 0.75, 0.99, 1, 1.2, 1.5, 2].map((each) => chosen(each).point);
    for (const [i, point] of points.entries()) {
      const before = points[i - 1];
      assert.ok(!before || (point && point.tauAlive >= before.tauAlive));
      assert.ok(!before || (point && point.tauDone <= before.tauDone));
    }
    const end = weights?.path?.at(-1);
    assert.ok(end && points.at(-1)?.tauAlive === end.tauAlive);
  });

  test('moves the simple rule along its presets', () => {
    const simple = (boldness: number) =>
      chooseRule({ weights: null, logprobs: true, settings: stopping, patient: false, boldness });
    assert.ok((simple(0.5).point?.tauAlive ?? 1) < (simple(1).point?.tauAlive ?? 0));
    assert.ok((simple(1.5).point?.tauAlive ?? 0) > (simple(1).point?.tauAlive ?? 1));
  });
});

test('the aggressiveness of a point on the path leads back to it', () => {
  for (const point of PATH) {
    const { tauDone, tauAlive } = pointAt(PATH, aggressivenessAt(PATH, point));
    assert.deepEqual({ tauDone, tauAlive }, point);
  }
});
