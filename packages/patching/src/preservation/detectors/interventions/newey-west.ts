/**
 * How uncertain the coefficients of a regression are where its errors depend on one another and differ in size: products of what steps up to some
 * lags apart add to them, with Bartlett weights. Steps that are missing add nothing, so that a lag is a distance in time. Far too certain
 * where memory is long and steps are few; see the regression that takes it out first.
 *
 * Sources: Newey and West, A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation Consistent Covariance Matrix (Econometrica
 * 1987); Andrews (Econometrica 1991) for the number of lags; Datta and Du, Nonparametric HAC Estimation for Time Series Data with
 * Missing Observations (2012).
 */
import type { LeastSquares } from './least-squares.js';

/** Above this the rule would ask for more lags than any series has; the limit of Andrews and Monahan (Econometrica 1992). */
export const mostMemory = 0.97;

/**
 * The number of lags by the rule of Andrews for Bartlett weights, from the autocorrelation of residuals at lag 1.
 *
 * @param steps of the residuals, ascending
 */
export function automaticLags(residuals: Float64Array, steps: Int32Array): number {
  const n = residuals.length;
  const memory = Math.min(mostMemory, Math.max(-mostMemory, lagOne(residuals, steps)));
  const curvature = (4 * memory * memory) / ((1 - memory) ** 2 * (1 + memory) ** 2);
  return Math.min(Math.floor(1.1447 * Math.cbrt(curvature * n)), Math.floor(n / 2));
}

/** Autocorrelation at lag 1 of values of mean 0, over pairs of neighbouring steps; 0 where all are 0. */
export function lagOne(values: Float64Array, steps: Int32Array): number {
  const squares = products(values, steps, 0);
  return squares > 0 ? products(values, steps, 1) / squares : 0;
}

/**
 * The variance of a weighted sum of the coefficients, with the factor n / (n - p) for small samples. O(n (p + lags))
 *
 * @param columns p columns of shape `[n]`, n > p
 * @param weights shape `[p]`
 */
export function neweyWest(
  columns: readonly Float64Array[],
  { residuals, inverse }: LeastSquares,
  steps: Int32Array,
  lags: number,
  weights: Float64Array,
): number {
  const p = columns.length;
  const n = residuals.length;
  // What each step adds to the sum: its residual, weighed by its row of the columns.
  const row = inverse.map((each) => each.reduce((sum, value, j) => sum + value * weights[j], 0));
  const added = residuals.map((residual, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += row[j] * columns[j][i];
    return sum * residual;
  });
  let variance = products(added, steps, 0);
  for (let lag = 1; lag <= lags; lag++) variance += 2 * (1 - lag / (lags + 1)) * products(added, steps, lag);
  return (variance * n) / (n - p);
}

/** Sum of products of the values at a step and `lag` steps before, where both are there. */
function products(values: Float64Array, steps: Int32Array, lag: number): number {
  let sum = 0;
  let earlier = 0;
  for (let i = 0; i < steps.length; i++) {
    const wanted = steps[i] - lag;
    while (steps[earlier] < wanted) earlier += 1;
    if (steps[earlier] === wanted) sum += values[i] * values[earlier];
  }
  return sum;
}
