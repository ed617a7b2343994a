/**
 * Windows and where they are cut: what every embedding prepares its arrays from. Patches beyond those of a window are padding, empty
 * and at the end of the window.
 */
import { invariant, TesseraError } from '@tessera/core';

export interface CutWindows {
  readonly batch: number;
  /** L. */
  readonly lookback: number;
  /** N. */
  readonly maxPatches: number;
  /** Shape `[B, L]`; what lies where nothing was observed is never read. */
  readonly values: Float32Array;
  /** 1 where observed, shape `[B, L]`. */
  readonly mask: Float32Array;
  /** First step of each patch, shape `[B, N]`. */
  readonly starts: Int32Array;
  /** Exclusive end of each patch, shape `[B, N]`. */
  readonly ends: Int32Array;
  /** Patches of each window, shape `[B]`. */
  readonly counts: Int32Array;
}

/**
 * O(B L).
 *
 * @param ends exclusive ends of the patches of each window, ascending up to `lookback`
 * @throws TesseraError PATCHES_INVALID, PATCHES_TOO_MANY
 */
export function cutWindows(
  values: Float32Array,
  mask: Float32Array,
  lookback: number,
  ends: readonly Uint32Array[],
  maxPatches: number,
): CutWindows {
  const batch = ends.length;
  invariant(
    values.length === batch * lookback && mask.length === values.length,
    'values and mask have a row for each list of ends',
  );
  const allStarts = new Int32Array(batch * maxPatches).fill(lookback);
  const allEnds = new Int32Array(batch * maxPatches).fill(lookback);
  const counts = new Int32Array(batch);
  for (let row = 0; row < batch; row++) {
    const own = ends[row];
    if (own.length > maxPatches) throw tooMany(row, own.length, maxPatches);
    let start = 0;
    for (let i = 0; i < own.length; i++) {
      if (own[i] <= start) throw noPartition(row, own, lookback);
      allStarts[row * maxPatches + i] = start;
      allEnds[row * maxPatches + i] = own[i];
      start = own[i];
    }
    if (start !== lookback) throw noPartition(row, own, lookback);
    counts[row] = own.length;
  }
  return { batch, lookback, maxPatches, values, mask, starts: allStarts, ends: allEnds, counts };
}

function tooMany(row: number, found: number, maxPatches: number): TesseraError {
  return new TesseraError({
    code: 'PATCHES_TOO_MANY',
    argument: `patches of window ${row}`,
    expected: `at most ${maxPatches}`,
    found: `${found}`,
    wayOut: 'Limit the policy, or make the model for more patches',
  });
}

function noPartition(row: number, ends: Uint32Array, lookback: number): TesseraError {
  return new TesseraError({
    code: 'PATCHES_INVALID',
    argument: `patches of window ${row}`,
    expected: `ascending ends up to ${lookback}`,
    found: ends.length > 8 ? `${ends.subarray(0, 8).join(', ')}, ...` : ends.join(', ') || 'none',
    wayOut: 'Give patches that cover every step once, in order',
  });
}
