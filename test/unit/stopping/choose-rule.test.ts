import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseRule, type RuleQuestion } from '../../../server/stopping/policy/choose-rule.ts';
import { pointOf } from '../../../server/stopping/policy/point.ts';
import { PRESET_POINTS } from '../../../server/stopping/policy/presets.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { DEFAULT_SETTINGS, type Preset } from '../../../shared/settings.ts';
import { madeUpWeights } from '../../support/weights.ts';

const WEIGHTS = madeUpWeights();
const QUESTION: RuleQuestion = {
  weights: WEIGHTS,
  logprobs: true,
  settings: DEFAULT_SETTINGS.stopping,
  patient: false,
};
const CONTEXT = {
  prefix: 'const a = ',
  suffix: '\n',
  languageId: 'typescript',
  kind: 'line-end',
  multiLine: 'auto',
} as const;
const custom = (change: object) => ({
  ...DEFAULT_SETTINGS.stopping,
  preset: 'custom' as const,
  tauDone: 1,
  tauAlive: 0,
  showBar: 0,
  ...change,
});
const TOKENS = [
  { text: 'first', logprob: -0.1 },
  { text: ' second', logprob: -4 },
  { text: ';\n', logprob: -0.1 },
];

function decided(change: Partial<RuleQuestion>) {
  const { rule, settings } = chooseRule({ ...QUESTION, ...change });
  return replay(rule, CONTEXT, settings, TOKENS, 'natural-end').decision;
}

describe('the rule of a request', () => {
  test('is the learned one where there are weights, and its row says which', () => {
    const chosen = chooseRule(QUESTION);
    assert.equal(chosen.rule.id, 'learned-lite');
    assert.match(chosen.policy, /^learned-lite 0123456789ab done 0.8 alive 0.1 show 0$/);
    assert.deepEqual(chosen.point, pointOf(WEIGHTS.thresholds.balanced));
  });

  test('is the simple one for a model that nothing was learned for, or without log-probabilities', () => {
    for (const change of [{ weights: null }, { logprobs: false }]) {
      const chosen = chooseRule({ ...QUESTION, ...change });
      assert.equal(chosen.rule.id, 'shortstop');
      assert.equal(chosen.weights, null);
      assert.match(chosen.policy, /^shortstop done 0.9 alive 0.17 show 0$/);
    }
  });

  test('needs no alternatives by itself: weights of the full set alone are not used', () => {
    const full = { ...WEIGHTS, policy: { ...WEIGHTS.policy, set: 'full' as const } };
    assert.equal(chooseRule({ ...QUESTION, weights: full }).rule.id, 'shortstop');
  });

  test('never gives up on a longer answer that was asked for by name', () => {
    const chosen = chooseRule({ ...QUESTION, patient: true });
    assert.equal(chosen.settings.maxTokens, 256);
    assert.equal(chosen.rule.id, 'shortstop');
    assert.equal(decided({ patient: true }).reason, 'line-end');
  });

  test('takes the thresholds of the settings under custom, on the learned probabilities', () => {
    assert.equal(decided({ settings: custom({}) }).reason, 'line-end');
    const givenUp = decided({ settings: custom({ tauAlive: 0.5 }) });
    assert.deepEqual([givenUp.reason, givenUp.tokens, givenUp.offset], ['hopeless', 2, 0]);
    const served = decided({ settings: custom({ tauDone: 0.1 }) });
    assert.deepEqual([served.reason, served.offset], ['confident', 'first'.length]);
    const hidden = decided({ settings: custom({ showBar: 0.5 }) });
    assert.deepEqual([hidden.reason, hidden.offset], ['line-end', 0]);
    assert.ok((hidden.pAlive ?? 1) < 0.5);
  });

  test('takes them under custom only, without weights too', () => {
    const { point } = chooseRule({ ...QUESTION, weights: null, settings: custom({ showBar: 1 }) });
    assert.deepEqual(point, pointOf({ tauDone: 1, tauAlive: 0, showBar: 1 }));
    const settings = { ...custom({ showBar: 1 }), preset: 'balanced' as const };
    const balanced = chooseRule({ ...QUESTION, weights: null, settings });
    assert.deepEqual(balanced.point, PRESET_POINTS.balanced);
  });

  test('is another one only for a benchmark', () => {
    assert.equal(chooseRule({ ...QUESTION, instead: 'confidence' }).rule.id, 'shortstop');
    assert.equal(chooseRule({ ...QUESTION, instead: 'no-stop' }).policy, 'no-stop-128');
    assert.equal(decided({ instead: 'no-stop' }).tokens, TOKENS.length);
    assert.equal(chooseRule({ ...QUESTION, instead: 'first-newline' }).point, null);
  });
});

