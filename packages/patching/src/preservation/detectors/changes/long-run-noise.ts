/**
 * The deviation of independent noise that would shake means as much as the noise of a series does: changes, trends and a few loud stretches
 * hardly move it, memory and seasons raise it. Blocks of 1, 2, 4, … values are averaged, and the median size of the second
 * differences of neighbouring averages tells the noise at that length, where a line tells nothing; the largest over all lengths counts. It
 * underestimates what moves more slowly than its longest block.
 *
 * Source of the idea: Allan, Statistics of Atomic Frequency Standards (1966), with medians in place of means.
 */
import { median } from '../median.js';

/** Deviation of a normal distribution over its median size: 1 / quantile(3/4). */
const deviationPerMedian = 1.4826;
/** Fewest blocks that can tell: the median of their differences is then good to some 12 %. */
const leastBlocks = 128;
/** Longest block. */
const mostSteps = 1024;
/** Least values of a part that may be the loudest, and most of them. */
const leastPart = 256;
const mostParts = 64;

/** In the unit of the values; 0 where most values stand still. O(n log n) @param values finite */
export function longRunNoise(values: Float64Array): number {
  let largest = noiseAt(values, 1);
  if (!(largest > 0)) return 0;
  for (let size = 2; size <= mostSteps && values.length >= size * leastBlocks; size *= 2) {
    largest = Math.max(largest, noiseAt(values, size));
  }
  return largest;
}

/**
 * How many times the typical noise the loudest part has, at least 1: what a change has to stand out of wherever it lies, since in a loud
 * part a price by the typical noise would be paid again and again. 1 where most values stand still. O(n log n)
 *
 * @param values finite
 */
export function loudness(values: Float64Array): number {
  const own = noiseAt(values, 1);
  if (!(own > 0)) return 1;
  const parts = Math.max(1, Math.min(mostParts, Math.floor(values.length / leastPart)));
  let most = own;
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * values.length) / parts));
    most = Math.max(most, noiseAt(values.subarray(from, to), 1));
  }
  return most / own;
}

/** From the averages of blocks of a size. */
function noiseAt(values: Float64Array, size: number): number {
  const means = blockMeans(values, size, Math.floor(values.length / size));
  if (means.length < 3) return 0;
  const bends = new Float64Array(means.length - 2);
  for (let i = 0; i < bends.length; i++) bends[i] = Math.abs(means[i] - 2 * means[i + 1] + means[i + 2]);
  // The variance of a second difference is 1 + 4 + 1 times that of a mean.
  return deviationPerMedian * median(bends) * Math.sqrt(size / 6);
}

function blockMeans(values: Float64Array, size: number, blocks: number): Float64Array {
  const means = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    for (let i = block * size; i < (block + 1) * size; i++) means[block] += values[i] / size;
  }
  return means;
}
