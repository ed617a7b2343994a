/**
 * Errors of forecasters that repeat an earlier value, in closed form: a value known `lag` steps before the truth errs by
 * the difference of the two, so every pair of observed values that far apart is one past error. Where a lag has too few
 * pairs, a shorter one stands in and is stretched by the square root of the ratio, as errors of a random walk grow
 * (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., table 5.2).
 */
import { errorsForLevel95 } from '../intervals/split-conformal.js';

export interface LaggedErrors {
  readonly errors: Float64Array;
  /** What to multiply the errors by; 1 unless a shorter lag stands in. */
  readonly stretch: number;
}

/**
 * Past errors at `lag`. O(T) where it has enough pairs, else O(T lag / base).
 *
 * @param base the shortest lag; every lag is a multiple of it
 * @returns no errors where not even the shortest lag has a pair
 */
export function laggedErrors(values: Float64Array, lag: number, base: number): LaggedErrors {
  let shortest: LaggedErrors = { errors: new Float64Array(0), stretch: 1 };
  for (let used = lag; used >= base; used -= base) {
    if (values.length - used < errorsForLevel95 && used > base) continue;
    const errors = differences(values, used);
    const found = { errors, stretch: Math.sqrt(lag / used) };
    if (errors.length >= errorsForLevel95) return found;
    if (errors.length >= shortest.errors.length) shortest = found;
  }
  return shortest;
}

/** `values[t] - values[t - lag]` over the pairs of which both were observed. O(T) */
function differences(values: Float64Array, lag: number): Float64Array {
  const errors = new Float64Array(Math.max(0, values.length - lag));
  let count = 0;
  for (let t = lag; t < values.length; t++) {
    const error = values[t] - values[t - lag];
    if (!Number.isNaN(error)) errors[count++] = error;
  }
  return errors.subarray(0, count);
}
