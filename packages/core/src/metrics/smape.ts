/**
 * sMAPE as the M4 competition defines it, in percent: the mean of `200 |y - f| / (|y| + |f|)`, from 0 to 200, first
 * over the observed steps of a window, then over windows. Windows weigh the same whatever their length: the total that
 * M4 published is the mean over its series, although their horizons run from 6 to 48 steps.
 *
 * Where truth and forecast are both 0 the fraction is 0/0. M4’s own code (Benchmarks and Evaluation.R, smape_cal) does
 * not treat that case and yields NaN; here it counts as 0, since the forecast is exact.
 */
import { noPart, ratioOfSums } from './aggregation.js';
import type { Metric, MetricInput } from './metric.js';
import { forEachObserved, pointAt } from './metric-input.js';

/** Symmetric mean absolute percentage error, averaged over windows. */
export const smape: Metric = Object.freeze({
  name: 'sMAPE',
  unit: 'percent',
  quantileLevels: Object.freeze([]),
  better: 'smaller',
  aggregation: 'windows',
  statistic(input: MetricInput) {
    let sum = 0;
    let steps = 0;
    forEachObserved(input, (actual, step) => {
      sum += symmetricError(actual, pointAt(input, step));
      steps += 1;
    });
    return steps === 0 ? noPart : { sum: sum / steps, weight: 1 };
  },
  aggregate: ratioOfSums,
} as const);

function symmetricError(actual: number, forecast: number): number {
  if (actual === forecast) return 0;
  // The limit, where the quotient of the infinities would be NaN.
  if (!Number.isFinite(forecast)) return 200;
  return (200 * Math.abs(actual - forecast)) / (Math.abs(actual) + Math.abs(forecast));
}
