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
  const squares = productAt(values, values, steps, 0);
  return squares > 0 ? productAt(values, values, steps, 1) / squares : 0;
}

/**
 * The covariance of the coefficients, shape `[p, p]`, with the factor n / (n - p) for small samples. O(n p^2 (1 + lags))
 *
 * @param columns p columns of shape `[n]`, n > p
 */
export function neweyWest(
  columns: readonly Float64Array[],
  { residuals, inverse }: LeastSquares,
  steps: Int32Array,
  lags: number,
): Float64Array[] {
  const p = columns.length;
  const n = residuals.length;
  // Of each step what it adds to each coefficient, so that a unit in which columns are large cannot drown another.
  const influences = inverse.map((weights) =>
    residuals.map((residual, i) => {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += weights[j] * columns[j][i];
      return sum * residual;
    }),
  );
  const covariance = inverse.map(() => new Float64Array(p));
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = productAt(influences[a], influences[b], steps, 0);
      for (let lag = 1; lag <= lags; lag++) {
        const both =
          productAt(influences[a], influences[b], steps, lag) +
          productAt(influences[b], influences[a], steps, lag);
        sum += (1 - lag / (lags + 1)) * both;
      }
      covariance[a][b] = (sum * n) / (n - p);
      covariance[b][a] = covariance[a][b];
    }
  }
  return covariance;
}

/** Sum of `a` at a step times `b` at the step `lag` before, where both are there. */
function productAt(a: Float64Array, b: Float64Array, steps: Int32Array, lag: number): number {
  let sum = 0;
  let earlier = 0;
  for (let i = 0; i < steps.length; i++) {
    const wanted = steps[i] - lag;
    while (steps[earlier] < wanted) earlier += 1;
    if (steps[earlier] === wanted) sum += a[i] * b[earlier];
  }
  return sum;
}
