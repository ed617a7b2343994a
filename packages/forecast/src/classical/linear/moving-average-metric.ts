/**
 * DLinear splits a window into its moving average and the rest and gives each its own weights. Both are linear in the
 * window, so together they are one linear map, and a ridge on the two sets of weights is a ridge on that map with a metric:
 * of all pairs that make the map w, the smallest has the size `w' (A' A + (I - A)' (I - A))^-1 w`, A the moving average.
 *
 * Source: Zeng et al., Are Transformers Effective for Time Series Forecasting? (AAAI 2023), section 4 for DLinear.
 */
import { factorise, substitute } from './ridge.js';

/** The metric of windows of `inputs` values, shape `[L, L]`; the ends of a window are repeated outwards. O(L^3) */
export function movingAverageMetric(inputs: number, kernel: number): Float64Array {
  const average = movingAverage(inputs, kernel);
  const sum = new Float64Array(inputs * inputs);
  for (let k = 0; k < inputs; k++) {
    for (let i = 0; i < inputs; i++) {
      const a = average[k * inputs + i];
      const restA = (k === i ? 1 : 0) - a;
      for (let j = 0; j <= i; j++) {
        const b = average[k * inputs + j];
        const restB = (k === j ? 1 : 0) - b;
        sum[i * inputs + j] += a * b + restA * restB;
      }
    }
  }
  factorise(sum, inputs);
  const inverse = new Float64Array(inputs * inputs);
  for (let i = 0; i < inputs; i++) inverse[i * inputs + i] = 1;
  substitute(sum, inputs, inverse, inputs);
  return inverse;
}

/** Row t holds the weights of the average around step t. */
function movingAverage(inputs: number, kernel: number): Float64Array {
  const matrix = new Float64Array(inputs * inputs);
  const half = Math.floor(kernel / 2);
  for (let t = 0; t < inputs; t++) {
    for (let k = 0; k < kernel; k++) {
      const source = Math.min(Math.max(t - half + k, 0), inputs - 1);
      matrix[t * inputs + source] += 1 / kernel;
    }
  }
  return matrix;
}
