/**
 * How much noise remembers, as an autoregression of second order: one figure for what a value hands on to the next, one for the value
 * after, so that white noise on top of a slow one is not taken for a fast one.
 */

export interface NoiseMemory {
  /** Autocorrelation of values one step apart. */
  readonly lag1: number;
  /** Of values two steps apart. */
  readonly lag2: number;
}

export const noMemory: NoiseMemory = { lag1: 0, lag2: 0 };

/** Variance of a long mean over that of white values, beyond which it is not believed: first-order memory of .97. */
const greatestInflation = 1.97 / 0.03;
/** Distance from the autocorrelations that no series can have. */
const leastRest = 1e-3;

/** The memory nearest to these autocorrelations that noise can have. */
export function noiseMemory(lag1: number, lag2: number): NoiseMemory {
  const one = Math.max(leastRest - 1, Math.min(1 - leastRest, lag1));
  const least = 2 * one ** 2 - 1;
  return {
    lag1: one,
    lag2: least + (1 - least) * Math.max(leastRest, Math.min(1 - leastRest, (lag2 - least) / (1 - least))),
  };
}

/** Coefficients of the autoregression, and the share of its variance that the values before do not foretell (Yule and Walker). */
export function autoregression({ lag1, lag2 }: NoiseMemory): {
  readonly first: number;
  readonly second: number;
  readonly rest: number;
} {
  const left = 1 - lag1 ** 2;
  const first = (lag1 * (1 - lag2)) / left;
  const second = (lag2 - lag1 ** 2) / left;
  return { first, second, rest: 1 - first * lag1 - second * lag2 };
}

/** Memory up to which noise is taken for white: the error of a mean is then wrong by less than a quarter, sqrt(1.2 / 0.8). */
const leastMemory = 0.2;

/** Whether what was before foretells enough to be reckoned with. */
export function isRemembering({ lag1 }: NoiseMemory): boolean {
  return lag1 >= leastMemory;
}

/**
 * Steps at which a series can be freed from what the two values before foretell, and how a series or a shape is freed. Noise with next to no
 * memory is left as it is.
 *
 * Source: prewhitening, after Cochrane and Orcutt (JASA 1949).
 *
 * @param values NaN where missing; a step counts where it and what foretells it are known
 */
export function prewhitening(
  values: Float64Array,
  from: number,
  to: number,
  memory: NoiseMemory,
): { readonly steps: readonly number[]; readonly whiten: (shape: (step: number) => number) => Float64Array } {
  const steps: number[] = [];
  if (!isRemembering(memory)) {
    for (let t = from; t < to; t++) if (!Number.isNaN(values[t])) steps.push(t);
    return { steps, whiten: (shape) => Float64Array.from(steps, shape) };
  }
  const { first, second } = autoregression(memory);
  for (let t = Math.max(from, 2); t < to; t++) {
    if (!Number.isNaN(values[t] + values[t - 1] + values[t - 2])) steps.push(t);
  }
  const whiten = (shape: (step: number) => number) =>
    Float64Array.from(steps, (t) => shape(t) - first * shape(t - 1) - second * shape(t - 2));
  return { steps, whiten };
}

/** Variance of a mean of many such values over that of white ones: the spectrum at frequency 0. From 1, also of next to no memory, to 66. */
export function meanInflation(memory: NoiseMemory): number {
  if (!isRemembering(memory)) return 1;
  const { first, second, rest } = autoregression(memory);
  const inflation = rest / (1 - first - second) ** 2;
  return inflation > 1 ? Math.min(greatestInflation, inflation) : 1;
}

/** The same of noise whose memory falls evenly from step to step. */
export function firstOrderInflation(lag1: number): number {
  const memory = Math.max(0, lag1);
  return memory < 1 ? Math.min(greatestInflation, (1 + memory) / (1 - memory)) : greatestInflation;
}
