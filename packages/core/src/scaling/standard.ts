/** Mean and standard deviation: the scale of values without outliers. */
import { affineScaling } from './fitted-scalers.js';
import { commonValue, observedValues } from './observed-values.js';
import type { Scaler } from './scaler.js';

/** `(x - mean) / sd`, with the standard deviation of the population (divided by the number of values). O(T). */
export const standardScaler: Scaler = {
  name: 'standard',
  fit(values, observed) {
    const { mean, variance } = moments(observedValues(values, observed));
    return affineScaling('standard', mean, Math.sqrt(variance));
  },
};

/**
 * Mean and population variance, in two passes with the correction for the rounding of the mean; exactly 0 variance where
 * all values are the same, and mean 0 where there are none.
 *
 * Source: Chan, Golub and LeVeque, Algorithms for computing the sample variance (The American Statistician 1983),
 * the corrected two-pass algorithm.
 */
export function moments(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const common = commonValue(values);
  // The mean of equal values is not always their value: three times 0.1 is not 0.3.
  if (common !== undefined || values.length === 0) return { mean: common ?? 0, variance: 0 };
  const count = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / count;
  let squares = 0;
  let rest = 0;
  for (const value of values) {
    const deviation = value - mean;
    squares += deviation * deviation;
    rest += deviation;
  }
  return { mean: mean + rest / count, variance: Math.max(0, squares - (rest * rest) / count) / count };
}
