/**
 * Spikes in what trend and season leave: remainders outside the outer fences of Tukey. It knows a season, unlike the filter of
 * Hampel; its fences are the same everywhere, so in a series whose noise comes and goes the loud stretches have the spikes.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import type { ObservedSteps } from '../observed-steps.js';
import { deviationPerMeanDistance, quantileOf } from './quantiles.js';
import { decompose } from './seasonal-decomposition.js';
import { detectionOfSpikes, type SpikeScores } from './spike-detection.js';

/** Interquartile range of a standard normal. */
const normalRange = 1.349;

const optionsSchema = z.strictObject({
  /** In steps; `auto` estimates it by autocorrelation, `none` has no season. Default `auto`. */
  period: z.union([z.int().min(2).max(100_000), z.literal('auto'), z.literal('none')]).default('auto'),
  /** Longest period that `auto` looks for, in steps. Default 1,440, a day of minutes. */
  longestPeriod: z.int().min(2).max(100_000).default(1_440),
  /** Steps on either side from which the trend comes where no season is taken off. Default 5, as in the filter of Hampel. */
  halfWidth: z.int().min(1).max(5_000).default(5),
  /** Interquartile ranges beyond the quartiles. Default 3. */
  threshold: z.number().gt(0).default(3),
});

export type ResidualSpikeOptions = z.input<typeof optionsSchema>;

/**
 * The spikes of one channel. O(n w) moves of memory for a trend over w steps, which is a period or 11.
 *
 * The statistic is the distance of the remainder from its nearer quartile in interquartile ranges (the scale). Where that range is 0,
 * the range that a normal distribution of the same mean distance has takes its place. The p-value is that of the distance from the median
 * under normal noise of that range, times the number of values. Details: `level` (what is taken off), `peak`.
 *
 * Sources: Hyndman, Detecting Time Series Outliers (2021); Tukey, Exploratory Data Analysis (1977), for the fences.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectResidualSpikes(
  channel: string,
  values: Float64Array,
  options: ResidualSpikeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectResidualSpikes');
  return detectionOfSpikes({
    detector: 'residual-spikes',
    channel,
    values,
    options: resolved,
    leastValues: resolved.halfWidth + 1,
    score: (observed) => scoreByFences(observed, resolved),
  });
}

function scoreByFences(
  observed: ObservedSteps,
  options: z.output<typeof optionsSchema>,
): SpikeScores | undefined {
  const parts = decompose(observed, options);
  if (parts === undefined) return undefined;
  const { remainder, deviation } = parts;
  const { length } = remainder;
  const sorted = remainder.toSorted();
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantileOf(sorted, share));
  const distance = remainder.reduce((sum, value) => sum + Math.abs(value - middle) / length, 0);
  const range = high > low ? high - low : normalRange * deviationPerMeanDistance * distance;
  // Of z-scores, less than this is their rounding: trend and season say everything.
  if (range < Number.EPSILON) return undefined;
  const statistics = remainder.map((value) => {
    if (value > high) return (value - high) / range;
    return value < low ? (value - low) / range : 0;
  });
  return {
    statistics,
    threshold: options.threshold,
    // Of numbers at the end of their range, as in the z-scores.
    scaleAt: () => Math.min(Math.max(range * deviation, Number.MIN_VALUE), Number.MAX_VALUE),
    pValueAt: (i) => Math.min(1, length * normalTail((normalRange * (remainder[i] - middle)) / range)),
    levelAt: (i) => observed.values[i] - remainder[i] * deviation,
  };
}
