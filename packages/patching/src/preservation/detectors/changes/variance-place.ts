/**
 * Where the variance changes between two segments: the most likely step under normal values of the variances on both sides, among those that
 * the logarithms of squares leave open. Logarithms find changes whatever the tails, but know only two fifths of what squares tell, so that
 * their cuts lie off by several times as much; squares alone would follow the tails.
 */

import { median } from '../median.js';

/** Median of a chi-square of one degree of freedom. */
const medianSquare = 0.4549;
/** A square counts at most this many variances of the louder side, so that a spike is no reason to move. */
const mostSquares = 9;
/** Squares by which a cut may fall short and still be the true one in 95 of 100 series (Hansen 2000, Sample Splitting, table I). */
const doubt = 7.35;
/** Variances follow from places and places from variances; they settle at once where the change is clear. */
const rounds = 3;

/**
 * First new points of the changes. O(n log n).
 *
 * @param squares shape `[n]`, of residuals
 * @param logarithms shape `[n]`, of the squares, in units of their noise
 * @param changes increasing
 * @param minSize points that stay on either side
 */
export function variancePlaces(
  squares: Float64Array,
  logarithms: Float64Array,
  changes: Int32Array,
  minSize: number,
): Int32Array {
  const placed = changes.slice();
  for (let i = 0; i < changes.length; i++) {
    const from = i === 0 ? 0 : placed[i - 1];
    const to = i + 1 === changes.length ? squares.length : changes[i + 1];
    const mayMove = plausible(logarithms, from, changes[i], to);
    for (let round = 0; round < rounds; round++) {
      const next = likeliest(squares, from, placed[i], to, minSize, mayMove);
      if (next === placed[i]) break;
      placed[i] = next;
    }
  }
  return placed;
}

function likeliest(
  squares: Float64Array,
  from: number,
  at: number,
  to: number,
  minSize: number,
  mayMove: (step: number) => boolean,
): number {
  const [before, after] = [squares.subarray(from, at), squares.subarray(at, to)].map(variance);
  if (!(before > 0 && after > 0)) return at;
  const most = mostSquares * Math.max(before, after);
  const [weight, offset] = [1 / before - 1 / after, Math.log(before / after)];
  let [best, least, sum] = [at, Number.POSITIVE_INFINITY, 0];
  for (let step = from; step <= to - minSize; step++) {
    if (step >= from + minSize && sum < least && mayMove(step)) [best, least] = [step, sum];
    sum += Math.min(squares[step], most) * weight + offset;
  }
  return best;
}

/** Whether the logarithms leave a step open: whether a cut there leaves no more than `doubt` more of their squares. */
function plausible(
  logarithms: Float64Array,
  from: number,
  at: number,
  to: number,
): (step: number) => boolean {
  const sums = new Float64Array(to - from + 1);
  for (let i = from; i < to; i++) sums[i - from + 1] = sums[i - from] + logarithms[i];
  const total = sums[to - from];
  const explained = (step: number) =>
    sums[step - from] ** 2 / (step - from) + (total - sums[step - from]) ** 2 / (to - step);
  const least = explained(at) - doubt;
  return (step) => explained(step) >= least;
}

/** From the median, which a spike does not move. */
function variance(squares: Float64Array): number {
  return median(squares) / medianSquare;
}
