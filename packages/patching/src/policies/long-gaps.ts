/** Stretches of missing values that a patch should not span. */
import type { Patches } from '../patches/patches.js';

/** Missing steps `[start, end)` between two observed ones. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** The gaps of more than `longest` steps, in order. What is missing at the beginning or the end lies between nothing. O(T). */
export function longGaps(values: Float64Array, longest: number): Gap[] {
  const gaps: Gap[] = [];
  let last = -1;
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    if (last >= 0 && t - last - 1 > longest) gaps.push({ start: last + 1, end: t });
    last = t;
  }
  return gaps;
}

/** The last start that parts what was observed before a gap from what was after it; undefined where one patch holds both. */
export function startAcross(patches: Patches, { start, end }: Gap): number | undefined {
  const last = patches.start(patches.patchOf(end));
  return last >= start ? last : undefined;
}
