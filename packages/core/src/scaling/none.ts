/** No scaling, as a scaler: so that a setting can switch it off. */
import { affineScaling } from './fitted-scalers.js';
import { observedValues } from './observed-values.js';
import type { Scaler } from './scaler.js';

/** `x`: location 0, scale 1, never degenerate. It still refuses what the others refuse. O(T). */
export const noScaler: Scaler = {
  name: 'none',
  fit(values, observed) {
    observedValues(values, observed);
    return affineScaling('none', 0, 1);
  },
};
