/**
 * Summaries that are least-squares fits: the mean of a patch, or its level and slope. What survives of a patch is the fit,
 * drawn over all of its steps, the missing ones too: these summaries cannot say what was missing. A patch without any
 * observation survives as missing.
 */
import type { Patches } from '../../patches/index.js';
import type { SurvivingSeries } from './surviving-series.js';

/** Per patch, shape `[N]`. */
interface PatchMoments {
  readonly observed: Float64Array;
  /** Mean of the observed steps. */
  readonly centre: Float64Array;
  /** Sum of the squared distances of the observed steps from the centre; 0 where no slope is fitted. */
  readonly spread: Float64Array;
}

/**
 * What survives of a channel in the mean (or level and slope) of each patch; O(T).
 *
 * @param raw shape `[T]`, NaN where missing
 * @param level the local level of `raw`, shape `[T]`
 */
export function projectionSummary(
  name: 'mean' | 'linear',
  raw: Float64Array,
  level: Float64Array,
  patches: Patches,
): SurvivingSeries {
  const ends = patches.toEnds();
  const moments = momentsOf(raw, ends, name === 'linear');
  const { observed, centre, spread } = moments;
  const distances = raw.map((value, t) => value - level[t]);

  return {
    name,
    values: fitted(raw, ends, moments),
    deviation: fitted(distances, ends, moments),
    pools: true,
    isLinear: true,
    noiseSd(contrast, offset) {
      let sum = 0;
      const last = offset + contrast.length;
      let t = offset;
      for (let patch = patches.patchOf(offset); t < last; patch++) {
        const end = Math.min(ends[patch], last);
        let total = 0;
        let moment = 0;
        for (; t < end; t++) {
          total += contrast[t - offset];
          moment += contrast[t - offset] * (t - centre[patch]);
        }
        if (observed[patch] > 0) sum += (total * total) / observed[patch];
        if (spread[patch] > 0) sum += (moment * moment) / spread[patch];
      }
      return Math.sqrt(sum);
    },
    influence(step, source) {
      const patch = patches.patchOf(step);
      if (patches.patchOf(source) !== patch || Number.isNaN(raw[source])) return 0;
      const slope =
        spread[patch] > 0 ? ((step - centre[patch]) * (source - centre[patch])) / spread[patch] : 0;
      return 1 / observed[patch] + slope;
    },
    figures(start, end) {
      const each = name === 'mean' ? 1 : 2;
      let count = 0;
      for (let patch = patches.patchOf(start), from = patches.start(patch); from < end; patch++) {
        if (from >= start && ends[patch] <= end) count += Math.min(each, observed[patch]);
        from = ends[patch];
      }
      return count;
    },
  };
}

function momentsOf(raw: Float64Array, ends: Uint32Array, hasSlope: boolean): PatchMoments {
  const [observed, centre, spread] = [0, 1, 2].map(() => new Float64Array(ends.length));
  for (let patch = 0, start = 0; patch < ends.length; start = ends[patch], patch++) {
    let count = 0;
    let sum = 0;
    for (let t = start; t < ends[patch]; t++) {
      if (Number.isNaN(raw[t])) continue;
      count += 1;
      sum += t - start;
    }
    observed[patch] = count;
    centre[patch] = start + sum / count;
    if (!hasSlope) continue;
    for (let t = start; t < ends[patch]; t++) {
      if (!Number.isNaN(raw[t])) spread[patch] += (t - centre[patch]) ** 2;
    }
  }
  return { observed, centre, spread };
}

function fitted(
  values: Float64Array,
  ends: Uint32Array,
  { observed, centre, spread }: PatchMoments,
): Float64Array {
  const fit = new Float64Array(values.length);
  for (let patch = 0, start = 0; patch < ends.length; start = ends[patch], patch++) {
    const end = ends[patch];
    let sum = 0;
    for (let t = start; t < end; t++) if (!Number.isNaN(values[t])) sum += values[t];
    const mean = sum / observed[patch];
    let moment = 0;
    if (spread[patch] > 0) {
      for (let t = start; t < end; t++) {
        if (!Number.isNaN(values[t])) moment += (values[t] - mean) * (t - centre[patch]);
      }
    }
    const slope = spread[patch] > 0 ? moment / spread[patch] : 0;
    for (let t = start; t < end; t++) fit[t] = mean + (slope === 0 ? 0 : slope * (t - centre[patch]));
  }
  return fit;
}
