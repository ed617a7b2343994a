/** Many windows, many metrics, one row per metric. Knows nothing of forecasters, series or files. */
import type { Metric, MetricInput, MetricPart } from './metric.js';

export interface MetricRow {
  /** Name of the metric. */
  readonly metric: string;
  /** NaN where no window has weight. */
  readonly value: number;
  readonly unit: Metric['unit'];
  /** The levels it was computed from; two CRPS of different levels are not comparable. */
  readonly quantileLevels: readonly number[];
  /** How many windows were given. */
  readonly windows: number;
  /** How many of them have weight 0: nothing observed, or nothing to scale by. */
  readonly windowsWithoutWeight: number;
}

/**
 * The metrics of many windows, in the order of `metrics`.
 *
 * @param inputs read once, so a generator need not hold them all; O(windows · metrics) numbers are kept
 * @throws TesseraError SHAPE_MISMATCH, METRIC_INPUT_INVALID
 */
export function evaluate(inputs: Iterable<MetricInput>, metrics: readonly Metric[]): MetricRow[] {
  const parts: MetricPart[][] = metrics.map(() => []);
  for (const input of inputs) {
    metrics.forEach((metric, i) => {
      parts[i].push(metric.statistic(input));
    });
  }
  return metrics.map((metric, i) => ({
    metric: metric.name,
    value: metric.aggregate(parts[i]),
    unit: metric.unit,
    quantileLevels: metric.quantileLevels,
    windows: parts[i].length,
    windowsWithoutWeight: parts[i].filter((part) => part.weight === 0).length,
  }));
}
