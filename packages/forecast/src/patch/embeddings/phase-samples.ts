/**
 * The samples of each patch by their place in a cycle that all patches share, so that a value weighs the same wherever its patch begins.
 * Patches that are moved a little then change little of what a linear layer reads from all of them together, which samples aligned at
 * the start of a patch do not grant.
 */
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';

/**
 * Means of what was observed at each place of the cycle, then ones where there are such, both times the share of places that are held,
 * inverted: a linear layer reads from it a mean over places, as loud in a short patch as in a long one. Zeros elsewhere. Places are
 * counted so that the last step of a window has the last one. A patch of at most `phases` steps keeps all its samples. O(B L), and the zeros.
 *
 * @returns shape `[B, N, 2 P]`
 */
export function phaseSamples(windows: CutWindows, phases: number): NdArray {
  const { batch, lookback, maxPatches, values, mask, starts, ends } = windows;
  const data = new Float32Array(starts.length * 2 * phases);
  const counts = new Int32Array(phases);
  const sums = new Float64Array(phases);
  const shift = (phases - (lookback % phases)) % phases;
  const next = (place: number) => (place + 1 === phases ? 0 : place + 1);
  for (let patch = 0; patch < starts.length; patch++) {
    const [start, end] = [starts[patch], ends[patch]];
    const row = Math.floor(patch / maxPatches) * lookback;
    const first = (start + shift) % phases;
    let held = 0;
    for (let t = start, place = first; t < end; t++, place = next(place)) {
      if (mask[row + t] === 0) continue;
      if (counts[place] === 0) held += 1;
      counts[place] += 1;
      sums[place] += values[row + t];
    }
    const at = patch * 2 * phases;
    const touched = Math.min(end - start, phases);
    for (let i = 0, place = first; i < touched; i++, place = next(place)) {
      if (counts[place] === 0) continue;
      data[at + place] = ((sums[place] / counts[place]) * phases) / held;
      data[at + phases + place] = phases / held;
      counts[place] = 0;
      sums[place] = 0;
    }
  }
  return ndArray(data, [batch, maxPatches, 2 * phases]);
}
