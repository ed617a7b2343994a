/**
 * Summaries that keep a few samples of a patch as they are, each with its step: the first and last, or these with the least
 * and greatest. What survives between them is the straight line from one to the next. They keep no mask: missing steps between
 * two kept samples look observed. A patch without any observation survives as missing.
 *
 * Source of min, max, first, last: Jugel et al., M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014.
 */
import type { Patches } from '../../patches/index.js';
import { euclideanNorm, type SurvivingSeries } from './surviving-series.js';

const mostKnots = 4;

/** What survives of a channel in every step: all of it. */
export function identitySummary(raw: Float64Array, level: Float64Array): SurvivingSeries {
  return {
    name: 'identity',
    values: raw,
    deviation: raw.map((value, t) => value - level[t]),
    pools: false,
    isLinear: true,
    noiseSd: (contrast) => euclideanNorm(contrast),
    influence: (step, source) => (step === source ? 1 : 0),
    // As dependent on each other as those of the raw series.
    figures: () => Number.NaN,
  };
}

/**
 * What survives of a channel in a few kept samples of each patch; O(T).
 *
 * @param raw shape `[T]`, NaN where missing
 * @param level the local level of `raw`, shape `[T]`
 */
export function knotSummary(
  name: 'first-last' | 'min-max-first-last',
  raw: Float64Array,
  level: Float64Array,
  patches: Patches,
): SurvivingSeries {
  const ends = patches.toEnds();
  const { knots, counts } = knotsOf(raw, ends, name === 'min-max-first-last');
  const distances = raw.map((value, t) => value - level[t]);

  const kept = new Uint8Array(raw.length);
  for (let patch = 0; patch < ends.length; patch++) {
    for (let place = 0; place < counts[patch]; place++) kept[knots[patch * mostKnots + place]] = 1;
  }

  /** Place, among the knots of a patch, of the last one at or before a step; 0 before the first. */
  const placeBefore = (patch: number, step: number): number => {
    let place = 0;
    while (place + 1 < counts[patch] && knots[patch * mostKnots + place + 1] <= step) place += 1;
    return place;
  };
  /** Share of the knot after `place` in the value at a step. */
  const shareAfter = (patch: number, place: number, step: number): number => {
    if (place + 1 >= counts[patch]) return 0;
    const left = knots[patch * mostKnots + place];
    return Math.max(0, (step - left) / (knots[patch * mostKnots + place + 1] - left));
  };
  const drawn = (values: Float64Array): Float64Array => {
    const line = new Float64Array(values.length);
    for (let patch = 0, start = 0; patch < ends.length; start = ends[patch], patch++) {
      const first = patch * mostKnots;
      if (counts[patch] === 0) line.fill(Number.NaN, start, ends[patch]);
      else {
        for (let t = start, place = 0; t < ends[patch]; t++) {
          while (place + 1 < counts[patch] && knots[first + place + 1] <= t) place += 1;
          const share = shareAfter(patch, place, t);
          const left = values[knots[first + place]];
          line[t] = share === 0 ? left : left + share * (values[knots[first + place + 1]] - left);
        }
      }
    }
    return line;
  };

  return {
    name,
    values: drawn(raw),
    deviation: drawn(distances),
    pools: true,
    isLinear: true,
    noiseSd(contrast, offset) {
      const last = offset + contrast.length;
      const weights = new Float64Array(mostKnots);
      let sum = 0;
      let t = offset;
      for (let patch = patches.patchOf(offset); t < last; patch++) {
        const end = Math.min(ends[patch], last);
        weights.fill(0);
        for (let place = placeBefore(patch, t); t < end; t++) {
          while (place + 1 < counts[patch] && knots[patch * mostKnots + place + 1] <= t) place += 1;
          const share = shareAfter(patch, place, t);
          weights[place] += contrast[t - offset] * (1 - share);
          if (share > 0) weights[place + 1] += contrast[t - offset] * share;
        }
        if (counts[patch] > 0) sum += euclideanNorm(weights) ** 2;
      }
      return Math.sqrt(sum);
    },
    influence(step, source) {
      const patch = patches.patchOf(step);
      if (counts[patch] === 0) return 0;
      const place = placeBefore(patch, step);
      const share = shareAfter(patch, place, step);
      if (knots[patch * mostKnots + place] === source) return 1 - share;
      return share > 0 && knots[patch * mostKnots + place + 1] === source ? share : 0;
    },
    kept,
    figures(start, end) {
      let count = 0;
      for (let t = start; t < end; t++) count += kept[t];
      return count;
    },
  };
}

/** The kept steps of each patch, ascending, `mostKnots` places per patch, and how many of them are used. */
function knotsOf(
  raw: Float64Array,
  ends: Uint32Array,
  keepsExtremes: boolean,
): { readonly knots: Uint32Array; readonly counts: Uint8Array } {
  const knots = new Uint32Array(ends.length * mostKnots);
  const counts = new Uint8Array(ends.length);
  for (let patch = 0, start = 0; patch < ends.length; start = ends[patch], patch++) {
    let [first, last, least, greatest] = [-1, -1, -1, -1];
    for (let t = start; t < ends[patch]; t++) {
      if (Number.isNaN(raw[t])) continue;
      if (first < 0) first = t;
      last = t;
      if (least < 0 || raw[t] < raw[least]) least = t;
      if (greatest < 0 || raw[t] > raw[greatest]) greatest = t;
    }
    if (first < 0) continue;
    const kept = keepsExtremes
      ? [first, Math.min(least, greatest), Math.max(least, greatest), last]
      : [first, last];
    let previous = -1;
    for (const knot of kept) {
      if (knot === previous) continue;
      knots[patch * mostKnots + counts[patch]] = knot;
      counts[patch] += 1;
      previous = knot;
    }
  }
  return { knots, counts };
}
