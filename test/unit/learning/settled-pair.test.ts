import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cascadeLearner } from '../../../server/learning/cascade/learner.ts';
import { keyOf } from '../../../server/learning/cascade/choose.ts';
import { settledPair } from '../../../server/learning/cascade/settled-pair.ts';
import type { PairEvidence, RivalAnswer } from '../../../server/learning/learner.ts';
import type { RequestCode, RequestRecord } from '../../../server/outcomes/records.ts';
import type { EscalationQuestion, Expert } from '../../../server/learning/cascade/question.ts';
import { request } from '../../storage/rows.ts';

const SMALL: Expert = { model: 'small', digest: 'sha256:1', preset: 'balanced' };
const LARGE: Expert = { model: 'large', digest: 'sha256:2', preset: 'balanced' };

function codeOf(served: string | null, ahead = ''): RequestCode {
  const place = { prefix: 'const a = ', suffix: ';\n', languageId: 'typescript' };
  const context = { ...place, kind: 'line-end', multiLine: 'auto' } as const;
  return { context, ahead, tokens: [], maxTokens: 128, served, pAlive: 0.3 };
}

function answered(
  small: string | null,
  large: string | null,
  change: Partial<RequestRecord> = {},
  ahead = '',
) {
  const own = request('r1', 'e1', { model: 'small', modelDigest: 'sha256:1', stopMs: 300 });
  const other = { model: 'large', modelDigest: 'sha256:2', first: false, escalatedFrom: 'r1' };
  return [
    { request: own, code: codeOf(small, ahead) },
    {
      request: request('r2', 'e1', { ...other, stopMs: 1500, ...change }),
      code: codeOf(large, ahead),
    },
  ];
}

describe('two answers to one request', () => {
  test('are judged by what was kept, each by its own text', () => {
    const pair = settledPair(answered('b + c', 'b - c'), 'b - c');
    assert.deepEqual(pair?.evidence, {
      kind: 'pair',
      small: { expert: SMALL, pAlive: 0.3, matched: false, ms: 300 },
      large: { expert: LARGE, pAlive: 0.3, matched: true, ms: 1200 },
    });
    assert.deepEqual(pair.matches, [
      { requestId: 'r1', matched: false },
      { requestId: 'r2', matched: true },
    ]);
  });

  test('are judged behind the list entry that was asked for', () => {
    const pair = settledPair(answered('.sum()', '.max()', {}, 'prices'), 'prices.sum()');
    assert.equal(pair?.evidence.small.matched, true);
    assert.equal(settledPair(answered('.sum()', '.max()', {}, 'prices'), 'costs.sum()'), null);
  });

  test('are no pair where one has no answer, or they are of different requests', () => {
    assert.equal(settledPair(answered('b', null), 'b'), null);
    assert.equal(settledPair(answered('b', 'c', { escalatedFrom: 'r0' }), 'b'), null);
    assert.equal(settledPair(answered('b', 'c').slice(0, 1), 'b'), null);
  });
});

describe('what is learned of the models of an ensemble', () => {
  const answer = (expert: Expert, matched: boolean): RivalAnswer => ({
    ...{ expert, matched },
    ...{ pAlive: 0.3, ms: 500 },
  });
  const pair = (small: boolean, large: boolean): PairEvidence => ({
    kind: 'pair',
    small: answer(SMALL, small),
    large: answer(LARGE, large),
  });
  const question: EscalationQuestion = {
    ...{ kind: 'escalation', trigger: 'automatic', small: SMALL, large: LARGE, lambda: 0.04 },
    spentTokens: 0,
    place: { kind: 'line-end', languageId: 'typescript' },
    scores: { pDone: null, pAlive: 0.3 },
    cost: { firstTokenMs: 100, decodeMs: 100, swapBackMs: 0, tokens: 6 },
    user: { waitedMs: 0, gapMs: null, failures: 0 },
  };

  test('is nothing before a pair, and survives being stored', () => {
    const empty = cascadeLearner.empty();
    assert.equal(cascadeLearner.advise(empty, question, null), null);
    assert.equal(cascadeLearner.observe(empty, { kind: 'span' } as never), empty);
    const state = cascadeLearner.observe(empty, pair(false, true));
    assert.deepEqual(cascadeLearner.read(JSON.parse(JSON.stringify(state))), state);
    assert.equal(cascadeLearner.read({ weights: {}, pairs: { x: [] } }), null);
  });

  test('moves beliefs and weights to the model that was right', () => {
    let state = cascadeLearner.empty();
    for (let i = 0; i < 60; i += 1) state = cascadeLearner.observe(state, pair(true, false));
    const advice = cascadeLearner.advise(state, question, null);
    assert.ok(advice?.kind === 'escalation' && advice.beliefs);
    assert.ok(advice.beliefs.pSmall > 0.8 && advice.beliefs.pLarge < 0.2);
    assert.match(advice.says, /^60 requests/);
    assert.ok((state.weights[keyOf(SMALL)] ?? 0) > 0.95);
    const other = cascadeLearner.advise(state, { ...question, large: SMALL, small: LARGE }, null);
    assert.equal(other, null);
  });
});
