import assert from 'node:assert/strict';
import { parseSettings } from '../../../shared/settings.ts';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { chosenOf } from '../../../server/learning/cascade/choose.ts';
import { beliefsOf, SHIPPED_CURVE } from '../../../server/learning/cascade/curve.ts';
import {
  afterFailures,
  balanceInWords,
  balanceOf,
  stays,
} from '../../../server/learning/cascade/escalate.ts';
import {
  believed,
  CELLS,
  cellOf,
  noCells,
  withPair,
} from '../../../server/learning/cascade/pairs.ts';
import type { Candidate, EscalationQuestion } from '../../../server/learning/cascade/question.ts';
import { hedged } from '../../../server/learning/cascade/weights.ts';

const SMALL = { model: 'small', digest: 'sha256:1', preset: 'balanced' };
const LARGE = { model: 'large', digest: 'sha256:2', preset: 'balanced' };

function question(over: Partial<EscalationQuestion> = {}): EscalationQuestion {
  return {
    kind: 'escalation',
    trigger: 'automatic',
    place: { kind: 'line-end', languageId: 'typescript' },
    ...{ small: SMALL, large: LARGE },
    scores: { pDone: null, pAlive: 0.3 },
    cost: { firstTokenMs: 500, decodeMs: 300, swapBackMs: 0, tokens: 6 },
    user: { waitedMs: 600, gapMs: 200, failures: 0 },
    ...{ lambda: 0.05, spentTokens: 0 },
    ...over,
  };
}

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const ms = fc.integer({ min: 0, max: 20_000 });

describe('asking a larger model', () => {
  test('its gain is what it is the more probably right by, for as long as the user waits', () => {
    const { net, stay, costSeconds } = balanceOf(question(), { pSmall: 0.2, pLarge: 0.5 });
    assert.equal(stay, 800 / 1600);
    assert.equal(costSeconds, 1.6);
    assert.ok(Math.abs(net - (0.3 * 0.5 - 0.05 * 1.6)) < 1e-12);
  });

  test('a better larger model, a worse smaller one or a lower price never turn a yes into a no', () => {
    fc.assert(
      fc.property(probability, probability, probability, ms, (pSmall, pLarge, step, delay) => {
        const asked = question({
          cost: { firstTokenMs: delay, decodeMs: 100, swapBackMs: 50, tokens: 6 },
        });
        const { net } = balanceOf(asked, { pSmall, pLarge });
        const up = pLarge + step * (1 - pLarge);
        assert.ok(balanceOf(asked, { pSmall, pLarge: up }).net >= net);
        assert.ok(balanceOf(asked, { pSmall: pSmall * step, pLarge }).net >= net);
        const cheaper = { ...asked, lambda: asked.lambda * step };
        assert.ok(balanceOf(cheaper, { pSmall, pLarge }).net >= net);
      }),
    );
  });

  test('a longer delay or a swap never turns a no into a yes where there is something to gain', () => {
    fc.assert(
      fc.property(probability, probability, ms, ms, (pSmall, step, delay, more) => {
        const pLarge = pSmall + step * (1 - pSmall);
        const cost = { firstTokenMs: delay, decodeMs: 100, swapBackMs: 0, tokens: 6 };
        const { net } = balanceOf(question({ cost }), { pSmall, pLarge });
        const slower = { ...cost, firstTokenMs: delay + more };
        assert.ok(balanceOf(question({ cost: slower }), { pSmall, pLarge }).net <= net);
        const swapped = { ...cost, swapBackMs: more };
        assert.ok(balanceOf(question({ cost: swapped }), { pSmall, pLarge }).net <= net);
      }),
    );
  });

  test('the gap between the models is widest in the middle of the scores', () => {
    const gain = (pAlive: number) => {
      const { pSmall, pLarge } = beliefsOf(SHIPPED_CURVE, pAlive);
      return pLarge - pSmall;
    };
    assert.ok(gain(0.3) > gain(0.02));
    assert.ok(gain(0.3) > gain(0.9));
  });

  test('what its tokens cost within a budget is taken off, and said', () => {
    const beliefs = { pSmall: 0.2, pLarge: 0.5 };
    const [free, priced] = [0, 0.01].map((price) => balanceOf(question(), beliefs, price));
    assert.ok(free && priced);
    assert.ok(Math.abs(free.net - priced.net - 6 * 0.01) < 1e-12);
    assert.doesNotMatch(balanceInWords(free, 0.05), /tokens/);
    assert.match(balanceInWords(priced, 0.05), /1\.60 s at 0\.05, its tokens 0\.060$/);
  });

  test('whoever has waited longer is the likelier to wait on; who asked by a command waits', () => {
    assert.ok(stays(2000, 1000, 200, 'automatic') > stays(200, 1000, 200, 'automatic'));
    assert.equal(stays(0, 9000, 200, 'complete-here'), 1);
    assert.equal(stays(0, 1000, 0, 'automatic'), 0);
  });

  test('answers that came to nothing here lower what is expected of the smaller model', () => {
    assert.equal(afterFailures(0.6, 0), 0.6);
    assert.equal(afterFailures(0.6, 4), 0.3);
  });
});