describe('the price of a token', () => {
  const left = { model: { kind: 'trees' as const, bias: 0, trees: [] }, most: 20 };
  const paying = { ...WEIGHTS, policy: { ...WEIGHTS.policy, left } };

  test('is heeded once it is more than the point pays anyway', () => {
    // Ten tokens to come, given up below 0.1: 0.01 a token.
    const at = (lambda: number) =>
      chooseRule({ ...QUESTION, weights: paying, lambda }).point?.lambda;
    assert.deepEqual([at(0), at(0.0099), at(0.02)], [0, 0, 0.02]);
  });

  test('is boldness for weights that expect no number of tokens, and without any', () => {
    for (const weights of [WEIGHTS, null]) {
      const point = (change: Partial<RuleQuestion>) =>
        chooseRule({ ...QUESTION, weights, ...change }).point;
      assert.deepEqual(point({ lambda: 0.025 }), point({ boldness: 1.5 }));
      assert.deepEqual(point({ lambda: 0.025, boldness: 0.5 }), point({}));
    }
  });
});

describe('the most tokens', () => {
  test('are those of the settings, or fewer, also of a longer answer', () => {
    const most = (change: Partial<RuleQuestion>) =>
      chooseRule({ ...QUESTION, ...change }).settings.maxTokens;
    assert.deepEqual([most({ most: 16 }), most({ most: 1000 })], [16, 128]);
    assert.deepEqual([most({ most: 16, patient: true }), most({ patient: true })], [16, 256]);
  });
});

describe('alternatives', () => {
  const spends = { faithful: 8, balanced: 6, saver: 4 };
  const withAlternatives = { ...madeUpWeights('full'), spends: { ...spends, faithful: 6 } };
  const weights = { ...WEIGHTS, spends, withAlternatives };
  const under = (preset: Preset, perToken: number | null, change: Partial<RuleQuestion> = {}) =>
    chooseRule({
      ...{ ...QUESTION, weights },
      costs: { msPerToken: 40, msPerTokenWithAlternatives: perToken },
      settings: { ...DEFAULT_SETTINGS.stopping, preset },
      ...change,
    });

  test('are asked for where the tokens that they save outweigh what they cost', () => {
    const free = under('faithful', 40);
    assert.deepEqual([free.rule.id, free.alternatives], ['learned-full', 5]);
    assert.match(free.policy, /^learned-full /);
    // A quarter fewer tokens, of which each takes three quarters longer.
    const dear = under('faithful', 70);
    assert.deepEqual([dear.rule.id, dear.alternatives], ['learned-lite', 0]);
  });
  test('are not asked for a few tokens, even where they are free', () => {
    const few = { ...withAlternatives, spends: { ...spends, faithful: 7.9 } };
    const change = { weights: { ...weights, withAlternatives: few } };
    assert.equal(under('faithful', 30, change).alternatives, 0);
    assert.equal(under('balanced', 30).alternatives, 0);
  });
  test('are not asked for where nothing says that they pay', () => {
    assert.equal(under('faithful', null).alternatives, 0);
    assert.equal(under('custom', 40).alternatives, 0);
    assert.equal(under('faithful', 40, { aggressiveness: 0.5 }).alternatives, 0);
    assert.equal(under('faithful', 40, { weights: WEIGHTS }).alternatives, 0);
    assert.equal(under('faithful', 40, { logprobs: false }).rule.id, 'shortstop');
    assert.equal(chooseRule({ ...QUESTION, weights }).alternatives, 0);
  });
});
