/**
 * What each step of a season usually lies above or below its period. It follows a season that changes over tens of periods, and no few periods
 * move it.
 */
import { median } from '../detectors/median.js';
import { SortedWindow } from '../detectors/spikes/sorted-window.js';

/** Periods on either side from which the usual value of a phase comes: a median of 53 moves by 3 % of its noise with one of its values. */
const periodsAround = 26;
/** Fewer say too little of a phase, and their median follows each value. */
const fewestPeriods = 8;
/** A season is one that leaves less than this share of the distances from the period around each step. */
const worthwhile = 0.9;

/**
 * Shape `[T]`; undefined where the season is seen fewer than eight times, or leaves nine tenths of the distances or more. O(T log T)
 *
 * @param values NaN where missing
 * @param period in steps; 1 for no season
 */
export function usualSeason(values: Float64Array, period: number): Float64Array | undefined {
  if (period < 2 || values.length < fewestPeriods * period) return undefined;
  const distance = distances(values, period);
  const season = localSeason(distance, period);
  // The median of few values follows each of them: by pi / 2 over their number in the variance, as a mean by 1 over it.
  const periods = Math.min(2 * periodsAround + 1, Math.floor(values.length / period));
  const followed = Math.sqrt(1 - Math.PI / 2 / periods);
  return size(distance, season) < worthwhile * followed * size(distance) ? season : undefined;
}

/** The values themselves where there is no season. */
export function withoutSeason(values: Float64Array, season: Float64Array | undefined): Float64Array {
  return season === undefined ? values : values.map((value, t) => value - season[t]);
}

/** Median size of what is known. */
function size(distance: Float64Array, season?: Float64Array): number {
  const rest = distance.map((value, t) => Math.abs(value - (season?.[t] ?? 0)));
  return median(rest.filter((value) => !Number.isNaN(value)));
}

/** Median distance of each phase from the mean of the period around it, over the periods near each step; 0 where none is known. */
function localSeason(distance: Float64Array, period: number): Float64Array {
  const season = new Float64Array(distance.length);
  const window = new SortedWindow(2 * periodsAround + 2);
  for (let phase = 0; phase < Math.min(period, distance.length); phase++) {
    const last = Math.floor((distance.length - 1 - phase) / period);
    const at = (cycle: number) => distance[phase + cycle * period];
    for (let cycle = -periodsAround; cycle <= last; cycle++) {
      const [entering, leaving] = [cycle + periodsAround, cycle - periodsAround - 1];
      if (entering <= last && !Number.isNaN(at(entering))) window.add(at(entering));
      if (leaving >= 0 && !Number.isNaN(at(leaving))) window.remove(at(leaving));
      if (cycle >= 0 && window.count > 0) season[phase + cycle * period] = window.median();
    }
    for (let cycle = Math.max(0, last - periodsAround); cycle <= last; cycle++) {
      if (!Number.isNaN(at(cycle))) window.remove(at(cycle));
    }
  }
  return season;
}

/** Of each observed step from the mean of what was observed in the period around it. */
function distances(values: Float64Array, period: number): Float64Array {
  const { length } = values;
  const [sums, counts] = [new Float64Array(length + 1), new Int32Array(length + 1)];
  for (let t = 0; t < length; t++) {
    const isKnown = !Number.isNaN(values[t]);
    sums[t + 1] = sums[t] + (isKnown ? values[t] : 0);
    counts[t + 1] = counts[t] + (isKnown ? 1 : 0);
  }
  const before = period >> 1;
  return values.map((value, t) => {
    const from = Math.max(0, t - before);
    const to = Math.min(length, t - before + period);
    return value - (sums[to] - sums[from]) / (counts[to] - counts[from]);
  });
}
