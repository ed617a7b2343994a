/**
 * A series that holds nothing: noise of the size and short memory of a given one, without any structure. The same detectors and checks
 * on it say how often they cry wolf. Memory of two steps only: seasons and long memory are left out.
 */
import { type Key, RandomStream } from '@tessera/core';
import { autoregression, type NoiseMemory } from '../surviving/noise-memory.js';

/** Steps before the first: an autoregression that keeps 97 % from step to step forgets its start to 1 / 100,000. */
const before = 400;

/** @param sd of the noise; @returns shape `[length]` */
export function nullSeries(sd: number, memory: NoiseMemory, length: number, key: Key): Float64Array {
  const stream = new RandomStream(key);
  const { first, second, rest } = autoregression(memory);
  const innovation = sd * Math.sqrt(rest);
  const series = new Float64Array(length);
  let [last, lastButOne] = [0, 0];
  for (let t = -before; t < length; t++) {
    const value = first * last + second * lastButOne + innovation * stream.normal();
    [last, lastButOne] = [value, last];
    if (t >= 0) series[t] = value;
  }
  return series;
}
