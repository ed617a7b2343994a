/** Median and interquartile range: the scale of values of which up to a quarter may be anything. */
import { affineScaling } from './fitted-scalers.js';
import { observedValues } from './observed-values.js';
import type { Scaler } from './scaler.js';

/**
 * The interquartile range of a normal distribution in standard deviations, 2 qnorm(3/4), rounded as in the reference
 * manual of R, stats::IQR.
 */
const normalRange = 1.349;

/**
 * `(x - median) / (IQR / 1.349)`, which estimates the standard deviation where values are normal. O(T log T). Where half
 * of the values are the same, as in sparse demand, the range is 0 and the scaling is degenerate.
 */
export const robustScaler: Scaler = {
  name: 'robust',
  fit(values, observed) {
    const { median, spread } = robustMoments(observedValues(values, observed));
    return affineScaling('robust', median, spread);
  },
};

/**
 * Median and IQR / 1.349; both 0 where there are no values. The spread is 0, too, where an outlier divided by it would
 * be infinite, and infinite where the outlier’s distance is. Sorts the values in place.
 */
export function robustMoments(values: Float64Array): { readonly median: number; readonly spread: number } {
  if (values.length === 0) return { median: 0, spread: 0 };
  values.sort();
  const median = sortedQuantile(values, 0.5);
  const spread = (sortedQuantile(values, 0.75) - sortedQuantile(values, 0.25)) / normalRange;
  const reach = Math.max(values[values.length - 1] - median, median - values[0]);
  if (!Number.isFinite(reach)) return { median, spread: Number.POSITIVE_INFINITY };
  return { median, spread: Number.isFinite(reach / spread) ? spread : 0 };
}

/** Linear between the order statistics: type 7 of Hyndman and Fan, Sample quantiles in statistical packages (1996). */
function sortedQuantile(sorted: Float64Array, level: number): number {
  const place = (sorted.length - 1) * level;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
