/** A series at a scale where sums of squares keep their digits: of mean 0 and deviation 1, with the way back. */

export interface ZScores {
  /** Shape `[n]`. */
  readonly scores: Float64Array;
  readonly mean: number;
  /** Divisor n - 1. */
  readonly deviation: number;
}

/** Also where squares of the values would overflow; undefined where all values are equal or there are none. The given array is not changed. */
export function zScores(values: Float64Array): ZScores | undefined {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  if (!(largest > least)) return undefined;
  const unit = Math.max(Math.abs(least), Math.abs(largest));
  let sum = 0;
  for (const value of values) sum += value / unit;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value / unit - mean) ** 2;
  const deviation = Math.sqrt(squares / (values.length - 1));
  // Less than the rounding of the values: nothing but that rounding.
  if (deviation < 4 * Number.EPSILON) return undefined;
  const scores = values.map((value) => (value / unit - mean) / deviation);
  // The deviation of the largest numbers of both signs is larger than any number.
  return { scores, mean: mean * unit, deviation: Math.min(deviation * unit, Number.MAX_VALUE) };
}
