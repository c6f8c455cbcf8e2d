import type { LogisticModel } from '../../stopping/policy/model.ts';

/** One observation: features, a label, and how much it counts. */
export interface Sample {
  readonly features: readonly number[];
  readonly label: boolean;
  readonly weight: number;
}

const MAX_STEPS = 50;
const TOLERANCE = 1e-8;
/** What rounding makes of a feature that never varies. */
const NO_VARIANCE = 1e-12;

/** Solves A x = b for a symmetric positive definite A (Cholesky). */
export function solve(matrix: readonly Float64Array[], target: Float64Array): Float64Array {
  const size = target.length;
  const lower = matrix.map((row) => Float64Array.from(row));
  const at = (i: number, j: number) => lower[i]?.[j] ?? 0;
  for (let j = 0; j < size; j += 1) {
    for (let i = j; i < size; i += 1) {
      let sum = at(i, j);
      for (let k = 0; k < j; k += 1) sum -= at(i, k) * at(j, k);
      const row = lower[i];
      if (row) row[j] = i === j ? Math.sqrt(sum) : sum / at(j, j);
    }
  }
  const x = Float64Array.from(target);
  for (let i = 0; i < size; i += 1) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= at(i, k) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= at(k, i) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  return x;
}

function standardise(samples: readonly Sample[]) {
  const width = samples[0]?.features.length ?? 0;
  const means = new Array<number>(width).fill(0);
  const scales = new Array<number>(width).fill(0);
  for (const { features } of samples)
    features.forEach((x, i) => (means[i] = (means[i] ?? 0) + x / samples.length));
  for (const { features } of samples) {
    features.forEach((x, i) => {
      scales[i] = (scales[i] ?? 0) + (x - (means[i] ?? 0)) ** 2 / samples.length;
    });
  }
  // A feature that never varies must not divide by zero; its weight stays zero.
  return {
    means,
    scales: scales.map((variance) => (variance > NO_VARIANCE ? Math.sqrt(variance) : 1)),
  };
}

/**
 * Fits an L2-regularised logistic regression by Newton's method on standardised features: the minimum of
 * the weighted negative log-likelihood plus `penalty` / 2 times the squared weights, bias left out
 * (Hastie, Tibshirani & Friedman 2009, 4.4.1 and 18.4). scikit-learn's C is 1 / penalty.
 */
export function fitLogistic(samples: readonly Sample[], penalty: number): LogisticModel {
  const { means, scales } = standardise(samples);
  const width = means.length + 1;
  const rows = samples.map(({ features }) => {
    const row = Float64Array.from({ length: width }, () => 1);
    features.forEach((x, i) => (row[i] = (x - (means[i] ?? 0)) / (scales[i] ?? 1)));
    return row;
  });
  const weights = new Float64Array(width);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    samples.forEach(({ label, weight }, n) => {
      const row = rows[n] ?? new Float64Array(width);
      let score = 0;
      for (let i = 0; i < width; i += 1) score += (weights[i] ?? 0) * (row[i] ?? 0);
      const p = 1 / (1 + Math.exp(-score));
      const error = weight * (p - Number(label));
      const curve = weight * p * (1 - p);
      for (let i = 0; i < width; i += 1) {
        const x = row[i] ?? 0;
        if (x === 0) continue;
        gradient[i] = (gradient[i] ?? 0) + error * x;
        const line = hessian[i];
        if (line)
          for (let j = 0; j <= i; j += 1) line[j] = (line[j] ?? 0) + curve * x * (row[j] ?? 0);
      }
    });
    for (let i = 0; i < width; i += 1) {
      const line = hessian[i] ?? new Float64Array(width);
      // The bias is not penalised; the hair keeps the matrix definite where all labels agree.
      const extra = i < width - 1 ? penalty : 1e-9;
      gradient[i] = (gradient[i] ?? 0) + (i < width - 1 ? penalty * (weights[i] ?? 0) : 0);
      line[i] = (line[i] ?? 0) + extra;
    }
    const change = solve(hessian, gradient);
    for (let i = 0; i < width; i += 1) weights[i] = (weights[i] ?? 0) - (change[i] ?? 0);
    if (change.every((x) => Math.abs(x) < TOLERANCE)) break;
  }
  return {
    kind: 'logistic',
    means,
    scales,
    weights: [...weights.slice(0, -1)],
    bias: weights[width - 1] ?? 0,
  };
}
