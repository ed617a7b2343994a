/**
 * How base and structures make a series, and how it would have been without some of them:
 *
 *     signal = trend + seasons * product(season scales) + sum(signal effects)
 *     noise  = (a regime's own noise, else the base noise) * product(noise scales)
 *     value  = signal + noise, observed where no missingness hides it
 *
 * Every part was drawn from its own key, so leaving one out gives exactly the series that would have been made without
 * it. One thing is held: a mask that was drawn from the values keeps the shape it got from the full series.
 */
import type { Seasonality } from './signal/seasonality.js';
import type { PlantedStructure } from './structures/plant-structure.js';

/** What the series is made of before anything is planted; arrays have shape `[T]`. */
export interface SyntheticBase {
  /** Level plus slope. */
  readonly trend: Float64Array;
  readonly seasonalities: readonly Seasonality[];
  /** Noise before variance changes and regimes. */
  readonly noise: Float64Array;
}

/** A series by its parts; arrays have shape `[T]`. */
export interface ComposedSeries {
  /** The values without noise. */
  readonly signal: Float64Array;
  readonly noise: Float64Array;
  /** `signal + noise`, also where nothing was observed. */
  readonly complete: Float64Array;
  /** 1 where observed. */
  readonly observed: Uint8Array;
}

/** Puts a series together. O(T * (seasonalities + structures)); its arguments are not written to. */
export function compose(base: SyntheticBase, structures: readonly PlantedStructure[]): ComposedSeries {
  const { length } = base.trend;
  const seasons = new Float64Array(length);
  for (const { values } of base.seasonalities) accumulate(seasons, values);
  const noise = base.noise.slice();
  const observed = new Uint8Array(length).fill(1);
  for (const { effect } of structures) {
    if (effect.seasonScale !== undefined) multiply(seasons, effect.seasonScale);
    if (effect.noise !== undefined) {
      for (let t = 0; t < length; t++) if (!Number.isNaN(effect.noise[t])) noise[t] = effect.noise[t];
    }
    if (effect.missing !== undefined) {
      for (let t = 0; t < length; t++) if (effect.missing[t] === 1) observed[t] = 0;
    }
  }
  const signal = base.trend.slice();
  accumulate(signal, seasons);
  for (const { effect } of structures) {
    if (effect.signal !== undefined) accumulate(signal, effect.signal);
    if (effect.noiseScale !== undefined) multiply(noise, effect.noiseScale);
  }
  const complete = signal.slice();
  accumulate(complete, noise);
  return { signal, noise, complete, observed };
}

function accumulate(sum: Float64Array, part: Float64Array): void {
  for (let t = 0; t < sum.length; t++) sum[t] += part[t];
}

function multiply(product: Float64Array, factor: Float64Array): void {
  for (let t = 0; t < product.length; t++) product[t] *= factor[t];
}
