/**
 * A history without missing values, for methods that cannot skip them. Missing values at both ends are cut off, so that a
 * gap before the future is forecast and not invented; those between are interpolated. Both are counted.
 */
import type { TakeNote } from '../forecaster/fit-note.js';
import { type ChannelHistory, observedSteps } from './channel-history.js';

export interface CompleteHistory {
  /** From the first to the last observed value, shape `[n]`; a fresh array. */
  readonly values: Float64Array;
  /** The same with NaN where missing. Never written to. */
  readonly observed: Float64Array;
  /** Step of the history that the first value belongs to. */
  readonly from: number;
  /** Missing steps after the last value: a forecast of the history’s future begins so many steps later. */
  readonly gap: number;
}

/** O(T); no values where nothing was observed. */
export function completeHistory(history: ChannelHistory, note: TakeNote): CompleteHistory {
  const steps = observedSteps(history);
  const none = new Float64Array(0);
  if (steps.length === 0) return { values: none, observed: none, from: 0, gap: history.values.length };
  const from = steps[0];
  const to = steps[steps.length - 1] + 1;
  const values = history.values.slice(from, to);
  const inside = to - from - steps.length;
  interpolate(values, history.season);
  note(
    'interpolated',
    inside,
    `${inside} missing values are interpolated between observed ones of the same season position.`,
  );
  note(
    'history-shortened',
    from,
    `The first ${from} values are missing; the model begins at the first observed one.`,
  );
  const gap = history.values.length - to;
  note(
    'history-shortened',
    gap,
    `The last ${gap} values are missing; they are forecast before the horizon begins.`,
  );
  return { values, observed: history.values.subarray(from, to), from, gap };
}

/**
 * Replaces NaN on the line between the nearest values whole seasons before and after, or, where one of them is not
 * there, the line between its neighbours. Expects the first and the last value to be there. O(T)
 */
export function interpolate(values: Float64Array, season: number): void {
  if (season > 1) {
    for (let position = 0; position < season; position++) bridge(values, position, season);
  }
  bridge(values, 0, 1);
}

/** Fills the gaps of `values[first], values[first + step], …` that have values on both sides. */
function bridge(values: Float64Array, first: number, step: number): void {
  let before = -1;
  for (let t = first; t < values.length; t += step) {
    if (Number.isNaN(values[t])) continue;
    if (before >= 0) {
      for (let gap = before + step; gap < t; gap += step) {
        values[gap] = values[before] + ((values[t] - values[before]) * (gap - before)) / (t - before);
      }
    }
    before = t;
  }
}
