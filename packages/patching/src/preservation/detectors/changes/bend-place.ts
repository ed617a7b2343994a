/**
 * Where a line bends between two segments. Two lines that need not meet may be cut far beside a bend, because a small jump makes up for it:
 * their cut is uncertain by the cube root of what a line that only bends tells to the square root. So where such a line explains the
 * segments as well, up to the price of the jump it does without, its bend is the place.
 */
import { preciseSums } from './precise-sums.js';

/** Squares that one more parameter must explain, over log n: the Bayes information criterion (Schwarz 1978). */
const pricePerLog = 1;

/**
 * First new points of the changes, moved to the bend where a bend will do. O(n).
 *
 * @param values shape `[n]`, of deviation 1 around the lines
 * @param changes increasing
 * @param minSize points that stay on either side
 */
export function bendPlaces(values: Float64Array, changes: Int32Array, minSize: number): Int32Array {
  const n = values.length;
  const sums = preciseSums(
    n,
    (i) => values[i],
    (i) => i * values[i],
    (i) => values[i] * values[i],
  );
  const between = (from: number, to: number, place: number) =>
    sums[6 * to + place] - sums[6 * from + place] + (sums[6 * to + place + 1] - sums[6 * from + place + 1]);
  /** What two lines, or one that bends, leave of `[from, to)`. */
  const twoLines = (from: number, at: number, to: number): number => left(from, at) + left(at, to);
  const left = (from: number, to: number): number => {
    const count = to - from;
    const sum = between(from, to, 0);
    const lean = between(from, to, 2) - (from + (count - 1) / 2) * sum;
    const explained = (sum * sum) / count + (count > 1 ? (12 * lean * lean) / (count * (count ** 2 - 1)) : 0);
    return between(from, to, 4) - explained;
  };
  const bentLine = (from: number, at: number, to: number): number => {
    // Of the bend 0, …, 0, 1, 2, …, what a line does not explain.
    const count = to - from;
    const steps = to - at;
    const centre = (from + to - 1) / 2;
    const spread = (count * (count ** 2 - 1)) / 12;
    const total = (steps * (steps + 1)) / 2;
    const squares = (steps * (steps + 1) * (2 * steps + 1)) / 6;
    // Sum of (i - centre) (i - at + 1) from `at` on, with i - at + 1 = k.
    const lean = squares + (at - 1 - centre) * total;
    const own = squares - total ** 2 / count - lean ** 2 / spread;
    if (!(own > 0)) return Number.POSITIVE_INFINITY;
    const sum = between(from, to, 0);
    const slope = (between(from, to, 2) - centre * sum) / spread;
    const product = between(at, to, 2) - (at - 1) * between(at, to, 0) - (sum / count) * total - slope * lean;
    return left(from, to) - product ** 2 / own;
  };

  const placed = changes.slice();
  for (let i = 0; i < changes.length; i++) {
    const from = i === 0 ? 0 : placed[i - 1];
    const to = i + 1 === changes.length ? n : changes[i + 1];
    let [best, least] = [changes[i], Number.POSITIVE_INFINITY];
    for (let at = from + minSize; at <= to - minSize; at++) {
      const cost = bentLine(from, at, to);
      if (cost < least) [best, least] = [at, cost];
    }
    if (least - twoLines(from, changes[i], to) <= pricePerLog * Math.log(n)) placed[i] = best;
  }
  return placed;
}
