/**
 * Windows alike by their shape: the correlation of their values, so level and spread of a window do not count. A flat window is like other flat ones
 * and unlike all else. Along a diagonal the dot product is updated, not computed anew: O(1) a pair, whatever the window.
 *
 * Source: Zhu et al., Matrix Profile II (ICDM 2016).
 */
import type { WindowedSeries, WindowLikeness } from './window-likeness.js';

/** Below this share of the series’ deviation a window is flat: its shape is rounding. */
const flatness = 1e-5;

/** @param values shape `[T]`, of mean about 0 and deviation about 1 */
export function shapeSeries(values: Float64Array, window: number): WindowedSeries {
  return {
    length: values.length,
    bin: 1,
    window,
    likeness: (from, to) => shapeLikeness(values.subarray(from, to), window),
  };
}

function shapeLikeness(values: Float64Array, window: number): WindowLikeness {
  const count = values.length - window + 1;
  // Of each window: the root of its steps times its mean, and one over the norm of its deviations, 0 where it is flat.
  const mean = new Float64Array(count);
  const inverse = new Float64Array(count);
  const isFlat = new Uint8Array(count);
  let flats = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let t = i; t < i + window; t++) sum += values[t];
    const centre = sum / window;
    let squares = 0;
    for (let t = i; t < i + window; t++) squares += (values[t] - centre) ** 2;
    mean[i] = Math.sqrt(window) * centre;
    if (squares > window * flatness * flatness) inverse[i] = 1 / Math.sqrt(squares);
    else {
      isFlat[i] = 1;
      flats += 1;
    }
  }
  return {
    count,
    diagonal(distance, into) {
      const length = count - distance;
      let product = 0;
      for (let t = 0; t < window - 1; t++) product += values[t] * values[distance + t];
      for (let i = 0, j = distance; i < length; i++, j++) {
        product += values[i + window - 1] * values[j + window - 1];
        into[i] = (product - mean[i] * mean[j]) * inverse[i] * inverse[j];
        product -= values[i] * values[j];
      }
      if (flats === 0) return;
      for (let i = 0, j = distance; i < length; i++, j++) into[i] += isFlat[i] * isFlat[j];
    },
  };
}
