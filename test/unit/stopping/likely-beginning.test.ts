import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { likelyBeginning, offeredUntil } from '../../../server/stopping/policy/likely-beginning.ts';
import { pointOf } from '../../../server/stopping/policy/point.ts';

const tokens = (...pairs: [string, number | null][]) =>
  pairs.map(([text, probability]) => ({
    text,
    logprob: probability === null ? null : Math.log(probability),
  }));
const HOPELESS = { reason: 'hopeless', offset: 0, tokens: 3, pDone: null, pAlive: 0.01 } as const;

describe('the likely beginning of a text that was given up', () => {
  test('ends where the tokens before are no longer right together with that probability', () => {
    const trace = tokens(['res', 0.9], ['ponse', 0.8], ['.json', 0.3]);
    assert.equal(likelyBeginning(trace, 0.3), 'response'.length);
    assert.equal(likelyBeginning(trace, 0.8), 'res'.length);
  });

  test('is nothing where it is short, improbable, or has no probabilities', () => {
    assert.equal(likelyBeginning(tokens(['ab', 0.9]), 0.3), 0);
    assert.equal(likelyBeginning(tokens(['response', 0.2]), 0.3), 0);
    assert.equal(likelyBeginning(tokens(['response', null]), 0.3), 0);
  });

  test('stays in the first line, and ends with no blank', () => {
    assert.equal(likelyBeginning(tokens(['return', 0.9], ['\n', 0.9], ['x', 0.9]), 0.3), 6);
    assert.equal(likelyBeginning(tokens(['return ', 0.9]), 0.3), 6);
  });

  test('leaves alone what a rule serves, and what a benchmark rule gives up', () => {
    const trace = tokens(['response', 0.9]);
    const point = pointOf({ tauDone: 1, tauAlive: 0.1 });
    assert.equal(offeredUntil(HOPELESS, trace, { point }), 8);
    assert.equal(offeredUntil(HOPELESS, trace, { point: null }), 0);
    assert.equal(offeredUntil({ ...HOPELESS, offset: 3 }, trace, { point }), 3);
    assert.equal(offeredUntil({ ...HOPELESS, reason: 'line-end' }, trace, { point }), 0);
    assert.equal(offeredUntil(HOPELESS, trace, { point: { ...point, showBar: 0.95 } }), 0);
  });
});
