/**
 * The level of a series with a season that is fast against the window of the local level, such as days of the week: what each phase of
 * the season usually lies above or below its period, and the local level of the rest. Without it every weekend would be a spike, and a
 * spike could hide in the noise that the season makes.
 */
import { SortedWindow } from '../detectors/spikes/sorted-window.js';
import { localLevel } from './local-level.js';
import { noiseScale } from './noise-scale.js';
import type { Span } from './span.js';

/** Periods on either side from which the usual value of a phase comes: a median of 53 moves by 3 % of its noise with one of its values. */
const periodsAround = 26;
/** Fewer say too little of a phase, and their median follows each value. */
const fewestPeriods = 8;
/** A season is taken off where it leaves less than this share of the noise. */
const worthwhile = 0.9;

/**
 * The local level around the season of `period` steps, or the local level alone where the season leaves nine tenths of the noise or
 * more, or is seen fewer than eight times. O(T log p) for p periods around.
 *
 * @param values NaN where missing
 * @param without steps that are no part of the level
 * @param period in steps; 1 for no season
 */
export function seasonalLevel(values: Float64Array, without: readonly Span[], period: number): Float64Array {
  const plain = localLevel(values, without);
  if (period < 2 || values.length < fewestPeriods * period) return plain;
  const season = localSeason(values, period);
  const rest = localLevel(
    values.map((value, t) => value - season[t]),
    without,
  );
  const level = rest.map((value, t) => value + season[t]);
  const isWorthIt = noiseScale(values, level).median() < worthwhile * noiseScale(values, plain).median();
  return isWorthIt ? level : plain;
}

/** Median distance of each phase from the mean of the period around it, over the periods near each step; 0 where none is known. */
function localSeason(values: Float64Array, period: number): Float64Array {
  const distance = distances(values, period);
  const season = new Float64Array(values.length);
  const window = new SortedWindow(2 * periodsAround + 2);
  for (let phase = 0; phase < Math.min(period, values.length); phase++) {
    const last = Math.floor((values.length - 1 - phase) / period);
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
