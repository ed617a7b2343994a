/**
 * One target channel as the linear forecaster sees it: scaled by its own mean and deviation, and without missing values in
 * what the windows look back on. Missing values are filled from before only, so no window sees later ones; windows whose
 * outputs are missing are left out.
 */
import { type ChannelHistory, observedSteps, tooShort } from '../channel-history.js';

export interface Scale {
  readonly location: number;
  /** Above 0. */
  readonly scale: number;
}

export interface LinearSeries extends Scale {
  readonly history: ChannelHistory;
  /** Series whose windows share weights. */
  readonly group: string;
  /** From the first observed value on, scaled and filled, shape `[n]`. */
  readonly values: Float64Array;
  /** 1 where the value was observed, shape `[n]`. */
  readonly observed: Uint8Array;
  /** How many values were filled. */
  readonly filled: number;
}

/** @throws TesseraError SERIES_TOO_SHORT where nothing was observed */
export function linearSeries(history: ChannelHistory, group: string, known?: Scale): LinearSeries {
  const steps = observedSteps(history);
  if (steps.length === 0) throw tooShort(history, 'at least one observed value', 'none');
  const { location, scale } = known ?? scaleOf(history.values, steps);
  const source = history.values.subarray(steps[0]);
  const values = new Float64Array(source.length);
  const observed = new Uint8Array(source.length);
  const { season } = history;
  for (let t = 0; t < values.length; t++) {
    if (!Number.isNaN(source[t])) {
      values[t] = (source[t] - location) / scale;
      observed[t] = 1;
    } else {
      values[t] = values[t >= season ? t - season : t - 1];
    }
  }
  return { history, group, values, observed, location, scale, filled: source.length - steps.length };
}

function scaleOf(values: Float64Array, steps: Int32Array): Scale {
  const location = steps.reduce((sum, step) => sum + values[step] / steps.length, 0);
  const variance = steps.reduce((sum, step) => sum + (values[step] - location) ** 2 / steps.length, 0);
  return { location, scale: variance > 0 ? Math.sqrt(variance) : 1 };
}

/** Neighbouring origins, half-open: of each, `[origin, origin + H)` was observed and `[origin - L, origin)` is there. */
export interface OriginRun {
  readonly from: number;
  readonly to: number;
}

/**
 * The runs of usable origins within `[from, to)`. O(n)
 *
 * @param lookback L
 * @param horizon H
 */
export function originRuns(
  { values, observed }: LinearSeries,
  lookback: number,
  horizon: number,
  from: number,
  to: number,
): OriginRun[] {
  const runs: OriginRun[] = [];
  const last = Math.min(to, values.length - horizon + 1);
  let begin = Math.max(from, lookback);
  // The first step of the outputs that was not yet looked at.
  let seen = begin;
  while (begin < last) {
    let gap = -1;
    const end = Math.min(last - 1 + horizon, values.length);
    for (; seen < end; seen++) {
      if (observed[seen] === 1) continue;
      gap = seen;
      break;
    }
    const stop = gap < 0 ? last : Math.min(last, gap - horizon + 1);
    if (stop > begin) runs.push({ from: begin, to: stop });
    if (gap < 0) break;
    begin = gap + 1;
    seen = begin;
  }
  return runs;
}
