/**
 * What the page draws of a channel: raw and surviving values, where patches begin, and how much is missing when. Thinned by core’s
 * `thinSeries`, which keeps the first, lowest, highest and last value of each bin: a report must not itself erase the spikes it
 * reports. Bounded in size whatever the length; figures are read from the findings and never from here.
 */
import type { SeriesFrame } from '@tessera/core';
import { thinSeries } from '@tessera/core/charts/specifications';
import type { Patches } from '../../patches/patches.js';
import type { Finding, Trace } from './report-schema.js';

/** Points kept of a line: four for each of some 700 pixels. */
const maxPoints = 2800;
/** Rules closer than this many pixels of 700 are a grey wall. */
const maxBoundaries = 350;
/** Cells of the missingness strip. */
const maxCells = 240;
/** Steps shown before and after a structure in a close-up, at least; two patches if they are longer. */
const closeUpRoom = 24;
/** Longest close-up: a longer structure is seen in the whole channel. */
const longestCloseUp = 1500;

export interface TraceOptions {
  readonly frame: SeriesFrame;
  readonly patches: Patches;
  readonly channel: string;
  /** Shape `[T]`, NaN where nothing survives; null for a latent view. */
  readonly surviving: Float64Array | null;
  /** Alerts of this channel. */
  readonly alerts: readonly Finding[];
}

/** The whole channel. O(T) time. */
export function channelTrace(options: TraceOptions): Trace {
  return traceOf(options, 0, options.frame.length, null);
}

/** The steps around a finding, all of them; undefined where that is not a small part of the channel. */
export function closeUpTrace(options: TraceOptions, finding: Finding): Trace | undefined {
  const { frame, patches } = options;
  if (frame.length === 0) return undefined;
  const last = Math.min(frame.length, Math.max(finding.end, finding.start + 1)) - 1;
  const first = Math.min(finding.start, last);
  const [left, right] = [patches.patchOf(first), patches.patchOf(last)];
  const from = Math.max(0, Math.min(first - closeUpRoom, first - 2 * patches.lengthOf(left)));
  const to = Math.min(frame.length, Math.max(last + 1 + closeUpRoom, last + 1 + 2 * patches.lengthOf(right)));
  if (to - from > longestCloseUp || 2 * (to - from) > frame.length) return undefined;
  return traceOf(options, from, to, finding.fingerprint);
}

function traceOf(options: TraceOptions, from: number, to: number, focus: string | null): Trace {
  const { frame, patches, surviving } = options;
  const { name, unit, values, observed } = frame.channel(options.channel);
  const times = Float64Array.from({ length: to - from }, (_, step) => frame.time.timeAt(from + step));
  const decimals = decimalsFor(values, from, to);
  const line = (source: Float64Array) => {
    const thin = thinSeries(times, source.subarray(from, to), maxPoints);
    return { times: [...thin.times], values: Array.from(thin.values, (value) => rounded(value, decimals)) };
  };
  const starts = patchStarts(patches, from, to);
  const drawn = starts.length <= maxBoundaries ? starts : startsAtAlerts(patches, options.alerts);
  return {
    channel: name,
    focus,
    unit: unit ?? null,
    raw: line(values),
    surviving: surviving === null ? null : line(surviving),
    boundaries: drawn.map((step) => frame.time.timeAt(step)),
    boundaryCount: starts.length,
    missing: missingStretches(frame, observed, from, to),
  };
}

/** Where patches begin inside `(from, to)`. */
function patchStarts(patches: Patches, from: number, to: number): number[] {
  const starts: number[] = [];
  for (const { start } of patches) if (start > from && start < to) starts.push(start);
  return starts;
}

/** Both ends of the patches that hold an alert, of as many alerts as fit. */
function startsAtAlerts(patches: Patches, alerts: readonly Finding[]): number[] {
  const steps = new Set<number>();
  for (const { start, end } of alerts) {
    if (steps.size >= maxBoundaries) break;
    for (const step of [start, Math.max(start, end - 1)]) {
      if (step >= patches.length) continue;
      const patch = patches.patchOf(step);
      if (patch > 0) steps.add(patches.start(patch));
      if (patch + 1 < patches.count) steps.add(patches.end(patch));
    }
  }
  return [...steps].sort((a, b) => a - b);
}

/** Neighbouring cells of time with the same share of missing steps, joined; cells without any are left out. */
function missingStretches(
  frame: SeriesFrame,
  observed: Uint8Array,
  from: number,
  to: number,
): Trace['missing'] {
  const stretches: { from: number; to: number; share: number }[] = [];
  const steps = to - from;
  const cells = Math.min(maxCells, steps);
  for (let cell = 0; cell < cells; cell++) {
    const start = from + Math.floor((cell * steps) / cells);
    const end = from + Math.floor(((cell + 1) * steps) / cells);
    let seen = 0;
    for (let step = start; step < end; step++) seen += observed[step];
    const share = rounded(1 - seen / (end - start), 4) ?? 0;
    if (share === 0) continue;
    const span = { from: frame.time.timeAt(start), to: timeAfter(frame, end), share };
    const before = stretches.at(-1);
    if (before !== undefined && before.to === span.from && before.share === share) before.to = span.to;
    else stretches.push(span);
  }
  return stretches;
}

/** Time of a step, also of the one after the last. */
function timeAfter(frame: SeriesFrame, step: number): number {
  const { length, time } = frame;
  if (step < length) return time.timeAt(step);
  const last = time.timeAt(length - 1);
  return length === 1 ? last + 1 : last + (last - time.timeAt(length - 2));
}

/** Decimals that tell a hundred-thousandth of the range apart. */
function decimalsFor(values: Float64Array, from: number, to: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let step = from; step < to; step++) {
    const value = values[step];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high > low ? high - low : Math.abs(high);
  if (!Number.isFinite(range) || range === 0) return 6;
  return Math.min(20, Math.max(0, 5 - Math.floor(Math.log10(range))));
}

function rounded(value: number, decimals: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(decimals)) + 0 : null;
}
