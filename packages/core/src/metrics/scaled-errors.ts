/**
 * MASE and RMSSE: the error of a window over the in-sample error of the seasonal naive forecast. A window has weight 1,
 * and weight 0 where nothing of it was observed, where no training pair one season apart was observed, or where the
 * training values repeat exactly, so that the scale would be 0, or are too large to be added up.
 */
import { noPart, ratioOfSums } from './aggregation.js';
import type { Metric, MetricInput } from './metric.js';
import { sumOfAbsolutes, sumOfSquares } from './point-errors.js';
import { seasonalNaiveError } from './seasonal-naive-error.js';

const shared = {
  unit: 'ratio',
  quantileLevels: Object.freeze([]),
  better: 'smaller',
  aggregation: 'windows',
} as const;

/**
 * Mean absolute scaled error, averaged over windows.
 *
 * Source: Hyndman and Koehler (IJF 2006); averaged over series as in Makridakis et al., The M4 Competition (IJF 2020).
 */
export const mase: Metric = Object.freeze({
  ...shared,
  name: 'MASE',
  statistic(input: MetricInput) {
    const { sum, weight } = sumOfAbsolutes(input);
    const scale = seasonalNaiveError(input, 1);
    return weight === 0 || Number.isNaN(scale) ? noPart : { sum: sum / weight / scale, weight: 1 };
  },
  aggregate: ratioOfSums,
});

/**
 * Root mean squared scaled error, averaged over windows. M5, where it comes from, had season 1, began the scale at the
 * first sale and weighed series by sales; here the season is given, all training values count and windows weigh the same.
 *
 * Source: Makridakis et al., M5 accuracy competition (IJF 2022).
 */
export const rmsse: Metric = Object.freeze({
  ...shared,
  name: 'RMSSE',
  statistic(input: MetricInput) {
    const { sum, weight } = sumOfSquares(input);
    const scale = seasonalNaiveError(input, 2);
    if (weight === 0 || Number.isNaN(scale)) return noPart;
    return { sum: Math.sqrt(sum / weight / scale), weight: 1 };
  },
  aggregate: ratioOfSums,
});
