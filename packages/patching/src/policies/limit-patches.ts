/**
 * Patches that keep limits, from patches that may not. Where limits contradict each other, the first of this order holds: most
 * patches, shortest patch, no long gap inside a patch, longest patch. What was not kept can be counted with `brokenLimits`.
 */
import { Patches } from '../patches/patches.js';
import { longGaps, startAcross } from './long-gaps.js';
import { mergePatches } from './merge-patches.js';
import { mostPatches } from './rates.js';

export interface PatchLimits {
  /** Most patches of a window, strictly. Default: no limit. */
  readonly maxPatches?: number | undefined;
  /** Steps per patch at least, strictly: a window of T steps has at most max(1, floor(T / rate)) patches. Default 1. */
  readonly rate?: number | undefined;
  /** Fewest steps of a patch. Default 1. The last patch of a causal policy may be shorter: it has not ended yet. */
  readonly minLength?: number | undefined;
  /** Most steps of a patch. Default: no limit. */
  readonly maxLength?: number | undefined;
  /** Most missing steps in a row between two observed ones of a patch. Default: no limit. */
  readonly longestGap?: number | undefined;
}

/** How often a limit that gives way to others was not kept. */
export interface BrokenLimits {
  readonly tooShort: number;
  readonly tooLong: number;
  /** Long gaps that lie inside a patch. */
  readonly gapsInside: number;
}

const never = Number.POSITIVE_INFINITY;

/**
 * Limits by hindsight: what is too short is dropped, what is too many joins the neighbour it differs least from, and what is too long
 * is split into even parts, the longest first. O(T + N (log N + minLength)).
 *
 * @param values shape `[T]`, NaN where missing
 */
export function limitPatches(patches: Patches, values: Float64Array, limits: PatchLimits): Patches {
  const { length } = patches;
  if (length === 0) return patches;
  const guards = new Map<number, number>();
  for (const gap of longGaps(values, limits.longestGap ?? never)) {
    guards.set(startAcross(patches, gap) ?? gap.end, gap.end - gap.start);
  }
  const starts = [...new Set([...patches.toStarts(), ...guards.keys()])].sort((a, b) => a - b);
  const apart = longEnough(starts, length, limits.minLength ?? 1, guards);
  const merged = mergePatches(Patches.fromStarts(apart, length), values, mostOf(length, limits), guards);
  return splitLong(merged, limits);
}

/** Limits from left to right, so that later steps move no earlier boundary. O(T). */
export function limitPatchesCausally(patches: Patches, values: Float64Array, limits: PatchLimits): Patches {
  const { length } = patches;
  if (length === 0) return patches;
  const { minLength = 1, maxLength = never, rate = 1, maxPatches = never } = limits;
  const isWanted = patches.toBoundaries();
  const gapStarts = new Map(
    longGaps(values, limits.longestGap ?? never).map(({ start, end }) => [end, start]),
  );
  const starts = [0];
  for (let t = 1; t < length; t++) {
    const last = starts[starts.length - 1];
    const gapStart = gapStarts.get(t);
    const isDue = t - last >= maxLength || (gapStart !== undefined && last < gapStart);
    if ((isWanted[t] === 0 && !isDue) || t - last < minLength) continue;
    if (starts.length < Math.min(maxPatches, mostPatches(t + 1, rate))) starts.push(t);
  }
  return Patches.fromStarts(starts, length);
}

/** What gave way to a limit that came first, for reports. O(T + N). */
export function brokenLimits(patches: Patches, values: Float64Array, limits: PatchLimits): BrokenLimits {
  const { minLength = 1, maxLength = never, longestGap = never } = limits;
  const lengths = patches.toLengths();
  return {
    tooShort: lengths.filter((each) => each < minLength).length,
    tooLong: lengths.filter((each) => each > maxLength).length,
    gapsInside: longGaps(values, longestGap).filter((gap) => startAcross(patches, gap) === undefined).length,
  };
}

function mostOf(length: number, { maxPatches = never, rate = 1 }: PatchLimits): number {
  return Math.min(maxPatches, mostPatches(length, rate));
}

/**
 * The starts that are `minLength` apart from each other and from the end. Among rivals the earlier one stays, unless a later one is
 * worth more.
 */
function longEnough(
  starts: readonly number[],
  length: number,
  minLength: number,
  guards: ReadonlyMap<number, number>,
): number[] {
  const worth = (start: number) => guards.get(start) ?? 0;
  const kept = [0];
  for (const start of starts) {
    if (start < minLength || start > length - minLength) continue;
    const before = kept.findLastIndex((each) => start - each >= minLength);
    if (kept.slice(before + 1).some((rival) => worth(rival) >= worth(start))) continue;
    kept.length = before + 1;
    kept.push(start);
  }
  return kept;
}

/** Splits patches that are too long into even parts, the longest first, while there is room for more. O(N log N). */
function splitLong(patches: Patches, limits: PatchLimits): Patches {
  const { length } = patches;
  const { maxLength = never } = limits;
  const long = [...patches].filter(({ start, end }) => end - start > maxLength);
  long.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  let room = mostOf(length, limits) - patches.count;
  const parts = new Map<number, number>();
  for (const { start, end } of long) {
    const cuts = Math.min(room, Math.ceil((end - start) / maxLength) - 1);
    room -= cuts;
    parts.set(start, cuts + 1);
  }
  const starts: number[] = [];
  for (const { start, end } of patches) {
    const count = parts.get(start) ?? 1;
    for (let part = 0; part < count; part++) {
      starts.push(start + Math.floor(((end - start) * part) / count));
    }
  }
  return Patches.fromStarts(starts, length);
}
