/**
 * How far a step lies from what its neighbours foretell: the peak of a slow wave lies far from the local level and is no spike, since the
 * steps beside it lie there too. First-order memory: the best guess and its error are those of a bridge between two known values.
 */
import { isRemembering, type NoiseMemory } from '../surviving/noise-memory.js';
import { noiseScale } from '../surviving/noise-scale.js';
import type { SeriesNoise } from '../surviving/series-noise.js';
import type { Span } from '../surviving/span.js';

/** Beyond it the bridge is a straight line but for rounding. */
const mostMemory = 0.99;

export class NeighbourForecast {
  readonly #values: Float64Array;
  readonly #level: Float64Array;
  readonly #memory: number;
  /** Of the error with both neighbours known, one step away. */
  readonly #noise: SeriesNoise;

  private constructor(values: Float64Array, level: Float64Array, memory: number, noise: SeriesNoise) {
    this.#values = values;
    this.#level = level;
    this.#memory = memory;
    this.#noise = noise;
  }

  /**
   * undefined for noise with next to no memory, of which neighbours foretell nothing. O(T)
   *
   * @param values NaN where missing; shared
   * @param level local level, shape `[T]`; shared
   * @param breaks steps at which the noise changes
   */
  static of(
    values: Float64Array,
    level: Float64Array,
    memory: NoiseMemory,
    breaks: readonly number[],
  ): NeighbourForecast | undefined {
    if (!isRemembering(memory)) return undefined;
    const kept = Math.min(mostMemory, memory.lag1);
    const { before: weight } = bridge(kept, 1, 1);
    const errors = values.map((value, t) => value - weight * (values[t - 1] + values[t + 1]));
    const centres = level.map((value) => (1 - 2 * weight) * value);
    return new NeighbourForecast(values, level, kept, noiseScale(errors, centres, breaks, 1));
  }

  /** Distance of `step` from what the nearest known steps outside the span foretell, over its standard error; NaN where the error is 0. */
  distance(step: number, { start, end }: Span): number {
    const values = this.#values;
    let [from, to] = [start - 1, end];
    while (from >= 0 && Number.isNaN(values[from])) from--;
    while (to < values.length && Number.isNaN(values[to])) to++;
    const left = from < 0 ? Number.POSITIVE_INFINITY : step - from;
    const right = to >= values.length ? Number.POSITIVE_INFINITY : to - step;
    const { before, after, variance } = bridge(this.#memory, left, right);
    const height = (at: number) => values[at] - this.#level[step];
    const foretold = (from < 0 ? 0 : before * height(from)) + (to >= values.length ? 0 : after * height(to));
    const error = this.#noise.at(step) * Math.sqrt(variance / bridge(this.#memory, 1, 1).variance);
    return error > 0 ? (height(step) - foretold) / error : Number.NaN;
  }
}

/** Weights of the known values so many steps before and after, and the variance that is left, over that of the noise. */
function bridge(
  memory: number,
  before: number,
  after: number,
): { readonly before: number; readonly after: number; readonly variance: number } {
  const [left, right] = [memory ** (2 * before), memory ** (2 * after)];
  const whole = 1 - left * right;
  return {
    before: (memory ** before * (1 - right)) / whole,
    after: (memory ** after * (1 - left)) / whole,
    variance: ((1 - left) * (1 - right)) / whole,
  };
}
