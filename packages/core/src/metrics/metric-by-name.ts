/** Metrics by their names, as commands, task files and stored results write them. */
import { TesseraError } from '../errors/tessera-error.js';
import { coverage, intervalWidth, msis } from './intervals.js';
import { deciles } from './levels.js';
import type { Metric } from './metric.js';
import { mae, mse, rmse } from './point-errors.js';
import { crps, pinball, weightedQuantileLoss } from './quantile-losses.js';
import { mase, rmsse } from './scaled-errors.js';
import { smape } from './smape.js';
import { wape } from './wape.js';

const pointMetrics: readonly Metric[] = Object.freeze([mae, mse, rmse, mase, rmsse, smape, wape]);

/** Metrics of one number, by what stands before the hyphen. */
const families: Readonly<Record<string, (parameter: number) => Metric>> = {
  pinball,
  wql: (level) => weightedQuantileLoss([level]),
  coverage,
  width: intervalWidth,
  msis,
};

/** What `metricByName` reads, for messages and help texts. */
export const metricNames: readonly string[] = Object.freeze([
  ...pointMetrics.map((metric) => metric.name),
  'CRPS',
  'wQL',
  'wQL-0.9',
  'pinball-0.9',
  'coverage-80',
  'width-80',
  'MSIS-95',
]);

/**
 * The metric of a name such as `MASE`, `coverage-80` or `pinball-0.9`; upper and lower case are the same. The numbers
 * after the hyphen are free: quantile levels in (0, 1) for `pinball` and `wQL`, interval levels in percent for the rest.
 *
 * @param quantileLevels levels of `CRPS` and `wQL`; default 0.1, 0.2, … 0.9
 * @throws TesseraError OPTIONS_INVALID, LEVEL_INVALID
 */
export function metricByName(name: string, quantileLevels: readonly number[] = deciles): Metric {
  const wanted = name.toLowerCase();
  const point = pointMetrics.find((metric) => metric.name.toLowerCase() === wanted);
  if (point !== undefined) return point;
  if (wanted === 'crps') return crps(quantileLevels);
  if (wanted === 'wql') return weightedQuantileLoss(quantileLevels);
  const [, family = '', parameter = ''] = /^([a-z]+)-(\d*\.?\d+(?:e-?\d+)?)$/.exec(wanted) ?? [];
  if (Object.hasOwn(families, family)) return families[family](Number(parameter));
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'metric',
    expected: `one of ${metricNames.join(', ')}, with any number after a hyphen`,
    found: JSON.stringify(name),
    wayOut: 'Use one of these names',
  });
}

/**
 * The metrics that a report shows: all point metrics; coverage, width and MSIS of every interval level; CRPS and
 * weighted quantile loss over the quantile levels. Pinball losses are left out: CRPS is twice their mean.
 *
 * @param levels interval levels in percent; default none
 * @param quantileLevels in (0, 1), strictly ascending; default none, and then neither CRPS nor weighted quantile loss
 * @throws TesseraError OPTIONS_INVALID, LEVEL_INVALID
 */
export function defaultMetrics(
  levels: readonly number[] = [],
  quantileLevels: readonly number[] = [],
): readonly Metric[] {
  return [
    ...pointMetrics,
    ...levels.flatMap((level) => [coverage(level), intervalWidth(level), msis(level)]),
    ...(quantileLevels.length === 0 ? [] : [crps(quantileLevels), weightedQuantileLoss(quantileLevels)]),
  ];
}
