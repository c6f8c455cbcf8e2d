import { solve } from './logistic.ts';

/** One row of a linear regression. */
export interface Row {
  readonly features: readonly number[];
  readonly target: number;
}

/** Intercept and one weight a feature. */
export interface Linear {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/**
 * Least squares with a penalty on the weights, the intercept left free (Hoerl & Kennard, "Ridge regression",
 * Technometrics 12, 1970).
 * @param penalty added to each weight's diagonal, in rows
 */
export function ridge(rows: readonly Row[], penalty: number): Linear {
  const width = 1 + (rows[0]?.features.length ?? 0);
  const matrix = Array.from({ length: width }, () => new Float64Array(width));
  const right = new Float64Array(width);
  for (const { features, target } of rows) {
    const values = [1, ...features];
    for (let i = 0; i < width; i += 1) {
      right[i] = (right[i] ?? 0) + (values[i] ?? 0) * target;
      const row = matrix[i];
      if (!row || values[i] === 0) continue;
      for (let j = 0; j < width; j += 1)
        row[j] = (row[j] ?? 0) + (values[i] ?? 0) * (values[j] ?? 0);
    }
  }
  for (const [at, row] of matrix.entries()) row[at] = (row[at] ?? 0) + (at === 0 ? 1e-6 : penalty);
  const [intercept = 0, ...weights] = solve(matrix, right);
  return { intercept, weights };
}

export function predicted({ intercept, weights }: Linear, features: readonly number[]): number {
  return features.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), intercept);
}
