/**
 * What hiding a stretch of a window costs its forecast, as a teacher: where the loss rises most, something stands that the answer hangs on, and
 * a boundary belongs to its beginning. Which stretches are hidden and what their losses teach is decided here; the losses come from
 * whoever forecasts, so that this too is learning from forecasting loss alone.
 *
 * Source: occlusion sensitivity, Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2.
 */
import { foldIn, type Key, RandomStream, TesseraError } from '@tessera/core';
import { z } from 'zod';

export const occlusionSchema = z.strictObject({
  /** Steps that are hidden at once; best what a patch holds raw. Default 16. */
  width: z.number().int().positive().default(16),
  /** Steps from one hidden stretch to the next; the first begins at a random phase. */
  stride: z.number().int().positive().default(8),
  /** Power of the rise in loss: higher ones leave only the strongest stretches. */
  sharpness: z.number().positive().default(3),
});
export type OcclusionOptions = z.input<typeof occlusionSchema>;
export type Occlusion = z.output<typeof occlusionSchema>;

/** Half-open ranges to hide one at a time, all of one number for each window. */
export interface Stretches {
  readonly windows: number;
  /** Per window, N. */
  readonly count: number;
  /** First hidden steps, shape `[B, N]`; negative ones begin before the window. */
  readonly starts: Int32Array;
}

/** Stretches that go over each window once, from a phase of its own. O(B L / stride). */
export function occludedStretches(
  windows: number,
  length: number,
  { stride }: Pick<Occlusion, 'stride'>,
  key: Key,
): Stretches {
  // The first may begin half a stride before the window, and the last step has one near it all the same.
  const count = Math.ceil((length + Math.floor(stride / 2)) / stride);
  const starts = new Int32Array(windows * count);
  for (let window = 0; window < windows; window++) {
    const phase = new RandomStream(foldIn(key, window)).integer(0, stride) - Math.floor(stride / 2);
    for (let i = 0; i < count; i++) starts[window * count + i] = phase + i * stride;
  }
  return { windows, count, starts };
}

/**
 * Weights for `imitate`: the rise of the loss above the median of the window, between stretches in a straight line, raised to the
 * sharpness. A window in which nothing rises has zeros and teaches nothing. O(B (L + N log N)).
 *
 * @param losses with each stretch hidden, shape `[B, N]`; those that are not finite count as no rise
 * @returns shape `[B, L]`
 * @throws TesseraError SHAPE_MISMATCH
 */
export function occlusionTargets(
  losses: Float64Array,
  { windows, count, starts }: Stretches,
  length: number,
  { stride, sharpness }: Pick<Occlusion, 'stride' | 'sharpness'>,
): Float64Array {
  if (losses.length !== windows * count) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'losses',
      expected: `${windows * count} losses, one per hidden stretch`,
      found: String(losses.length),
      wayOut: 'Give the losses of all stretches, window by window',
    });
  }
  const targets = new Float64Array(windows * length);
  const rises = new Float64Array(count);
  for (let window = 0; window < windows; window++) {
    const own = losses.subarray(window * count, (window + 1) * count);
    const finite = own.filter(Number.isFinite).sort();
    const usual = finite[Math.floor(finite.length / 2)] ?? 0;
    let most = 0;
    for (let i = 0; i < count; i++) {
      rises[i] = Number.isFinite(own[i]) ? Math.max(0, own[i] - usual) : 0;
      most = Math.max(most, rises[i]);
    }
    if (most === 0) continue;
    const first = starts[window * count];
    for (let t = 0; t < length; t++) {
      const place = Math.min(count - 1, Math.max(0, (t - first) / stride));
      const before = Math.floor(place);
      const share = place - before;
      const rise = (1 - share) * rises[before] + share * rises[Math.min(count - 1, before + 1)];
      // Relative to the highest, so that no power over- or underflows a whole window.
      targets[window * length + t] = (rise / most) ** sharpness;
    }
  }
  return targets;
}
