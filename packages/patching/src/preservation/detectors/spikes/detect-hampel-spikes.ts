/**
 * Spikes by the filter of Hampel: values far from the median of their window, in units of its median absolute deviation. Made for values
 * that stand out of their neighbours for a step or a few; what lasts half a window or more is a level to it. It does not know seasons: a sharp
 * daily peak is a spike every day.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { zScores } from '../changes/z-scores.js';
import { deviationPerMeanDistance, quantileOf } from './quantiles.js';
import { SortedWindow } from './sorted-window.js';
import { detectionOfSpikes, type SpikeScores } from './spike-detection.js';

/** Deviation of a normal distribution over its median absolute deviation: 1 / quantile(3/4). */
const deviationPerMad = 1.4826;

const optionsSchema = z.strictObject({
  /** Observed values on either side; fewer at the ends. Default 5. */
  halfWidth: z.int().min(1).max(5_000).default(5),
  /** In deviations, 1.4826 times the median absolute deviation. Default 3. */
  threshold: z.number().gt(0).default(3),
  /**
   * Least deviation of a window, in median deviations over all windows. Few values often lie close by chance, and rounded values lie at
   * zero distance: without a floor, their neighbours would be spikes. Default 1.
   */
  floor: z.number().gt(0).default(1),
});

export type HampelOptions = z.input<typeof optionsSchema>;

/**
 * The spikes of one channel. O(n w) for windows of w values: 11 by default.
 *
 * The statistic is the distance from the median of the window in deviations, and a deviation (the scale) is that of the window or the
 * floor. Where the median deviation over all windows is 0, the mean distance from the medians takes its place. The p-value is that of
 * the distance under normal noise, times the number of values. Details: `level` (median of the window), `peak`.
 *
 * Sources: Hampel (1974), The Influence Curve and its Role in Robust Estimation; Pearson, Outliers in Process Modeling and
 * Identification (2002), for the filter and its defaults.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectHampelSpikes(
  channel: string,
  values: Float64Array,
  options: HampelOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectHampelSpikes');
  return detectionOfSpikes({
    detector: 'hampel-spikes',
    channel,
    values,
    options: resolved,
    leastValues: resolved.halfWidth + 1,
    score: (observed) => scoreByWindow(observed.values, resolved),
  });
}

function scoreByWindow(
  values: Float64Array,
  { halfWidth, threshold, floor }: z.output<typeof optionsSchema>,
): SpikeScores | undefined {
  const scored = zScores(values);
  if (scored === undefined) return undefined;
  const { scores, deviation } = scored;
  const { length } = scores;
  const distances = new Float64Array(length);
  const scales = new Float64Array(length);
  const window = new SortedWindow(2 * halfWidth + 2);
  let meanDistance = 0;
  for (let i = 0; i < Math.min(halfWidth, length); i++) window.add(scores[i]);
  for (let i = 0; i < length; i++) {
    if (i + halfWidth < length) window.add(scores[i + halfWidth]);
    if (i > halfWidth) window.remove(scores[i - halfWidth - 1]);
    const level = window.median();
    distances[i] = scores[i] - level;
    scales[i] = deviationPerMad * window.medianDistance(level);
    meanDistance += Math.abs(distances[i]) / length;
  }
  if (meanDistance === 0) return undefined;
  const typical = quantileOf(scales.toSorted(), 0.5);
  // Of z-scores, less than this is their rounding.
  const least = Math.max(
    typical > 0 ? floor * typical : deviationPerMeanDistance * meanDistance,
    Number.EPSILON,
  );
  const statistics = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    scales[i] = Math.max(scales[i], least);
    statistics[i] = distances[i] / scales[i];
  }
  return {
    statistics,
    threshold,
    // Of numbers at the end of their range, as in the z-scores.
    scaleAt: (i) => Math.min(Math.max(scales[i] * deviation, Number.MIN_VALUE), Number.MAX_VALUE),
    pValueAt: (i) => Math.min(1, length * normalTail(statistics[i])),
    levelAt: (i) => values[i] - distances[i] * deviation,
  };
}
