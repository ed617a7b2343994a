/**
 * Metrics made of the pinball loss: of one quantile, of many as an approximation of CRPS, and weighted by the truth.
 *
 * CRPS is twice the integral of the pinball loss over all levels in (0, 1) (Laio and Tamea, HESS 2007; Gneiting and
 * Ranjan, JBES 2011). Here it is twice the mean over the levels given, all weighing the same. That is close where the
 * levels spread evenly, such as 0.05, 0.15, … 0.95; it says little of the tails beyond the outermost level, and values
 * of different level sets must not be compared.
 */
import { ratioOfSums } from './aggregation.js';
import { checkQuantileLevels } from './levels.js';
import type { Metric, MetricInput } from './metric.js';
import { forEachObserved, quantileAt, quantileColumns } from './metric-input.js';

/**
 * Mean pinball loss of one quantile over all observed steps: `q (y - f)` where `y >= f`, else `(1 - q) (f - y)`. Without
 * the factor 2 that some libraries put in: at the median it is half the MAE.
 *
 * Source: Koenker and Bassett, Regression quantiles (Econometrica 1978).
 *
 * @param level quantile level in (0, 1)
 * @throws TesseraError OPTIONS_INVALID
 */
export function pinball(level: number): Metric {
  return quantileMetric({ name: `pinball-${level}`, unit: 'target', levels: [level], factor: 1 });
}

/**
 * Continuous ranked probability score, approximated by twice the mean pinball loss over the levels given.
 *
 * @param levels in (0, 1), strictly ascending
 * @throws TesseraError OPTIONS_INVALID
 */
export function crps(levels: readonly number[]): Metric {
  return quantileMetric({ name: 'CRPS', unit: 'target', levels, factor: 2 });
}

/**
 * Twice the pinball loss summed over all observed steps, over the sum of the absolute truths; the mean over the levels.
 * At the median alone it is the WAPE of the median. A window of zeros has weight 0, but its loss counts in the pool.
 *
 * Source: the ρ-risk of Salinas et al., DeepAR (IJF 2020); mean_wQuantileLoss of GluonTS.
 *
 * @param levels in (0, 1), strictly ascending; the name is `wQL`, or `wQL-0.9` for one level
 * @throws TesseraError OPTIONS_INVALID
 */
export function weightedQuantileLoss(levels: readonly number[]): Metric {
  const name = levels.length === 1 ? `wQL-${levels[0]}` : 'wQL';
  return quantileMetric({ name, unit: 'ratio', levels, factor: 2 });
}

/** The loss of one step is the mean over levels, times the factor; a `ratio` is weighed by the truth, not by steps. */
function quantileMetric(options: {
  readonly name: string;
  readonly unit: 'target' | 'ratio';
  readonly levels: readonly number[];
  readonly factor: 1 | 2;
}): Metric {
  const { name, unit, factor } = options;
  const levels = checkQuantileLevels(options.levels);
  return Object.freeze({
    name,
    unit,
    quantileLevels: levels,
    better: 'smaller',
    aggregation: 'pooled',
    statistic(input: MetricInput) {
      const columns = quantileColumns(input, levels);
      let sum = 0;
      let weight = 0;
      forEachObserved(input, (actual, step) => {
        for (let i = 0; i < columns.length; i++) {
          const error = actual - quantileAt(input, step, columns[i]);
          sum += error >= 0 ? levels[i] * error : (levels[i] - 1) * error;
        }
        weight += unit === 'ratio' ? Math.abs(actual) : 1;
      });
      return { sum: (factor * sum) / levels.length, weight };
    },
    aggregate: ratioOfSums,
  } as const);
}
