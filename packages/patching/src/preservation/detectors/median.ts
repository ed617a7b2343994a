/** The middle of values, which no few of them can move far. */

/** Mean of the middle two where the count is even; NaN of none. The given array is not changed. O(n log n) */
export function median(values: Float64Array): number {
  const sorted = values.toSorted();
  // Halved first: the sum of two of the largest doubles would overflow.
  return sorted[(sorted.length - 1) >> 1] / 2 + sorted[sorted.length >> 1] / 2;
}
