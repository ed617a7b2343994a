/**
 * Coverage, width and MSIS of central intervals. The interval of `level` percent lies between the quantiles
 * `(100 - level) / 200` and `(100 + level) / 200`; both bounds belong to it, as in the M4 code.
 */
import { noPart, ratioOfSums } from './aggregation.js';
import { intervalBounds } from './levels.js';
import type { Metric, MetricInput } from './metric.js';
import { forEachObserved, quantileAt, quantileColumns } from './metric-input.js';
import { seasonalNaiveError } from './seasonal-naive-error.js';

/**
 * Share of the observed steps that lie in the interval; ideally `level / 100`.
 *
 * @param level in percent, e.g. 80
 * @throws TesseraError LEVEL_INVALID
 */
export function coverage(level: number): Metric {
  const quantileLevels = Object.freeze(intervalBounds(level));
  return Object.freeze({
    name: `coverage-${level}`,
    unit: 'ratio',
    quantileLevels,
    better: Object.freeze({ ideal: level / 100 }),
    aggregation: 'pooled',
    statistic(input: MetricInput) {
      let sum = 0;
      const weight = forEachInterval(input, quantileLevels, (actual, lower, upper) => {
        if (lower <= actual && actual <= upper) sum += 1;
      });
      return { sum, weight };
    },
    aggregate: ratioOfSums,
  } as const);
}

/**
 * Mean width of the interval over the observed steps, in the unit of the series. Only comparable at equal coverage.
 *
 * @param level in percent, e.g. 80
 * @throws TesseraError LEVEL_INVALID
 */
export function intervalWidth(level: number): Metric {
  const quantileLevels = Object.freeze(intervalBounds(level));
  return Object.freeze({
    name: `width-${level}`,
    unit: 'target',
    quantileLevels,
    better: 'smaller',
    aggregation: 'pooled',
    statistic(input: MetricInput) {
      let sum = 0;
      const weight = forEachInterval(input, quantileLevels, (_, lower, upper) => {
        sum += upper - lower;
      });
      return { sum, weight };
    },
    aggregate: ratioOfSums,
  } as const);
}

/**
 * Mean scaled interval score, averaged over windows: the width plus `2 / alpha` times how far the truth lies outside,
 * with `alpha = 1 - level / 100`, over the in-sample error of the seasonal naive forecast. M4 used 95. A window has
 * weight 0 where MASE has: nothing observed, or nothing to scale by.
 *
 * Source: Gneiting and Raftery, Strictly proper scoring rules (JASA 2007), section 6.2; scaled and averaged as in
 * Makridakis et al., The M4 Competition (IJF 2020).
 *
 * @param level in percent, e.g. 95
 * @throws TesseraError LEVEL_INVALID
 */
export function msis(level: number): Metric {
  const quantileLevels = Object.freeze(intervalBounds(level));
  const penalty = 200 / (100 - level);
  return Object.freeze({
    name: `MSIS-${level}`,
    unit: 'ratio',
    quantileLevels,
    better: 'smaller',
    aggregation: 'windows',
    statistic(input: MetricInput) {
      let sum = 0;
      const steps = forEachInterval(input, quantileLevels, (actual, lower, upper) => {
        sum += upper - lower + penalty * (Math.max(0, lower - actual) + Math.max(0, actual - upper));
      });
      const scale = seasonalNaiveError(input, 1);
      return steps === 0 || Number.isNaN(scale) ? noPart : { sum: sum / steps / scale, weight: 1 };
    },
    aggregate: ratioOfSums,
  } as const);
}

/** Calls `visit` for every observed step and returns how many there are. */
function forEachInterval(
  input: MetricInput,
  levels: readonly [number, number],
  visit: (actual: number, lower: number, upper: number) => void,
): number {
  const [lower, upper] = quantileColumns(input, levels);
  let steps = 0;
  forEachObserved(input, (actual, step) => {
    visit(actual, quantileAt(input, step, lower), quantileAt(input, step, upper));
    steps += 1;
  });
  return steps;
}
