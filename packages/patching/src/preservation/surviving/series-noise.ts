/** Sd of the noise of a series, one figure per block of steps. */
export class SeriesNoise {
  readonly #scales: Float64Array;
  readonly #blockSteps: number;

  /** @param scales sd per block, NaN where a block and its neighbours hold no observation */
  constructor(scales: Float64Array, blockSteps: number) {
    this.#scales = scales;
    this.#blockSteps = blockSteps;
  }

  /** In the unit of the series; 0 where it never leaves its level, NaN where nothing was observed. */
  at(step: number): number {
    return this.#scales[Math.floor(step / this.#blockSteps)];
  }

  /** The median over the blocks that have one; NaN where none has. */
  median(): number {
    const known = this.#scales.filter((scale) => !Number.isNaN(scale)).sort();
    return known.length === 0 ? Number.NaN : known[known.length >> 1];
  }
}
