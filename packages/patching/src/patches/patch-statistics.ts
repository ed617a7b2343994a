/** A partition in five numbers, for logs and tables. */

export interface PatchStatistics {
  /** Number of patches. */
  readonly patches: number;
  /** Steps per patch on average: length / patches. NaN, as the three lengths, where there are no patches. */
  readonly compressionRate: number;
  /** In steps. */
  readonly minLength: number;
  /** In steps; the mean of the middle two where the count is even. */
  readonly medianLength: number;
  /** In steps. */
  readonly maxLength: number;
}

/** The statistics of patches of these lengths, which sum to `steps`. */
export function patchStatistics(lengths: Uint32Array, steps: number): PatchStatistics {
  const count = lengths.length;
  const sorted = lengths.toSorted();
  const at = (rank: number) => (count === 0 ? Number.NaN : sorted[rank]);
  return {
    patches: count,
    compressionRate: steps / count,
    minLength: at(0),
    medianLength: (at((count - 1) >> 1) + at(count >> 1)) / 2,
    maxLength: at(count - 1),
  };
}
