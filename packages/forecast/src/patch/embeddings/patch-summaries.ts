/** What a patch amounts to, whatever its length: mean, maximum and minimum of what was observed, and how much that was. */
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';

/** Numbers of one summary. */
export const summarySize = 4;

/**
 * Mean, maximum, minimum and observed share of the steps of each patch from its step `skipped` on; zeros where there are none or none
 * was observed. O(B L).
 *
 * @returns shape `[B, N, 4]`
 */
export function patchSummaries(windows: CutWindows, skipped: number): NdArray {
  const { batch, lookback, maxPatches, values, mask, starts, ends } = windows;
  const data = new Float32Array(starts.length * summarySize);
  for (let patch = 0; patch < starts.length; patch++) {
    const row = Math.floor(patch / maxPatches) * lookback;
    const from = row + starts[patch] + skipped;
    const to = row + ends[patch];
    let count = 0;
    let sum = 0;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let t = from; t < to; t++) {
      if (mask[t] === 0) continue;
      const value = values[t];
      count += 1;
      sum += value;
      if (value > highest) highest = value;
      if (value < lowest) lowest = value;
    }
    if (count === 0) continue;
    const at = patch * summarySize;
    data[at] = sum / count;
    data[at + 1] = highest;
    data[at + 2] = lowest;
    data[at + 3] = count / (to - from);
  }
  return ndArray(data, [batch, maxPatches, summarySize]);
}
