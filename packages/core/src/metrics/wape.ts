/**
 * WAPE, also called normalised deviation: all absolute errors over all absolute truths. A window of zeros has weight 0
 * and no value of its own, but its errors count in the pool.
 */
import { ratioOfSums } from './aggregation.js';
import type { Metric, MetricInput } from './metric.js';
import { forEachObserved, pointAt } from './metric-input.js';

/** Weighted absolute percentage error as a ratio: 0.1 is 10 %. Source: ND in Salinas et al., DeepAR (IJF 2020). */
export const wape: Metric = Object.freeze({
  name: 'WAPE',
  unit: 'ratio',
  quantileLevels: Object.freeze([]),
  better: 'smaller',
  aggregation: 'pooled',
  statistic(input: MetricInput) {
    let sum = 0;
    let weight = 0;
    forEachObserved(input, (actual, step) => {
      sum += Math.abs(actual - pointAt(input, step));
      weight += Math.abs(actual);
    });
    return { sum, weight };
  },
  aggregate: ratioOfSums,
} as const);
