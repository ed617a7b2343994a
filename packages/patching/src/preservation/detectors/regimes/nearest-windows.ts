/**
 * For every window of a stretch the `k` others that are most like it. Windows that overlap by half or more are no neighbours. Of equally
 * near ones those are kept that come first in an order that scatters distances: were it the nearer in time, a flat series would fall to pieces.
 * O(n^2 c) for n windows, where c is what a pair costs.
 *
 * Source: Schäfer, Ermshaus and Leser, ClaSP: Time Series Segmentation (CIKM 2021).
 */
import type { WindowLikeness } from './window-likeness.js';

export interface NearestWindows {
  /** Windows, n. */
  readonly count: number;
  readonly k: number;
  /** Shape `[n, k]`, best first; -1 where there are fewer than k. */
  readonly indices: Int32Array;
}

/** Differences of likeness below this are rounding: correlations of neighbouring pairs come from one running sum. */
const rounding = 1e-10;

/** @param window its length, in the unit by which windows are apart */
export function nearestWindows(likeness: WindowLikeness, window: number, k: number): NearestWindows {
  const { count } = likeness;
  const indices = new Int32Array(count * k).fill(-1);
  const best = new Float64Array(count * k).fill(Number.NEGATIVE_INFINITY);
  // The worst of the k of each window, apart, so that the hot loop reads one number.
  const worst = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const alike = new Float64Array(count);

  const insert = (i: number, other: number, value: number) => {
    const first = i * k;
    let place = first + k - 1;
    while (place > first && best[place - 1] < value) {
      best[place] = best[place - 1];
      indices[place] = indices[place - 1];
      place -= 1;
    }
    best[place] = value;
    indices[place] = other;
    worst[i] = best[first + k - 1];
  };

  const least = (window >> 1) + 1;
  const distances = Math.max(0, count - least);
  const stride = scatteringStride(distances);
  for (let step = 1; step <= distances; step++) {
    const distance = least + ((step * stride) % distances);
    likeness.diagonal(distance, alike);
    for (let i = 0, j = distance; j < count; i++, j++) {
      const value = alike[i];
      if (value > worst[i] + rounding) insert(i, j, value);
      if (value > worst[j] + rounding) insert(j, i, value);
    }
  }
  return { count, k, indices };
}

/** A stride that visits every one of `count` places, far apart one after another: near the golden section, without a common divisor. */
function scatteringStride(count: number): number {
  let stride = Math.max(1, Math.round(count * (Math.sqrt(1.25) - 0.5)));
  while (commonDivisor(stride, count) !== 1) stride += 1;
  return stride;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
