/**
 * Robust scaling, then the inverse hyperbolic sine: for heavy tails of either sign, where a logarithm would fail at 0.
 *
 * Source: Uniejewski, Weron and Ziel, Variance stabilizing transformations for electricity spot price forecasting (IEEE
 * Transactions on Power Systems 2018), which also centres by the median before it.
 */
import { asinhScaling } from './fitted-scalers.js';
import { observedValues } from './observed-values.js';
import { robustMoments } from './robust.js';
import type { Scaler } from './scaler.js';

/** `asinh((x - median) / (IQR / 1.349))`; its inverse is not linear: a mean does not stay a mean. O(T log T). */
export const asinhScaler: Scaler = {
  name: 'asinh',
  fit(values, observed) {
    const { median, spread } = robustMoments(observedValues(values, observed));
    return asinhScaling(median, spread);
  },
};
