/**
 * A series as trend, season and remainder, all by medians so that spikes stay in the remainder: the trend over one period, the season as the
 * median of each phase, both once more without the other. The season is fixed; one that changes its form leaves its changes in the
 * remainder.
 *
 * Sources: Cleveland et al., STL (Journal of Official Statistics 1990), for the order of the steps; Hyndman, Detecting Time Series Outliers
 * (2021) and the function tsoutliers of the R package forecast, for the strength and its limit.
 */
import { lineThrough } from '../changes/line-through.js';
import { zScores } from '../changes/z-scores.js';
import type { ObservedSteps } from '../observed-steps.js';
import { periodOf } from './period.js';
import { quantileOf } from './quantiles.js';
import { SortedWindow } from './sorted-window.js';

/** Least strength of a season that is taken off. */
const leastStrength = 0.6;
/** A phase seen less often has a median that follows each value. */
const leastCycles = 3;

export interface DecompositionOptions {
  /** Steps; `auto` looks for it, `none` has no season. */
  readonly period: number | 'auto' | 'none';
  /** Longest that `auto` looks for, in steps. */
  readonly longestPeriod: number;
  /** Steps on either side from which the trend comes where there is no season. */
  readonly halfWidth: number;
}

export interface Decomposition {
  /** What is left, per observed step, in deviations of the series. */
  readonly remainder: Float64Array;
  /** The deviation, in the unit of the channel. */
  readonly deviation: number;
  /** In steps; 0 where no season was taken off. */
  readonly period: number;
  /** 1 - Var(remainder) / Var(detrended) of the season that was tried; NaN where none was. */
  readonly strength: number;
}

/** O(n w) moves of memory for a window of w steps, and O(n log n). Undefined where all values are equal. */
export function decompose(
  { values, steps }: Pick<ObservedSteps, 'values' | 'steps'>,
  options: DecompositionOptions,
): Decomposition | undefined {
  const scored = zScores(values);
  if (scored === undefined) return undefined;
  // Without its line a window that is cut off at an end is not one-sided about a trend.
  const { centre, level, slope } = lineThrough(scored.scores, 0, values.length);
  const flat = scored.scores.map((score, i) => score - level - slope * (i - centre));
  const { deviation } = scored;
  const plain = () => without(flat, trendOf(flat, steps, options.halfWidth));

  const span = steps[steps.length - 1] - steps[0] + 1;
  const most = Math.floor(span / leastCycles);
  const period =
    options.period === 'auto'
      ? periodOf(flat, steps, Math.min(options.longestPeriod, most))
      : options.period === 'none' || options.period > most
        ? undefined
        : options.period;
  if (period === undefined) return { remainder: plain(), deviation, period: 0, strength: Number.NaN };

  const half = Math.max(period >> 1, 1);
  const first = seasonOf(without(flat, trendOf(flat, steps, half)), steps, period);
  const trend = trendOf(without(flat, first), steps, half);
  const detrended = without(flat, trend);
  const remainder = without(detrended, seasonOf(detrended, steps, period));
  const strength = 1 - varianceOf(remainder) / varianceOf(detrended);
  if (!(strength >= leastStrength)) return { remainder: plain(), deviation, period: 0, strength };
  return { remainder, deviation, period, strength };
}

/** Median of the observed values within `half` steps on either side. */
function trendOf(values: Float64Array, steps: Int32Array, half: number): Float64Array {
  const { length } = values;
  const window = new SortedWindow(Math.min(2 * half + 2, length + 1));
  let from = 0;
  let to = 0;
  return values.map((_, i) => {
    while (from < to && steps[from] < steps[i] - half) window.remove(values[from++]);
    while (to < length && steps[to] <= steps[i] + half) window.add(values[to++]);
    return window.median();
  });
}

/** Median of each phase, with the median over all steps taken off. */
function seasonOf(detrended: Float64Array, steps: Int32Array, period: number): Float64Array {
  const counts = new Int32Array(period + 1);
  for (const step of steps) counts[(step % period) + 1] += 1;
  for (let phase = 0; phase < period; phase++) counts[phase + 1] += counts[phase];
  const next = counts.slice(0, period);
  const byPhase = new Float64Array(detrended.length);
  for (let i = 0; i < steps.length; i++) byPhase[next[steps[i] % period]++] = detrended[i];
  const medians = Float64Array.from({ length: period }, (_, phase) => {
    const members = byPhase.subarray(counts[phase], counts[phase + 1]).sort();
    return members.length === 0 ? 0 : quantileOf(members, 0.5);
  });
  const season = detrended.map((_, i) => medians[steps[i] % period]);
  const centre = quantileOf(season.toSorted(), 0.5);
  return season.map((value) => value - centre);
}

function without(values: Float64Array, part: Float64Array): Float64Array {
  return values.map((value, i) => value - part[i]);
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
