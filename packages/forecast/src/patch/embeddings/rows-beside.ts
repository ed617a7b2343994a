/** Covariates and other channels beside the target: their mean and observed share in each patch of the target. */
import { invariant } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';

export interface RowsBeside {
  /** E. */
  readonly rows: number;
  /** Shape `[B, E, L]`; what lies where nothing was observed is never read. */
  readonly values: Float32Array;
  /** 1 where observed, shape `[B, E, L]`. */
  readonly mask: Float32Array;
}

/** Means of what was observed of each row, then their observed shares. Every step lies in one patch: O(B E L). @returns shape `[B, N, 2 E]` */
export function meansBeside(windows: CutWindows, { rows, values, mask }: RowsBeside): NdArray {
  const { batch, lookback, maxPatches, starts, ends } = windows;
  invariant(
    values.length === batch * rows * lookback && mask.length === values.length,
    'rows beside the target have its windows',
  );
  const data = new Float32Array(starts.length * 2 * rows);
  for (let patch = 0; patch < starts.length; patch++) {
    const window = Math.floor(patch / maxPatches);
    const length = ends[patch] - starts[patch];
    for (let row = 0; row < rows; row++) {
      const from = (window * rows + row) * lookback + starts[patch];
      let count = 0;
      let sum = 0;
      for (let t = from; t < from + length; t++) {
        if (mask[t] === 0) continue;
        count += 1;
        sum += values[t];
      }
      if (count === 0) continue;
      data[patch * 2 * rows + row] = sum / count;
      data[patch * 2 * rows + rows + row] = count / length;
    }
  }
  return ndArray(data, [batch, maxPatches, 2 * rows]);
}
