import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  effectsFrom,
  fitAround,
  originOf,
  recalibrated,
  UNCHANGED,
} from '../../../../server/learning/profile/recalibration.ts';
import { shrunk, spreadOf, steadied } from '../../../../server/learning/profile/shrinkage.ts';
import { NO_LABELS, withLabels, type Tally } from '../../../../server/learning/profile/tally.ts';

function near(actual: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not ${expected}`);
}

describe('how far places differ, against statsmodels 0.14 (combine_effects, method_re "chi2")', () => {
  test('eight schools (Rubin 1981) differ by no more than chance', () => {
    const values = [28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16];
    const errors = [14.9, 10.2, 16.3, 11, 9.4, 11.4, 10.4, 17.6];
    const schools = values.map((value, i) => ({ value, variance: (errors[i] ?? 0) ** 2 }));
    near(spreadOf(schools).value, -49.39663009338199);
  });

  test('five places that differ', () => {
    const values = [0.9, -0.4, 0.35, 1.6, -1.1];
    const variances = [0.08, 0.15, 0.05, 0.3, 0.2];
    const places = values.map((value, i) => ({ value, variance: variances[i] ?? 0 }));
    near(spreadOf(places).value, 0.5637821612349914);
  });

  test('of fewer than two nothing is known, and the expected spread stands', () => {
    const spread = spreadOf([{ value: 3, variance: 1 }]);
    assert.equal(spread.precision, 0);
    assert.equal(steadied(spread, 0.25), 0.25);
  });

  test('many sure places outweigh what was expected, and none makes the spread vanish', () => {
    near(steadied({ value: 1, precision: 1e6 }, 0.25), 1, 1e-3);
    assert.equal(steadied({ value: -1, precision: 1e6 }, 0.25), 0.025);
  });

  test('an effect is drawn towards the common one by its share of the variance', () => {
    // Efron & Morris 1975: B = variance / (variance + spread) of the way.
    near(shrunk({ value: 2, variance: 0.5 }, 1, 1.5), 1.75);
    assert.equal(shrunk({ value: 2, variance: 1e12 }, 1, 1).toFixed(6), '1.000000');
  });
});

/** Labels at log-odds on the bins' middles, of which so many came true. */
const BY_LOG_ODDS = [
  [-4, 10, 1],
  [-3.5, 8, 1],
  [-3, 6, 2],
  [-2.5, 5, 1],
  [-2, 4, 2],
  [-1, 4, 2],
  [0, 3, 2],
  [1, 2, 2],
  [2, 1, 1],
] as const;
const TALLY: Tally = BY_LOG_ODDS.reduce((tally, [x, n, met]) => {
  const p = 1 / (1 + Math.exp(-x));
  return withLabels(tally, [
    { p, met: true, weight: met },
    { p, met: false, weight: n - met },
  ]);
}, NO_LABELS);

describe('recalibration, against statsmodels and scipy on the same labels', () => {
  test('the most probable one around what is common is that of BFGS', () => {
    const fit = fitAround(
      TALLY,
      { intercept: 0.2, slope: 0.9 },
      { intercept: 0.25, slope: 0.04 },
      -2.6,
    );
    near(fit.intercept, 1.04198553, 1e-5);
    near(fit.slope, 0.91745255, 1e-5);
  });

  test('with a spread without limit it is the GLM', () => {
    const fit = fitAround(TALLY, UNCHANGED, { intercept: 1e9, slope: 1e9 }, -2.6);
    near(fit.intercept, 1.6427905, 1e-5);
    near(fit.slope, 0.82646043, 1e-5);
  });

  test('with none it is what is common', () => {
    const common = { intercept: 0.4, slope: 1.2 };
    const fit = fitAround(TALLY, common, { intercept: 1e-12, slope: 1e-12 }, -2.6);
    near(fit.intercept, 0.4);
    near(fit.slope, 1.2);
  });

  test('one step of Newton, and its variances', () => {
    const { intercept, slope } = effectsFrom(TALLY, UNCHANGED, -2.6);
    near(intercept.value, 3.27367202, 1e-4);
    near(slope.value, -0.80019039, 1e-4);
    near(intercept.variance, 0.51642207, 1e-4);
    near(slope.variance, 0.11879822, 1e-4);
  });

  test('labels that all agree give a finite estimate', () => {
    const agreeing = withLabels(NO_LABELS, [{ p: 0.5, met: true, weight: 40 }]);
    const fit = fitAround(agreeing, UNCHANGED, { intercept: 0.25, slope: 0.04 }, 0);
    assert.ok(Number.isFinite(fit.intercept) && fit.intercept > 0 && fit.intercept < 5);
  });

  test('a threshold on what is recalibrated is turned back', () => {
    const by = { intercept: 0.7, slope: 1.3 };
    for (const p of [0.03, 0.2, 0.8]) near(recalibrated(originOf(p, by, 1.4), by, 1.4), p);
  });
});
