/**
 * The one interface of scaling: learn where a channel lies and how far it spreads, then move values there and back. A
 * scaler is unfitted and cannot transform; a fitted one never learns again. Only what was observed counts, so garbage
 * under the mask changes nothing; a missing value stays missing, because NaN goes through as NaN.
 */

export const scalerNames = ['none', 'standard', 'robust', 'instance', 'asinh'] as const;
export type ScalerName = (typeof scalerNames)[number];

export interface Scaler {
  readonly name: ScalerName;
  /**
   * Location and scale of the observed values.
   *
   * @param values shape `[T]`; whatever stands where `observed` is 0 is not looked at
   * @param observed shape `[T]`; not 0 where the value counts
   * @throws TesseraError SHAPE_MISMATCH; NUMBER_INFINITE where an observed value is not finite, or so large that the
   * spread is not
   */
  fit(values: ArrayLike<number>, observed: ArrayLike<number>): FittedScaler;
}

export interface FittedScaler {
  readonly name: ScalerName;
  /** In the unit of the channel; 0 where nothing was observed. */
  readonly location: number;
  /** In the unit of the channel; finite and above 0. */
  readonly scale: number;
  /**
   * Whether there was no spread to scale by, so that `scale` is 1: nothing was observed, all values are the same, or
   * their spread is below what the scaler can tell from 0.
   */
  readonly degenerate: boolean;
  /**
   * Scaled values, shape `[T]`.
   *
   * @param out where to write, `values` itself for in place; a new array by default
   * @throws TesseraError SHAPE_MISMATCH
   */
  transform(values: ArrayLike<number>, out?: Float64Array): Float64Array;
  /** The values that `transform` scaled, up to rounding; parameters and errors as there. */
  inverse(values: ArrayLike<number>, out?: Float64Array): Float64Array;
  toJSON(): FittedScalerData;
}

/** A fitted scaler as plain data; `fittedScalerFromJSON` makes it whole again. */
export interface FittedScalerData {
  readonly name: ScalerName;
  readonly location: number;
  readonly scale: number;
  readonly degenerate: boolean;
}
