/**
 * How much of its distance from the line of its surroundings a value usually hands on to the next two: the memory of the noise of a series, which
 * a few changes of level, trend or spread hardly move, spikes hardly at all, and known changes not.
 */
import { median } from '../detectors/median.js';
import { writeResiduals } from './line-residuals.js';
import { type NoiseMemory, noiseMemory } from './noise-memory.js';

/** Steps of the stretches whose memory is measured, each around its own line: 256 hold a coefficient to 1 / sqrt(256) (Bartlett). */
const stretch = 256;
/** Steps of a piece between two breaks below which next to nothing of the memory is left beside its line. */
const leastPiece = 12;
/** Deviations of a median beyond which a value counts no more: a spike would outweigh the memory of all others. */
const clip = 4 * 1.4826;

interface StretchMemory {
  readonly lag1: number;
  readonly lag2: number;
  readonly count: number;
}

/**
 * Medians over stretches, by their values, of the autocorrelations around a line; undefined where there is no piece that tells. O(T)
 *
 * @param values NaN where missing
 * @param breaks steps at which the series is known to change, ascending: no line is laid across
 */
export function typicalMemory(values: Float64Array, breaks: readonly number[] = []): NoiseMemory | undefined {
  const found: StretchMemory[] = [];
  let next = 0;
  for (let start = 0; start < values.length; start += stretch) {
    const end = Math.min(values.length, start + stretch);
    const residuals = new Float64Array(end - start).fill(Number.NaN);
    let pieces = 0;
    const add = (from: number, to: number) => {
      const piece = residuals.subarray(from - start, to - start);
      if (to - from < Math.min(leastPiece, values.length)) return;
      writeResiduals(values, from, to, true, piece);
      pieces += 1;
    };
    let from = start;
    for (; next < breaks.length && breaks[next] < end; next++) {
      add(from, Math.max(from, breaks[next]));
      from = Math.max(from, breaks[next]);
    }
    add(from, end);
    const own = memoryOf(residuals, pieces);
    if (own !== undefined) found.push(own);
  }
  if (found.length === 0) return undefined;
  return noiseMemory(
    medianByCount(found, ({ lag1 }) => lag1),
    medianByCount(found, ({ lag2 }) => lag2),
  );
}

/** @param residuals NaN where there are none; clipped in place. @param pieces lines that were laid through the stretch */
function memoryOf(residuals: Float64Array, pieces: number): StretchMemory | undefined {
  const sizes = residuals.filter((value) => !Number.isNaN(value)).map(Math.abs);
  if (sizes.length < 3) return undefined;
  // Of residuals that are mostly 0 the mean size stands for the median; divided by it, no square overflows.
  const usual = median(sizes) || sizes.reduce((sum, size) => sum + size / sizes.length, 0);
  if (!(usual > 0 && usual < Number.POSITIVE_INFINITY)) return undefined;
  for (let i = 0; i < residuals.length; i++) {
    residuals[i] = Math.max(-clip, Math.min(clip, residuals[i] / usual));
  }
  const squares = meanProduct(residuals, 0);
  if (!(squares > 0)) return undefined;
  const [one, two] = [1, 2].map((lag) => meanProduct(residuals, lag) / squares);
  // What the lines take with them, to first order (Kendall, Biometrika 1954, for a mean; twice as much for a line).
  const taken = ((2 + 4 * Math.max(0, one)) * pieces) / sizes.length;
  return { lag1: one + taken, lag2: two + taken, count: sizes.length };
}

/** The value with half of the count on either side. */
function medianByCount(found: readonly StretchMemory[], of: (each: StretchMemory) => number): number {
  const sorted = [...found].sort((a, b) => of(a) - of(b));
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  let below = 0;
  for (const each of sorted) {
    below += each.count;
    if (below >= half) return of(each);
  }
  return 0;
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
