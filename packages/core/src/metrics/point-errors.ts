/** MSE, MAE and RMSE: errors in the unit of the series, pooled over all observed steps. */
import { ratioOfSums } from './aggregation.js';
import type { Metric, MetricInput, MetricPart } from './metric.js';
import { forEachObserved, pointAt } from './metric-input.js';

const shared = {
  quantileLevels: Object.freeze([]),
  better: 'smaller',
  aggregation: 'pooled',
} as const;

/** Mean squared error over all observed steps. */
export const mse: Metric = Object.freeze({
  ...shared,
  name: 'MSE',
  unit: 'target squared',
  statistic: sumOfSquares,
  aggregate: ratioOfSums,
});

/** Mean absolute error over all observed steps. */
export const mae: Metric = Object.freeze({
  ...shared,
  name: 'MAE',
  unit: 'target',
  statistic: sumOfAbsolutes,
  aggregate: ratioOfSums,
});

/** Root of the mean squared error over all observed steps; not the mean of the windows’ roots. */
export const rmse: Metric = Object.freeze({
  ...shared,
  name: 'RMSE',
  unit: 'target',
  statistic: sumOfSquares,
  aggregate: (parts: readonly MetricPart[]) => Math.sqrt(ratioOfSums(parts)),
});

/** Squared errors, summed; the weight is the number of observed steps. */
export function sumOfSquares(input: MetricInput): MetricPart {
  let sum = 0;
  let weight = 0;
  forEachObserved(input, (actual, step) => {
    sum += (actual - pointAt(input, step)) ** 2;
    weight += 1;
  });
  return { sum, weight };
}

/** Absolute errors, summed; the weight is the number of observed steps. */
export function sumOfAbsolutes(input: MetricInput): MetricPart {
  let sum = 0;
  let weight = 0;
  forEachObserved(input, (actual, step) => {
    sum += Math.abs(actual - pointAt(input, step));
    weight += 1;
  });
  return { sum, weight };
}
