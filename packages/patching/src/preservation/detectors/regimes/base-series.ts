/**
 * What is left of a series once its usual course is taken away: the season (median of each phase), and what the two values before
 * foretell. In units of its own median deviation, so that a rare regime hardly moves the yardstick it is measured by.
 */
import { meanInflation, noMemory } from '../../surviving/noise-memory.js';
import { typicalMemory } from '../../surviving/typical-memory.js';
import { longRunNoise, loudness } from '../changes/long-run-noise.js';
import { median } from '../median.js';
import { standardise } from './standardise.js';

const scaleOfMedian = 1.4826;
/** Deviations at which a value counts no more in the fit of the memory. */
const clip = 4;

/** A series apart from its usual course, two ways; both of shape `[n]`. */
export interface BaseSeries {
  /** What the two values before do not foretell, of median 0 and, if normal, deviation 1; the first two steps, which nothing foretells, are 0. */
  readonly noise: Float64Array;
  /**
   * Distance from the middle of the series, in units of its median deviation or of its noise in the long run where it is loudest, whichever is larger: in
   * these, sums over steps that remember each other are no larger than those of independent steps of deviation 1.
   */
  readonly heights: Float64Array;
}

/**
 * Undefined where at least half of what is left is exactly 0, as in a series that mostly stands still.
 *
 * @param values shape `[n]`, finite
 * @param steps the step of each value, shape `[n]`
 * @param season steps; 1 for none
 */
export function baseSeries(values: Float64Array, steps: Int32Array, season: number): BaseSeries | undefined {
  const level = standardise(values);
  if (season > 1) {
    const phases = Array.from({ length: season }, (): number[] => []);
    for (let i = 0; i < level.length; i++) phases[steps[i] % season].push(i);
    for (const members of phases) {
      if (members.length === 0) continue;
      const centre = median(Float64Array.from(members, (i) => level[i]));
      for (const i of members) level[i] -= centre;
    }
  }
  const centre = median(level);
  const spread = scaleOfMedian * median(level.map((value) => Math.abs(value - centre)));
  const [first, second] = spread > 0 ? memory(level, centre, clip * spread) : [0, 0];
  const noise = new Float64Array(level.length);
  for (let i = 2; i < level.length; i++) {
    noise[i] = level[i] - centre - first * (level[i - 1] - centre) - second * (level[i - 2] - centre);
  }
  const middle = median(noise);
  const unit = scaleOfMedian * median(noise.map((value) => Math.abs(value - middle)));
  if (!(unit > 0)) return undefined;
  const remembered = spread * Math.sqrt(meanInflation(typicalMemory(level) ?? noMemory));
  const unitOfLevel = Math.max(remembered, longRunNoise(level) * loudness(level));
  return {
    noise: noise.map((value, i) => (i < 2 ? 0 : (value - middle) / unit)),
    heights: level.map((value) => (value - centre) / unitOfLevel),
  };
}

/** Coefficients of a second-order autoregression by Yule and Walker, on clipped values. */
function memory(values: Float64Array, centre: number, limit: number): readonly [number, number] {
  const sums = [0, 0, 0];
  const at = (i: number) => Math.min(limit, Math.max(-limit, values[i] - centre));
  for (let lag = 0; lag <= 2; lag++) {
    for (let i = lag; i < values.length; i++) sums[lag] += at(i) * at(i - lag);
  }
  const one = sums[1] / sums[0];
  const two = sums[2] / sums[0];
  const left = 1 - one * one;
  // Nothing but memory: a perfect line or level, foretold by the value before.
  if (left < 1e-12) return [one, 0];
  return [(one * (1 - two)) / left, (two - one * one) / left];
}
