/**
 * How alike the windows of a stretch are, told diagonal by diagonal: all pairs of windows at one distance at a time, which is what lets
 * an implementation go from one pair to the next with a few operations.
 */
export interface WindowLikeness {
  /** Windows of the stretch, n. */
  readonly count: number;
  /**
   * Writes how alike windows i and i + distance are to `into[i]`, for i in `[0, n - distance)`. Larger is more alike.
   */
  diagonal(distance: number, into: Float64Array): void;
}

/** A series whose stretches can be compared window by window. Its points are steps, or bins of steps. */
export interface WindowedSeries {
  /** Points, N. */
  readonly length: number;
  /** Steps of a point. */
  readonly bin: number;
  /** Points of a window; a stretch of n points has n - window + 1 windows. */
  readonly window: number;
  /** The windows of the points `[from, to)`, at least one. */
  likeness(from: number, to: number): WindowLikeness;
}
