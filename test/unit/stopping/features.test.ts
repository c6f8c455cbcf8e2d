import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBoundaries, readToken } from '../../../server/stopping/reading/boundary.ts';
import { cursorLine } from '../../../server/stopping/reading/cursor-line.ts';
import {
  addFeatures,
  beginFeatures,
  FEATURE_NAMES,
  featureVector,
  type FeatureSet,
} from '../../../server/stopping/reading/features.ts';
import type { CursorContext, TraceToken } from '../../../server/stopping/trace.ts';

const context: CursorContext = {
  prefix: 'function f(alpha) {\n  use(alpha);\n  use(',
  suffix: ');\n  done();\n}\n',
  languageId: 'typescript',
  kind: 'arguments',
  multiLine: 'auto',
};

function after(tokens: readonly TraceToken[], set: FeatureSet = 'full'): Record<string, number> {
  let reader = readBoundaries(cursorLine(context));
  let state = beginFeatures(context, reader);
  for (const token of tokens) {
    reader = readToken(reader, token.text).reader;
    state = addFeatures(state, token);
  }
  const vector = featureVector(state, reader, set);
  assert.equal(vector.length, FEATURE_NAMES[set].length);
  assert.ok(vector.every(Number.isFinite));
  return Object.fromEntries(FEATURE_NAMES[set].map((name, i) => [name, vector[i] ?? Number.NaN]));
}

test('the lite set is how the full set begins, and needs no alternatives', () => {
  const token = { text: 'alpha', logprob: -0.5 };
  const full = Object.entries(
    after([{ ...token, alternatives: [{ text: 'alpha', logprob: -0.5 }] }]),
  );
  const lite = Object.entries(after([token], 'lite'));
  assert.deepEqual(full.slice(0, lite.length), lite);
});

test('log-probabilities are summed, and their lowest two kept', () => {
  const seen = after([-0.5, -2, -1].map((logprob) => ({ text: 'x', logprob })));
  assert.equal(seen['logprob'], -3.5);
  assert.equal(seen['lowest logprob'], -2);
  assert.equal(seen['second lowest logprob'], -1);
  assert.equal(seen['first logprob'], -0.5);
  assert.equal(seen['last logprob'], -1);
});

test('words that stand nowhere around the cursor are new', () => {
  assert.equal(after([{ text: 'alpha', logprob: -1 }])['new words'], 0);
  assert.equal(after([{ text: 'beta', logprob: -1 }])['new words'], 1);
});

test('the entropy of two equal alternatives is that of a coin', () => {
  const half = Math.log(0.5);
  const alternatives = [
    { text: 'a', logprob: half },
    { text: '', logprob: half },
  ];
  const seen = after([{ text: 'a', logprob: half, alternatives }]);
  assert.ok(Math.abs((seen['last entropy'] ?? 0) - Math.log(2)) < 1e-4);
  assert.equal(seen['last margin'], 0);
  assert.equal(seen['end probability'], 0.5);
});

test('an engine without log-probabilities gives numbers too', () => {
  assert.equal(after([{ text: 'x', logprob: null }])['logprob'], -0.6931);
});
