/** Sd of the noise of a series, one figure per stretch of steps. */
export class SeriesNoise {
  readonly #scales: Float64Array;
  readonly #starts: Int32Array;

  /**
   * @param scales sd per stretch, NaN where a stretch and its neighbours hold no observation
   * @param starts first steps of the stretches, ascending from 0
   */
  constructor(scales: Float64Array, starts: Int32Array) {
    this.#scales = scales;
    this.#starts = starts;
  }

  /** In the unit of the series; 0 where it never leaves its level, NaN where nothing was observed. O(log stretches) */
  at(step: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= step) low = middle;
      else high = middle - 1;
    }
    return this.#scales[low];
  }

  /** The median over the stretches that have one; NaN where none has. */
  median(): number {
    const known = this.#scales.filter((scale) => !Number.isNaN(scale)).sort();
    return known.length === 0 ? Number.NaN : known[known.length >> 1];
  }
}
