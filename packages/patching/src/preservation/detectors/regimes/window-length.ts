/**
 * The length of a window that shows the pattern of a series: the shortest whose mean, deviation and range are about those of the whole
 * series. Works on any series, periodic or not; says nothing of a series whose patterns differ widely in length.
 *
 * Source: Ermshaus, Schäfer and Leser, Window Size Selection in Unsupervised Time Series Analytics (AALTD 2022), summary statistics
 * subsequence (SuSS), with its least length 10 and threshold .89; half of twice the found length, as their segmentation uses it.
 */

const leastLength = 10;
const enough = 0.89;

/** In steps; at most the length of the series. O(T log T). @param values shape `[T]`, finite, not all equal */
export function windowLength(values: Float64Array): number {
  const length = values.length;
  if (length <= leastLength) return length;
  const summary = summaryOf(values);
  const worst = meanDistance(values, 1, summary);
  const best = meanDistance(values, length - 1, summary);
  const likeness = (window: number) => 1 - (meanDistance(values, window, summary) - best) / (worst - best);

  // 1. Doubled until it is enough.
  let high = 16;
  while (high < length && likeness(high) <= enough) high *= 2;
  let low = Math.max(leastLength, high / 2);
  high = Math.min(high, length - 1);

  // 2. Halved to the shortest that is.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (likeness(middle) < enough) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Summary {
  readonly least: number;
  readonly range: number;
  /** Of the values scaled to [0, 1]. */
  readonly mean: number;
  readonly deviation: number;
}

function summaryOf(values: Float64Array): Summary {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const range = most - least;
  let sum = 0;
  for (const value of values) sum += (value - least) / range;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += ((value - least) / range - mean) ** 2;
  return { least, range, mean, deviation: Math.sqrt(squares / values.length) };
}

/** Mean distance of the windows’ mean, deviation and range from those of the series, over the root of the length. O(T) */
function meanDistance(
  values: Float64Array,
  window: number,
  { least, range, mean, deviation }: Summary,
): number {
  const length = values.length;
  // Steps whose values fall (rise) from the front on: the front is the largest (least) of the window.
  const largest = new Int32Array(length);
  const smallest = new Int32Array(length);
  let [largestFrom, largestTo, smallestFrom, smallestTo] = [0, 0, 0, 0];
  let sum = 0;
  let squares = 0;
  let total = 0;
  for (let t = 0; t < length; t++) {
    const value = (values[t] - least) / range;
    sum += value;
    squares += value * value;
    if (t >= window) {
      const gone = (values[t - window] - least) / range;
      sum -= gone;
      squares -= gone * gone;
    }
    while (largestTo > largestFrom && values[largest[largestTo - 1]] <= values[t]) largestTo -= 1;
    largest[largestTo++] = t;
    if (largest[largestFrom] <= t - window) largestFrom += 1;
    while (smallestTo > smallestFrom && values[smallest[smallestTo - 1]] >= values[t]) smallestTo -= 1;
    smallest[smallestTo++] = t;
    if (smallest[smallestFrom] <= t - window) smallestFrom += 1;
    if (t < window - 1) continue;
    const centre = sum / window;
    const spread = Math.sqrt(Math.max(0, squares / window - centre * centre));
    const extent = (values[largest[largestFrom]] - values[smallest[smallestFrom]]) / range;
    total += Math.hypot(centre - mean, spread - deviation, extent - 1);
  }
  return total / (length - window + 1) / Math.sqrt(window);
}
