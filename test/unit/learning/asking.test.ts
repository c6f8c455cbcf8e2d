import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkedAskingWeights,
  worthOfAsking,
  isWorthAsking,
  SHIPPED_ASKING,
  type AskingWeights,
} from '../../../server/learning/asking/asking.ts';
import { debounceOf } from '../../../server/learning/asking/debounce.ts';
import { ASKING_FEATURES, askingVector } from '../../../server/learning/asking/features.ts';
import type { LastAnswer, StretchNow } from '../../../server/learning/asking/question.ts';

const FRESH: StretchNow = { kind: 'line-end', letters: 0, behind: 'blank', last: null };
const FAILED: LastAnswer = {
  accepted: false,
  typed: 1,
  agreed: 0,
  silent: true,
  pAlive: 0.05,
  contradicted: 0.2,
  failures: 6,
};

const weighing = (weights: Record<string, number>): AskingWeights => ({
  intercept: 1,
  weights: {
    ...Object.fromEntries(Object.keys(ASKING_FEATURES).map((name) => [name, 0])),
    ...weights,
  },
  bars: { faithful: 0, balanced: 2, saver: 3 },
  fittedOn: 'a test',
});

describe('asking at a key', () => {
  test('adds up the characters that each feature stands for', () => {
    const weights = weighing({ afterBlank: 0.5, atToken: 0.25, failed: -4 });
    assert.equal(worthOfAsking(FRESH, weights), 1.75);
    assert.equal(worthOfAsking({ ...FRESH, last: FAILED }, weights), -2.25);
  });

  test('is decided by the bar of the preset, that of `balanced` under `custom`', () => {
    const weights = weighing({ afterBlank: 1 });
    assert.equal(isWorthAsking(FRESH, 'balanced', weights), true);
    assert.equal(isWorthAsking(FRESH, 'custom', weights), true);
    assert.equal(isWorthAsking(FRESH, 'saver', weights), false);
  });

  test('knows no last answer once something of it was accepted', () => {
    const names = Object.keys(ASKING_FEATURES);
    const set = (now: StretchNow) => names.filter((_, at) => askingVector(now)[at] === 1);
    assert.deepEqual(set({ ...FRESH, last: { ...FAILED, accepted: true } }), [
      'atToken',
      'afterBlank',
      'accepted',
    ]);
    assert.ok(set({ ...FRESH, last: FAILED }).includes('manyFailures'));
  });

  test('refuses weights that are for other features', () => {
    const { atToken, ...others } = SHIPPED_ASKING.weights;
    assert.equal(typeof atToken, 'number');
    assert.throws(
      () => checkedAskingWeights({ ...SHIPPED_ASKING, weights: others }),
      /fit them again/,
    );
  });

  test('asks less under a preset that saves more', () => {
    const { faithful, balanced, saver } = SHIPPED_ASKING.bars;
    assert.ok(faithful < balanced && balanced < saver);
  });
});

describe('how long a key waits', () => {
  const settings = { debounce: 75 };

  test('is what the settings say until the pace is known, and where the user chose it', () => {
    assert.equal(debounceOf(settings, { gapMs: null, answerMs: 20 }), 75);
    assert.equal(debounceOf({ debounce: 300 }, { gapMs: 180, answerMs: 20 }), 300);
  });

  test('follows the answer: next to nothing where it is fast, the whole where it is slow', () => {
    assert.ok(debounceOf(settings, { gapMs: 180, answerMs: 30 }) <= 10);
    assert.equal(debounceOf(settings, { gapMs: 180, answerMs: 700 }), 75);
  });
});
