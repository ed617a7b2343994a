/**
 * What means over patches lose of spikes and changes of level, in one pass: cheap enough to be computed for every candidate cut of a
 * training batch. A forecaster may use it as a penalty; the policy that places the patches never sees it. It knows no change points
 * and tests nothing: for a verdict run the audit.
 */
import { TesseraError } from '@tessera/core';
import type { Patches } from '../../patches/index.js';

export interface ErasureStatistics {
  /** Share, in [0, 1], of the squared steps between neighbouring values that lies inside patches: moves that no boundary marks. */
  readonly unmarkedMoves: number;
  /** Share, in [0, 1], of the variance that means over patches lose. */
  readonly lostVariance: number;
  /** Steps that stand out of their patch by more than the threshold and whose mean does not: over the steps that stand out; 0 without any. */
  readonly erasedSpikes: number;
  /** Steps that stand out. */
  readonly spikes: number;
}

/**
 * Erasure statistics of one window; O(T), without memory of its own.
 *
 * @param values shape `[T]`, NaN where missing: those steps are skipped
 * @param threshold in units of `scale`, default 3
 * @param scale sd of the noise; default that of the differences of neighbours, over sqrt(2)
 * @throws TesseraError SHAPE_MISMATCH
 */
export function erasureStatistics(
  values: Float64Array,
  patches: Patches,
  threshold = 3,
  scale: number = differenceScale(values),
): ErasureStatistics {
  if (values.length !== patches.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'values of erasureStatistics',
      expected: `${patches.length} values, one per step of the patches`,
      found: String(values.length),
      wayOut: 'Give the window that was cut',
    });
  }
  let [all, sum, squares] = [0, 0, 0];
  let [moves, unmarked, lost] = [0, 0, 0];
  let [spikes, erased] = [0, 0];
  // From the first value, so that a high level costs no digits.
  const origin = values.find((value) => !Number.isNaN(value)) ?? 0;
  let before = Number.NaN;
  for (const { start, end } of patches) {
    let [count, total, own] = [0, 0, 0];
    for (let t = start; t < end; t++) {
      const value = values[t] - origin;
      if (Number.isNaN(value)) continue;
      const move = Number.isNaN(before) ? 0 : (value - before) ** 2;
      moves += move;
      if (count > 0) unmarked += move;
      before = value;
      count += 1;
      total += value;
      own += value * value;
    }
    if (count === 0) continue;
    all += count;
    sum += total;
    squares += own;
    lost += Math.max(0, own - (total * total) / count);
    if (!(scale > 0) || count < 2) continue;
    for (let t = start; t < end; t++) {
      // Of the others in the patch, so that a spike does not hide itself.
      const value = values[t] - origin;
      const height = Math.abs(value - (total - value) / (count - 1)) / scale;
      if (!(height >= threshold)) continue;
      spikes += 1;
      if (height < threshold * Math.sqrt(count)) erased += 1;
    }
  }
  const variance = squares - (sum * sum) / Math.max(1, all);
  return {
    unmarkedMoves: moves > 0 ? unmarked / moves : 0,
    lostVariance: variance > 0 ? Math.min(1, lost / variance) : 0,
    erasedSpikes: spikes > 0 ? erased / spikes : 0,
    spikes,
  };
}

/** Sd of white noise from the differences of neighbours, over both observed; 0 without two of them. */
function differenceScale(values: Float64Array): number {
  let [squares, count] = [0, 0];
  for (let t = 1; t < values.length; t++) {
    const move = values[t] - values[t - 1];
    if (Number.isNaN(move)) continue;
    squares += move * move;
    count += 1;
  }
  return count === 0 ? 0 : Math.sqrt(squares / count / 2);
}
