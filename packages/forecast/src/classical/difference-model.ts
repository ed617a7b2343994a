/**
 * ARIMA without autoregressive or moving average terms: values whose differences are a constant and noise. Needs no
 * optimiser; the wrapped package, asked for such a model, answers from memory that nothing has written to.
 */
import { differenced } from './differencing.js';

/** How often a series is differenced from step to step and across the season; `season` counts only where D is not 0. */
export interface Differences {
  readonly d: number;
  readonly D: number;
  readonly season: number;
}

/** The values that remain; O(T (d + D)) */
export function applyDifferences(values: Float64Array, { d, D, season }: Differences): Float64Array {
  let current = values;
  for (let i = 0; i < D; i++) current = differenced(current, season);
  for (let i = 0; i < d; i++) current = differenced(current, 1);
  return current;
}

/** Goes on so that every further difference is `difference`. O(steps (d + D season)) */
export function continueDifferences(
  values: Float64Array,
  difference: number,
  { d, D, season }: Differences,
  steps: number,
): Float64Array {
  // Coefficients of (1 - B)^d (1 - B^season)^D.
  let coefficients = [1];
  const multiply = (lag: number) => {
    const product = new Array<number>(coefficients.length + lag).fill(0);
    coefficients.forEach((coefficient, i) => {
      product[i] += coefficient;
      product[i + lag] -= coefficient;
    });
    coefficients = product;
  };
  for (let i = 0; i < d; i++) multiply(1);
  for (let i = 0; i < D; i++) multiply(season);
  const all = new Float64Array(values.length + steps);
  all.set(values);
  for (let t = values.length; t < all.length; t++) {
    all[t] = difference;
    for (let lag = 1; lag < coefficients.length; lag++) all[t] -= coefficients[lag] * all[t - lag];
  }
  return all.slice(values.length);
}

/** Deviations of noise of a variance, summed as the differences ask for. O(steps (d + D)) */
export function accumulatedDeviations(
  variance: number,
  { d, D, season }: Differences,
  steps: number,
): Float64Array {
  const weights = new Float64Array(steps);
  weights[0] = 1;
  for (let i = 0; i < D; i++) for (let t = season; t < steps; t++) weights[t] += weights[t - season];
  for (let i = 0; i < d; i++) for (let t = 1; t < steps; t++) weights[t] += weights[t - 1];
  let squares = 0;
  return weights.map((weight) => {
    squares += weight * weight;
    return Math.sqrt(variance * squares);
  });
}
