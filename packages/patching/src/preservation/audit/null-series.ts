/**
 * A series that holds nothing: noise of the size and short memory of a given one, without any structure. The same detectors and checks
 * on it say how often they cry wolf. First-order memory only: seasons and long memory are left out.
 */
import { type Key, RandomStream } from '@tessera/core';
import { writeResiduals } from '../checks/side-noise.js';

/** Steps of the stretches whose memory is measured, each around its own line. */
const stretch = 256;
/** Memory beyond which first order says nothing. */
const greatestMemory = 0.99;

/** @param sd of the noise; @returns shape `[length]` */
export function nullSeries(values: Float64Array, sd: number, length: number, key: Key): Float64Array {
  const memory = typicalMemory(values);
  const stream = new RandomStream(key);
  const series = new Float64Array(length);
  const innovation = sd * Math.sqrt(1 - memory ** 2);
  for (let t = 0; t < length; t++) {
    series[t] = t === 0 ? sd * stream.normal() : memory * series[t - 1] + innovation * stream.normal();
  }
  return series;
}

/** Median over stretches of the lag-1 autocorrelation around a line; 0 without one. */
export function typicalMemory(values: Float64Array): number {
  const found: number[] = [];
  for (let start = 0; start < values.length; start += stretch) {
    const part = values.subarray(start, start + stretch);
    const residuals = new Float64Array(part.length).fill(Number.NaN);
    writeResiduals(part, 0, part.length, true, residuals);
    let [products, squares] = [0, 0];
    for (let i = 0; i < residuals.length; i++) {
      if (Number.isNaN(residuals[i])) continue;
      squares += residuals[i] ** 2;
      if (i > 0 && !Number.isNaN(residuals[i - 1])) products += residuals[i] * residuals[i - 1];
    }
    if (squares > 0) found.push(products / squares);
  }
  if (found.length === 0) return 0;
  found.sort((a, b) => a - b);
  return Math.max(-greatestMemory, Math.min(greatestMemory, found[found.length >> 1]));
}
