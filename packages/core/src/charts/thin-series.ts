/**
 * Fewer points for the same picture: of every stretch of time as wide as a pixel column only the first, lowest, highest
 * and last observation are kept, which draws the same line (M4; Jugel et al., VLDB 2014). Gaps survive: where something
 * is missing between two kept observations, a NaN stands between them. Values are picked, never averaged.
 */
import { TesseraError } from '../errors/tessera-error.js';

export interface ThinnedSeries {
  /** UTC milliseconds. */
  readonly times: Float64Array;
  /** NaN where a gap is. */
  readonly values: Float64Array;
}

/** The least that holds one bin: four observations, a gap before each, and a missing end. */
const leastPoints = 9;

/**
 * At most `maxPoints` points of a series: its first and last moment, every bin's first, lowest, highest and last
 * observation, and a NaN for every gap between them. A series that is short enough comes back whole. O(T) time.
 *
 * @param times UTC milliseconds, strictly increasing, shape `[T]`
 * @param values NaN where missing, shape `[T]`
 * @param maxPoints at least 9; four for every pixel of the width, and one for every gap, lose nothing that can be seen
 * @throws TesseraError SHAPE_MISMATCH, OPTIONS_INVALID
 */
export function thinSeries(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  maxPoints: number,
): ThinnedSeries {
  if (times.length !== values.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'values of thinSeries',
      expected: `${times.length} values, one per time`,
      found: `${values.length}`,
      wayOut: 'Give a value for every time, NaN where it is missing',
    });
  }
  if (!Number.isInteger(maxPoints) || maxPoints < leastPoints) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'maxPoints of thinSeries',
      expected: `a whole number of at least ${leastPoints}`,
      found: String(maxPoints),
      wayOut: 'Allow four points per pixel of the width, or fewer where a coarser picture will do',
    });
  }
  if (times.length <= maxPoints) {
    return { times: Float64Array.from(times), values: Float64Array.from(values) };
  }
  const kept = keptIndices(times, values, maxPoints);
  return {
    times: Float64Array.from(kept, (index) => times[index]),
    values: Float64Array.from(kept, (index) => values[index]),
  };
}

/** Ascending indices of what is kept: corners of bins, and the first missing step of each gap between them. */
function keptIndices(times: ArrayLike<number>, values: ArrayLike<number>, maxPoints: number): number[] {
  const end = times.length - 1;
  const bins = binsFor(values, maxPoints);
  const binsPerTime = bins / (times[end] - times[0]);
  const kept: number[] = [];
  const keep = (index: number): void => {
    const previous = kept.length === 0 ? -1 : kept[kept.length - 1];
    if (index === previous) return;
    for (let between = previous + 1; between < index; between++) {
      if (!Number.isNaN(values[between])) continue;
      kept.push(between);
      break;
    }
    kept.push(index);
  };

  let bin = -1;
  let [first, lowest, highest, last] = [-1, -1, -1, -1];
  const closeBin = (): void => {
    if (first < 0) return;
    keep(first);
    keep(Math.min(lowest, highest));
    keep(Math.max(lowest, highest));
    keep(last);
  };
  for (let i = 0; i <= end; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    const itsBin = Math.min(bins - 1, Math.floor((times[i] - times[0]) * binsPerTime));
    if (itsBin !== bin) {
      closeBin();
      bin = itsBin;
      first = i;
      lowest = i;
      highest = i;
    }
    if (value < values[lowest]) lowest = i;
    if (value > values[highest]) highest = i;
    last = i;
  }
  closeBin();
  if (kept.length === 0) return [0, end];
  if (kept[kept.length - 1] !== end) kept.push(end);
  return kept;
}

/** As many bins as surely fit: each keeps four observations, and between those stands at most every gap there is. */
function binsFor(values: ArrayLike<number>, maxPoints: number): number {
  let gaps = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) && (i === 0 || !Number.isNaN(values[i - 1]))) gaps += 1;
  }
  return Math.max(Math.floor((maxPoints - 1 - gaps) / 4), Math.floor((maxPoints - 1) / 8));
}
