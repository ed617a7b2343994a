/**
 * What survives of one channel, laid on the steps of the raw series so that one statistic can be taken of both. It also knows
 * how much of the raw noise is left in a contrast of it, from the form of the summary and never from what survives: a noise
 * estimate of a smoothed series makes an erased spike look preserved.
 */

export interface SurvivingSeries {
  /** Name of the summary, or `reconstruction`. */
  readonly name: string;
  /** Shape `[T]`; NaN where nothing survives. */
  readonly values: Float64Array;
  /**
   * What survives of the distance from the local level, shape `[T]`: of a linear summary, its image; else the surviving values
   * less the raw level.
   */
  readonly deviation: Float64Array;
  /** Whether a patch may keep fewer figures than it has steps, so that which steps share a patch matters. */
  readonly pools: boolean;
  /** Whether the noise of a contrast is known; else it is taken to be that of the raw series. */
  readonly isLinear: boolean;
  /**
   * Sd of `sum(contrast * values)` per sd of white noise in the raw series. O(steps of the contrast).
   *
   * @param contrast weights of the steps from `offset` on
   */
  noiseSd(contrast: Float64Array, offset: number): number;
  /** How much of the raw value at step `source` is in the surviving value at `step`; NaN where that is not known. */
  influence(step: number, source: number): number;
  /**
   * 1 at the steps whose values were kept as they are and 0 at those drawn between them, shape `[T]`; absent where the values are
   * no kept samples.
   */
  readonly kept?: Uint8Array;
  /** Independent figures that survive of the steps `[start, end)` and of no others; NaN where that is not known. */
  figures(start: number, end: number): number;
}

/** Length of a vector. */
export function euclideanNorm(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/** Whether what survives has a figure of its own at a step. */
export function hasFigure({ values, kept }: SurvivingSeries, step: number): boolean {
  return !Number.isNaN(values[step]) && (kept === undefined || kept[step] === 1);
}
