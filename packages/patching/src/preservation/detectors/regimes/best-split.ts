/**
 * Where a stretch falls into two parts that can be told apart: for each split, windows left and right of it are classified by the
 * majority of their nearest windows, and the split that classifies best is kept with a test of it. Windows that straddle the split count as right
 * ones, and so as errors of the left.
 *
 * From one split to the next a single window changes sides, and only those that have it as a neighbour may change their vote: O(k n) for all
 * splits, after the neighbours.
 *
 * The test is the rank-sum test of the votes left and right. Votes of overlapping windows are not independent, and the best of many splits
 * is tested: its p-value is far too small as such. 1e-15 as the limit is what the source found to leave noise alone.
 *
 * Source: Schäfer, Ermshaus and Leser, ClaSP: Time Series Segmentation (CIKM 2021; Data Mining and Knowledge Discovery 2023).
 */
import type { NearestWindows } from './nearest-windows.js';

export type SplitScore = 'roc-auc' | 'f1';

export interface Split {
  /** First window, and first step, of the right part, from the beginning of the stretch. */
  readonly at: number;
  readonly score: number;
  /** Of the rank-sum test. */
  readonly z: number;
}

/** Windows by side and vote. */
interface Votes {
  readonly leftLeft: number;
  readonly leftRight: number;
  readonly rightLeft: number;
  readonly rightRight: number;
}

/** Both are between 0 and 1 and treat the sides alike: the mean recall (area under the curve of a hard vote), or the mean F1. */
const scores: Readonly<Record<SplitScore, (votes: Votes) => number>> = {
  'roc-auc': ({ leftLeft, leftRight, rightLeft, rightRight }) =>
    (leftLeft / (leftLeft + leftRight) + rightRight / (rightLeft + rightRight)) / 2,
  f1: ({ leftLeft, leftRight, rightLeft, rightRight }) => {
    const wrong = leftRight + rightLeft;
    return leftLeft / (2 * leftLeft + wrong) + rightRight / (2 * rightRight + wrong);
  },
};

/** The best split with at least `margin` steps on either side; undefined where there is no room. */
export function bestSplit(
  { count, k, indices }: NearestWindows,
  window: number,
  margin: number,
  score: SplitScore,
): Split | undefined {
  const followers = followersOf(indices, count, k);
  const leftNeighbours = new Int32Array(count);
  const votesLeft = new Uint8Array(count);
  let leftLeft = 0;
  let rightLeft = 0;
  let straddlingLeft = 0;
  let best: Split | undefined;
  const last = count - 1 + window - margin;
  for (let at = 1; at <= Math.min(last, count - 1); at++) {
    const moved = at - 1;
    if (votesLeft[moved] === 1) {
      rightLeft -= 1;
      leftLeft += 1;
      straddlingLeft += 1;
    }
    if (at > window) straddlingLeft -= votesLeft[at - window - 1];
    for (let p = followers.first[moved]; p < followers.first[moved + 1]; p++) {
      const follower = followers.windows[p];
      leftNeighbours[follower] += 1;
      if (votesLeft[follower] === 1 || 2 * leftNeighbours[follower] < k) continue;
      votesLeft[follower] = 1;
      if (follower >= at) rightLeft += 1;
      else {
        leftLeft += 1;
        if (follower >= at - window) straddlingLeft += 1;
      }
    }
    if (at < margin) continue;
    const votes = {
      leftLeft: leftLeft - straddlingLeft,
      leftRight: at - leftLeft + straddlingLeft,
      rightLeft,
      rightRight: count - at - rightLeft,
    };
    const value = scores[score](votes);
    if (best === undefined || value > best.score) best = { at, score: value, z: rankSum(votes) };
  }
  return best;
}

/** For each window those that have it among their neighbours. */
function followersOf(
  indices: Int32Array,
  count: number,
  k: number,
): { readonly first: Int32Array; readonly windows: Int32Array } {
  const first = new Int32Array(count + 1);
  for (const index of indices) if (index >= 0) first[index + 1] += 1;
  for (let i = 0; i < count; i++) first[i + 1] += first[i];
  const next = first.slice();
  const windows = new Int32Array(first[count]);
  for (let p = 0; p < indices.length; p++) {
    if (indices[p] < 0) continue;
    windows[next[indices[p]]] = Math.floor(p / k);
    next[indices[p]] += 1;
  }
  return { first, windows };
}

/** Normal score of the rank sum of the right side, ties at their mean rank and without their correction, as the source has it. */
function rankSum({ leftLeft, leftRight, rightLeft, rightRight }: Votes): number {
  const left = leftLeft + leftRight;
  const right = rightLeft + rightRight;
  const all = left + right;
  const votesLeft = leftLeft + rightLeft;
  const sum = (rightLeft * (votesLeft + 1)) / 2 + rightRight * (votesLeft + (all - votesLeft + 1) / 2);
  return (sum - (right * (all + 1)) / 2) / Math.sqrt((left * right * (all + 1)) / 12);
}
