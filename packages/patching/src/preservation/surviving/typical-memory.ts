/**
 * How much of its distance from the line of its surroundings a value usually hands on to the next two: the memory of the noise of a series, which
 * a few changes of level, trend or spread hardly move, and none that is known.
 */
import { median } from '../detectors/median.js';
import { writeResiduals } from './line-residuals.js';
import { type NoiseMemory, noiseMemory, noMemory } from './noise-memory.js';

/** Steps of the stretches whose memory is measured, each around its own line: 256 hold a coefficient to 1 / sqrt(256) (Bartlett). */
const stretch = 256;
/** Steps of a piece between two breaks below which its line takes more of the memory than it leaves. */
const leastPiece = 32;

/**
 * Medians over stretches of the autocorrelations around a line; none where no stretch varies. O(T)
 *
 * @param values NaN where missing
 * @param breaks steps at which the series is known to change, ascending: no line is laid across
 */
export function typicalMemory(values: Float64Array, breaks: readonly number[] = []): NoiseMemory {
  const lags: { readonly lag1: number; readonly lag2: number }[] = [];
  const residuals = new Float64Array(Math.min(stretch, values.length));
  let next = 0;
  for (let start = 0; start < values.length; start += stretch) {
    const end = Math.min(values.length, start + stretch);
    const own = residuals.subarray(0, end - start).fill(Number.NaN);
    let from = start;
    for (; next < breaks.length && breaks[next] < end; next++) {
      fit(values, from, breaks[next], own.subarray(from - start, breaks[next] - start));
      from = Math.max(from, breaks[next]);
    }
    fit(values, from, end, own.subarray(from - start));
    const squares = meanProduct(own, 0);
    if (squares > 0) {
      lags.push({ lag1: meanProduct(own, 1) / squares, lag2: meanProduct(own, 2) / squares });
    }
  }
  if (lags.length === 0) return noMemory;
  return noiseMemory(
    median(Float64Array.from(lags, ({ lag1 }) => lag1)),
    median(Float64Array.from(lags, ({ lag2 }) => lag2)),
  );
}

function fit(values: Float64Array, from: number, to: number, target: Float64Array): void {
  if (to - from >= Math.min(leastPiece, values.length)) writeResiduals(values, from, to, true, target);
}

/** Of the pairs of known values so many steps apart; 0 without any. */
function meanProduct(values: Float64Array, lag: number): number {
  let [sum, count] = [0, 0];
  for (let i = lag; i < values.length; i++) {
    if (Number.isNaN(values[i]) || Number.isNaN(values[i - lag])) continue;
    sum += values[i] * values[i - lag];
    count += 1;
  }
  return count > 0 ? sum / count : 0;
}
