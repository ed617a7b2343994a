/**
 * PELT as it was published and as the R package changepoint runs it: every start is asked at every step and dropped for good once its
 * own cost exceeds the best. For costs that adding a cut can raise, such as that with the logarithm of the length, this is not exact: it
 * drops starts that would have won later. It is here so that published figures can be reproduced; use `pelt` for anything else.
 *
 * Source: Killick, Fearnhead and Eckley, Optimal Detection of Changepoints with a Linear Computational Cost (JASA 2012), section 3.
 */
import { type PeltOptions, readBack, type Segmentation } from './pelt.js';
import type { SegmentCost } from './segment-cost.js';

/** O(n) to O(n^2), by how much is dropped. */
export function publishedPelt(cost: SegmentCost, { penalty, minSize }: PeltOptions): Segmentation {
  const n = cost.length;
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const last = new Int32Array(n + 1);
  best[0] = -penalty;
  const starts = new Int32Array(n + 1);
  const answers = new Float64Array(n + 1);
  let count = 0;
  let evaluations = 0;
  for (let end = minSize; end <= n; end++) {
    const newest = end - minSize;
    if (newest === 0 || newest >= minSize) starts[count++] = newest;
    cost.costs(starts, count, end, answers);
    evaluations += count;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      answers[k] += best[starts[k]];
      if (answers[k] >= least) continue;
      least = answers[k];
      last[end] = starts[k];
    }
    best[end] = least + penalty;
    let kept = 0;
    for (let k = 0; k < count; k++) if (answers[k] <= best[end]) starts[kept++] = starts[k];
    count = kept;
  }
  return { changes: readBack(last, n), cost: best[n], evaluations };
}
