/**
 * Each patch resampled to a fixed number of cells by area: a cell is the mean of the steps that it covers, each weighing by the part
 * of it inside. A patch shorter than its cells repeats steps; a longer one averages them. The length itself is lost here.
 */
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';

/**
 * Means of the cells over what was observed, then the observed share of each. O(B (L + N size)).
 *
 * @returns shape `[B, N, 2 size]`
 */
export function resampledCells(windows: CutWindows, size: number): NdArray {
  const { batch, lookback, maxPatches, values, mask, starts, ends } = windows;
  const data = new Float32Array(starts.length * 2 * size);
  for (let patch = 0; patch < starts.length; patch++) {
    const length = ends[patch] - starts[patch];
    if (length === 0) continue;
    const start = Math.floor(patch / maxPatches) * lookback + starts[patch];
    const at = patch * 2 * size;
    // In units of 1 / size steps all borders are whole numbers: cell j is [j length, (j + 1) length), step t is [t size, (t + 1) size).
    for (let cell = 0; cell < size; cell++) {
      const from = cell * length;
      const to = from + length;
      let weight = 0;
      let sum = 0;
      for (let t = Math.floor(from / size); t * size < to; t++) {
        if (mask[start + t] === 0) continue;
        const inside = Math.min(to, (t + 1) * size) - Math.max(from, t * size);
        weight += inside;
        sum += inside * values[start + t];
      }
      if (weight === 0) continue;
      data[at + cell] = sum / weight;
      data[at + size + cell] = weight / length;
    }
  }
  return ndArray(data, [batch, maxPatches, 2 * size]);
}
