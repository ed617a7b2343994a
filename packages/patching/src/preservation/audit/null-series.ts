/**
 * A series that holds nothing: noise of the size and memory of a given one, without any structure. The same detectors and checks on it say
 * how often they cry wolf. Seasons and memory of other forms are left out.
 */
import { type Key, RandomStream } from '@tessera/core';
import { mixedModel, type NoiseMemory } from '../surviving/noise-memory.js';

/** Steps before the first: noise that keeps 99 % from step to step forgets its start to 1 / 100,000. */
const before = 1200;

/** @param sd of the noise; @returns shape `[length]` */
export function nullSeries(sd: number, memory: NoiseMemory, length: number, key: Key): Float64Array {
  const stream = new RandomStream(key);
  const { decay, echo, innovation } = mixedModel(memory);
  const size = sd * Math.sqrt(innovation);
  const series = new Float64Array(length);
  let [value, last] = [0, 0];
  for (let t = -before; t < length; t++) {
    const fresh = size * stream.normal();
    value = decay * value + fresh + echo * last;
    last = fresh;
    if (t >= 0) series[t] = value;
  }
  return series;
}
