/** The first samples of each patch as they are, aligned at its start: what keeps the shape of an event that opens a patch. */
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';

/**
 * Values of the first P steps of each patch, then which of them were observed; zeros behind the patch’s end. O(B N P).
 *
 * @returns shape `[B, N, 2 P]`
 */
export function rawSamples(windows: CutWindows, samples: number): NdArray {
  const { batch, lookback, maxPatches, values, mask, starts, ends } = windows;
  const data = new Float32Array(starts.length * 2 * samples);
  for (let patch = 0; patch < starts.length; patch++) {
    const row = Math.floor(patch / maxPatches) * lookback;
    const from = row + starts[patch];
    const count = Math.min(samples, ends[patch] - starts[patch]);
    const at = patch * 2 * samples;
    for (let i = 0; i < count; i++) {
      if (mask[from + i] === 0) continue;
      data[at + i] = values[from + i];
      data[at + samples + i] = 1;
    }
  }
  return ndArray(data, [batch, maxPatches, 2 * samples]);
}
