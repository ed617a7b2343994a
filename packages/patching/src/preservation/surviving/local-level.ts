/**
 * Where a series lies near each step: the rolling median of what was observed, spikes left out. Checks measure spikes from it
 * and the frozen noise is what is left. It follows seasons and trends that are slow against its window, and no faster ones.
 */
import type { Span } from './span.js';

/** Steps on either side; that of the Hampel filter (Hampel 1974; Pearson et al. 2016 use 5 as well). */
export const levelHalfWidth = 5;

/**
 * The local level, shape `[T]`; NaN only where the series holds no observation at all. O(T) with a window of 11 steps.
 *
 * @param values NaN where missing
 * @param without steps that are no part of the level; each gets the median of what is around it
 */
export function localLevel(values: Float64Array, without: readonly Span[] = []): Float64Array {
  const known = values.slice();
  for (const { start, end } of without) known.fill(Number.NaN, start, end);
  const { length } = known;
  const level = new Float64Array(length);
  // One place more, for the step that enters before another leaves.
  const sorted = new Float64Array(2 * levelHalfWidth + 2);
  let count = 0;
  for (let t = -levelHalfWidth; t < length; t++) {
    const entering = t + levelHalfWidth;
    if (entering < length && !Number.isNaN(known[entering])) {
      let place = count;
      for (; place > 0 && sorted[place - 1] > known[entering]; place--) sorted[place] = sorted[place - 1];
      sorted[place] = known[entering];
      count += 1;
    }
    const leaving = t - levelHalfWidth - 1;
    if (leaving >= 0 && !Number.isNaN(known[leaving])) {
      let place = 0;
      while (sorted[place] !== known[leaving]) place += 1;
      count -= 1;
      for (; place < count; place++) sorted[place] = sorted[place + 1];
    }
    if (t < 0) continue;
    const middle = count >> 1;
    if (count === 0) level[t] = Number.NaN;
    else level[t] = count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
  return bridged(level);
}

/** The line between the levels on both sides of a stretch where none is known; the nearest at the ends. */
function bridged(level: Float64Array): Float64Array {
  let before = -1;
  for (let t = 0; t < level.length; t++) {
    if (Number.isNaN(level[t])) continue;
    if (before < 0) level.fill(level[t], 0, t);
    else {
      for (let u = before + 1; u < t; u++) {
        level[u] = level[before] + ((level[t] - level[before]) * (u - before)) / (t - before);
      }
    }
    before = t;
  }
  if (before >= 0) level.fill(level[before], before + 1);
  return level;
}
