/**
 * The noise of a raw series near each step, frozen for all checks: the median absolute deviation from the local level over three
 * neighbouring blocks. It follows noise that grows and shrinks over hundreds of steps, and one spike does not move it.
 */
import { SeriesNoise } from './series-noise.js';

/** Steps per block: three of them hold the sd to about 6 % (1.17 / sqrt(384), the error of a MAD of normal values). */
const blockSteps = 128;
/** Sd of a normal distribution over its median absolute deviation: 1 / quantile(3/4). */
const sdPerMad = 1.4826;
/**
 * A step is itself in the median of 11 that it is measured from, so its distance is too small by this factor: measured on
 * 1,000,000 normal draws, and held by the test of this file.
 */
const ownStepFactor = 1.123;
/** Sd of a normal distribution over its mean absolute deviation: sqrt(pi / 2). */
const sdPerMeanDeviation = Math.sqrt(Math.PI / 2);

/**
 * The noise of a series around its level; O(T).
 *
 * @param values NaN where missing
 * @param level the local level, shape `[T]`
 */
export function noiseScale(values: Float64Array, level: Float64Array): SeriesNoise {
  const { length } = values;
  const blocks = Math.max(1, Math.ceil(length / blockSteps));
  const scales = new Float64Array(blocks);
  const sizes = new Float64Array(3 * blockSteps);
  for (let block = 0; block < blocks; block++) {
    const start = Math.max(0, block - 1) * blockSteps;
    const end = Math.min(length, (block + 2) * blockSteps);
    let count = 0;
    let sum = 0;
    for (let t = start; t < end; t++) {
      if (Number.isNaN(values[t])) continue;
      sizes[count] = Math.abs(values[t] - level[t]);
      sum += sizes[count];
      count += 1;
    }
    const sorted = sizes.subarray(0, count).sort();
    const mad = count === 0 ? Number.NaN : (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
    // Where more than half of the steps never leave the level, the median is 0 and says nothing of the others.
    scales[block] = mad > 0 ? sdPerMad * ownStepFactor * mad : (sdPerMeanDeviation * sum) / count;
  }
  return new SeriesNoise(scales, blockSteps);
}
