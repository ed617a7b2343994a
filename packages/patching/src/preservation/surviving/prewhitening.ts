/**
 * Steps at which a series can be freed from what the values before foretell, and how a series or a shape is freed: what is left of
 * noise is white.
 *
 * Source: Cochrane and Orcutt (JASA 1949), with a mixed model in place of the autoregression.
 */
import { isRemembering, mixedModel, type NoiseMemory } from './noise-memory.js';

export interface Prewhitening {
  /** Ascending. */
  readonly steps: readonly number[];
  /** The innovations of a shape at these steps. O(steps) */
  readonly whiten: (shape: (step: number) => number) => Float64Array;
}

/** Known values in a row from which on one is freed: the innovations before the first are not known, and are taken for 0. */
const leadIn = 2;

/**
 * Of the steps `[from, to)`; nothing before them is read. Noise with next to no memory is left as it is.
 *
 * @param values NaN where missing; after a gap the first two values only lead in
 */
export function prewhitening(
  values: Float64Array,
  from: number,
  to: number,
  memory: NoiseMemory,
): Prewhitening {
  const isKnown = (t: number) => !Number.isNaN(values[t]);
  if (!isRemembering(memory)) {
    const steps: number[] = [];
    for (let t = from; t < to; t++) if (isKnown(t)) steps.push(t);
    return { steps, whiten: (shape) => Float64Array.from(steps, shape) };
  }
  const { decay, echo } = mixedModel(memory);
  const steps: number[] = [];
  for (let t = from, known = 0; t < to; t++) {
    known = isKnown(t) ? known + 1 : 0;
    if (known > leadIn) steps.push(t);
  }
  const whiten = (shape: (step: number) => number): Float64Array => {
    const innovations = new Float64Array(steps.length);
    let next = 0;
    let innovation = 0;
    for (let t = from, known = 0; t < to; t++) {
      known = isKnown(t) ? known + 1 : 0;
      if (known < 2) {
        innovation = 0;
        continue;
      }
      innovation = shape(t) - decay * shape(t - 1) - echo * innovation;
      if (known > leadIn) innovations[next++] = innovation;
    }
    return innovations;
  };
  return { steps, whiten };
}
