/** A series at a scale where sums of squares keep their digits: of mean 0 and deviation 1. */

/** Also where squares of the values would overflow; zeros where all are equal. The given array is not changed. */
export function standardise(values: Float64Array): Float64Array {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return new Float64Array(values.length);
  let sum = 0;
  for (const value of values) sum += value / largest;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value / largest - mean) ** 2;
  const deviation = Math.sqrt(squares / values.length);
  // Less than the rounding of the values: nothing but that rounding.
  if (deviation < 4 * Number.EPSILON) return new Float64Array(values.length);
  return values.map((value) => (value / largest - mean) / deviation);
}
