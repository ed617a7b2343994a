/**
 * The noise of a raw series near each step, frozen for all checks: the median absolute deviation from the local level over three
 * neighbouring blocks. It follows noise that grows and shrinks over hundreds of steps, and one spike does not move it. Where the
 * noise is known to change at once, no block looks across.
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

/** A stretch between two breaks that is shorter than this says less of its noise than its neighbours do. */
const leastStretch = blockSteps / 2;

/**
 * The noise of a series around its level; O(T).
 *
 * @param values NaN where missing
 * @param level the local level, shape `[T]`
 * @param factor by which distances are too small; default that of a median of 11 which holds the step itself
 * @param breaks steps at which the noise changes, in any order; those nearer than 64 steps to another or to an end are passed over
 */
export function noiseScale(
  values: Float64Array,
  level: Float64Array,
  breaks: readonly number[] = [],
  factor = ownStepFactor,
): SeriesNoise {
  const starts: number[] = [];
  const scales: number[] = [];
  const edges = edgesOf(breaks, values.length);
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i], edges[i + 1]];
    for (let start = from; start === from || start < to; start += blockSteps) {
      starts.push(start);
      scales.push(
        scaleOf(
          values,
          level,
          Math.max(from, start - blockSteps),
          Math.min(to, start + 2 * blockSteps),
          factor,
        ),
      );
    }
  }
  return new SeriesNoise(Float64Array.from(scales), Int32Array.from(starts));
}

function edgesOf(breaks: readonly number[], length: number): number[] {
  const edges = [0];
  for (const step of [...breaks].sort((a, b) => a - b)) {
    if (step - edges[edges.length - 1] >= leastStretch && length - step >= leastStretch) edges.push(step);
  }
  return [...edges, length];
}

const sizes = new Float64Array(3 * blockSteps);

function scaleOf(
  values: Float64Array,
  level: Float64Array,
  start: number,
  end: number,
  factor: number,
): number {
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
  return mad > 0 ? sdPerMad * factor * mad : (sdPerMeanDeviation * sum) / count;
}