describe('what is believed of a pair of models', () => {
  test('the price of a second that settings begin with is the shipped one, rounded', () => {
    const { lambda } = parseSettings({}).settings.ensemble;
    assert.equal(lambda, Number(SHIPPED_CURVE.lambda.toFixed(2)));
  });

  test('is the shipped curve before any pair, and what the pairs say after many', () => {
    let cells = noCells();
    assert.deepEqual(believed(cells, 0.3), beliefsOf(SHIPPED_CURVE, 0.3));
    for (let i = 0; i < 500; i += 1)
      cells = withPair(cells, 0.3, { small: i % 2 === 0, large: i % 4 === 0 });
    const { pSmall, pLarge } = believed(cells, 0.3);
    assert.ok(Math.abs(pSmall - 0.5) < 0.02);
    assert.ok(Math.abs(pLarge - 0.25) < 0.02);
    assert.ok(Math.abs(believed(cells, 0.9).pLarge - beliefsOf(SHIPPED_CURVE, 0.9).pLarge) < 1e-12);
  });

  test('no score counts as hopeless, and every score has a cell', () => {
    assert.equal(cellOf(null), 0);
    assert.equal(cellOf(0), 0);
    assert.equal(cellOf(1), CELLS - 1);
  });
});

describe('weights of models', () => {
  test('without a share they are those of exponential weights in one step', () => {
    const losses = [
      { a: 0.2, b: 0.9, c: 0.5 },
      { a: 0.7, b: 0.1, c: 0.5 },
      { a: 0.3, b: 0.6, c: 1 },
    ];
    const step = { eta: 0.4, share: 0 };
    const after = losses.reduce((weights, loss) => hedged(weights, loss, step), {});
    const raw = { a: Math.exp(-0.4 * 1.2), b: Math.exp(-0.4 * 1.6), c: Math.exp(-0.4 * 2) };
    const sum = raw.a + raw.b + raw.c;
    for (const key of ['a', 'b', 'c'] as const)
      assert.ok(Math.abs((after as typeof raw)[key] - raw[key] / sum) < 1e-12);
  });

  test('with a share none falls below its part, and they sum to 1', () => {
    let weights = {};
    for (let i = 0; i < 2000; i += 1) weights = hedged(weights, { a: 0, b: 1 });
    const { a = 0, b = 0 } = weights as { a?: number; b?: number };
    assert.ok(b >= 1 / 400);
    assert.ok(Math.abs(a + b - 1) < 1e-9);
  });
});

describe('which candidate is served', () => {
  const small = (group: number | null, pAlive: number): Candidate => ({
    expert: SMALL,
    group,
    pAlive,
  });
  const large = (group: number | null, pAlive: number): Candidate => ({
    expert: LARGE,
    group,
    pAlive,
  });
  const chosen = (candidates: readonly Candidate[], weights = {}) =>
    chosenOf({ kind: 'choice', candidates }, weights);

  test('the one that is more probably right, times what its model weighs', () => {
    assert.equal(chosen([small(0, 0.2), large(1, 0.6)]), 1);
    assert.equal(chosen([small(0, 0.9), large(1, 0.1)]), 0);
    const weights = { 'sha256:1 balanced': 0.95, 'sha256:2 balanced': 0.05 };
    assert.equal(chosen([small(0, 0.5), large(1, 0.6)], weights), 0);
  });

  test('what two models agree on counts for both', () => {
    const middle: Candidate = { ...large(0, 0.45), expert: { ...LARGE, digest: 'sha256:3' } };
    assert.equal(chosen([small(0, 0.5), large(1, 0.6)]), 1);
    assert.notEqual(chosen([small(0, 0.5), middle, large(1, 0.6)]), 2);
  });

  test('a candidate with nothing to serve yields to one that has', () => {
    assert.equal(chosen([small(0, 0.1), large(null, 0.9)]), 0);
    assert.equal(chosen([small(null, 0.1), large(null, 0.1)]), 1);
  });
});
