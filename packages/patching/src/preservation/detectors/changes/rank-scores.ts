/** The ranks of values at mean 0 and deviation 1: a level shift shows in them whatever the tails of the noise. Ties share their mean rank. */
import { type ZScores, zScores } from './z-scores.js';

/** Undefined where all values are equal. O(n log n). The given array is not changed. */
export function rankScores(values: Float64Array): ZScores | undefined {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2;
    from = to;
  }
  return zScores(ranks);
}
