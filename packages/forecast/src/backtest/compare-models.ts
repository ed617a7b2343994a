/**
 * Two models on the same windows: the difference of a metric with a bootstrap interval. Series are resampled whole,
 * because the windows of one series depend on each other; where there is one series, windows are resampled instead,
 * and if they overlap the interval is too narrow.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, percentile intervals.
 */
import { foldIn, type Metric, type MetricPart, RandomStream, randomKey } from '@tessera/core';

/** The parts of both models for one resampled unit: a series, or a window of the only series. */
export interface PairedParts {
  readonly model: readonly MetricPart[];
  readonly against: readonly MetricPart[];
}

export interface PairedDifference {
  /** Metric of `model` minus metric of `against` over the windows that both have. */
  readonly difference: number;
  /** Bounds of the interval; NaN with fewer than 2 units, where nothing is known of the spread. */
  readonly lower: number;
  readonly upper: number;
  /** How many series (or windows of the only series) were resampled. */
  readonly units: number;
}

export interface BootstrapOptions {
  /** In percent. */
  readonly level: number;
  readonly draws: number;
  readonly seed: number;
}

/** The paired difference over all units. O(draws · units) after one pass over the parts. */
export function pairedDifference(
  metric: Metric,
  pairs: readonly PairedParts[],
  { level, draws, seed }: BootstrapOptions,
): PairedDifference {
  const units = pairs.length;
  const model = pairs.map((pair) => mergeParts(pair.model));
  const against = pairs.map((pair) => mergeParts(pair.against));
  const difference = metric.aggregate(model) - metric.aggregate(against);
  if (units < 2) return { difference, lower: Number.NaN, upper: Number.NaN, units };
  const differences = Float64Array.from({ length: draws }, (_, draw) => {
    const stream = new RandomStream(foldIn(randomKey(seed), draw));
    const drawn = Array.from({ length: units }, () => stream.integer(0, units));
    return metric.aggregate(drawn.map((i) => model[i])) - metric.aggregate(drawn.map((i) => against[i]));
  }).sort();
  const tail = (100 - level) / 200;
  return {
    difference,
    lower: differences[Math.floor(tail * (draws - 1))],
    upper: differences[Math.ceil((1 - tail) * (draws - 1))],
    units,
  };
}

/** Sums and weights of many parts as one part. */
export function mergeParts(parts: readonly MetricPart[]): MetricPart {
  let sum = 0;
  let weight = 0;
  for (const part of parts) {
    sum += part.sum;
    weight += part.weight;
  }
  return { sum, weight };
}
