/**
 * A metric is a statistic of one forecast window plus the way statistics are aggregated. Statistics are sums with the
 * weight of what was observed, so that windows and series of different length and missingness combine exactly.
 */

/** One series, one channel, one window. Shapes: H steps, Q quantiles, T training steps. */
export interface MetricInput {
  /** What came, shape `[H]`; ignored where `observed` is 0. */
  readonly actual: Float64Array;
  /** Shape `[H]`; 1 where the truth is known. */
  readonly observed: Uint8Array;
  /** Point forecast, shape `[H]`. */
  readonly point: Float64Array;
  /** Levels in (0, 1), ascending, shape `[Q]`. */
  readonly quantileLevels: readonly number[];
  /** Shape `[H, Q]`, row by row. */
  readonly quantiles: Float64Array;
  /** Training values that scaled metrics divide by, shape `[T]`; NaN where missing. */
  readonly insample: Float64Array;
  /** Season in steps for scaled metrics; 1 for none. */
  readonly season: number;
}

/**
 * A statistic of one window: `sum / weight` is its mean. A weight of 0 means it could not be computed; where the weight
 * is not a count, as for WAPE, the sum may still count among other windows.
 */
export interface MetricPart {
  readonly sum: number;
  readonly weight: number;
}

export interface Metric {
  /** Short standard name, e.g. `MASE`, `coverage-80`. */
  readonly name: string;
  /** `target`: in the unit of the series (or its square for MSE); `ratio`: free of units. */
  readonly unit: 'target' | 'target squared' | 'ratio' | 'percent';
  /** Quantile levels the input must carry, exact to 1e-9; empty for point metrics. */
  readonly quantileLevels: readonly number[];
  /** Whether smaller, larger or nearest-to-`ideal` is better. */
  readonly better: 'smaller' | { readonly ideal: number };
  /**
   * `pooled`: a window may be split and its parts aggregated without a change of the result. `windows`: the result is
   * the mean over windows, each weighing the same, whatever its length.
   */
  readonly aggregation: 'pooled' | 'windows';
  /** @throws TesseraError SHAPE_MISMATCH, METRIC_INPUT_INVALID */
  statistic(input: MetricInput): MetricPart;
  /** One number for many windows; NaN where no part has weight. */
  aggregate(parts: readonly MetricPart[]): number;
}
