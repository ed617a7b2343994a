/**
 * Spikes by the spectral residual: what in the log amplitude spectrum does not follow from neighbouring frequencies, brought back to
 * time, is large where the series does what its smooth spectrum does not explain. Quick and without a model; it has no unit, so that a statistic
 * says nothing of a size, and on noise it gives alarms.
 *
 * The series is mirrored at its end up to a power of two, so that no jump from its end to its start adds to the spectrum.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import { preciseSums } from '../changes/precise-sums.js';
import { zScores } from '../changes/z-scores.js';
import { fourier, inverseFourier, powerOfTwoFrom } from './fourier.js';
import { detectionOfSpikes, type SpikeScores } from './spike-detection.js';

const optionsSchema = z.strictObject({
  /** Frequencies over which the log amplitude is averaged. Default 3. */
  spectrumWidth: z.int().min(1).max(1_000).default(3),
  /** Values before each one whose saliency it is compared with. Default 21. */
  window: z.int().min(1).max(10_000).default(21),
  /** How much the saliency exceeds its mean before, in that mean. Default 3. */
  threshold: z.number().gt(0).default(3),
});

export type SpectralSpikeOptions = z.input<typeof optionsSchema>;

/**
 * The spikes of one channel. O(n log n).
 *
 * The statistic is (saliency - mean before) / mean before, with the sign of the value’s distance from its mean before; the scale is 1, and
 * there is no p-value. The first `window` values are compared with those after them. Details: `level` (mean of the values before), `peak`.
 *
 * Source: Ren et al., Time-Series Anomaly Detection Service at Microsoft (KDD 2019), arXiv:1906.03821, with its q = 3, z = 21 and
 * tau = 3, without the points that it extrapolates at the end.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectSpectralSpikes(
  channel: string,
  values: Float64Array,
  options: SpectralSpikeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectSpectralSpikes');
  return detectionOfSpikes({
    detector: 'spectral-spikes',
    channel,
    values,
    options: resolved,
    leastValues: 2 * resolved.window,
    score: (observed) => scoreBySaliency(observed.values, resolved),
  });
}

function scoreBySaliency(
  values: Float64Array,
  { spectrumWidth, window, threshold }: z.output<typeof optionsSchema>,
): SpikeScores | undefined {
  const scored = zScores(values);
  if (scored === undefined) return undefined;
  const { scores, mean, deviation } = scored;
  const salient = saliency(scores, spectrumWidth);
  const usual = meansBefore(salient, window);
  const levels = meansBefore(scores, window);
  return {
    statistics: salient.map((value, i) => {
      const excess = usual[i] > 0 ? Math.max(value / usual[i] - 1, 0) : 0;
      return scores[i] < levels[i] ? -excess : excess;
    }),
    threshold,
    scaleAt: () => 1,
    pValueAt: () => Number.NaN,
    levelAt: (i) => mean + deviation * levels[i],
  };
}

function saliency(scores: Float64Array, spectrumWidth: number): Float64Array {
  const { length } = scores;
  const size = powerOfTwoFrom(length);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let t = 0; t < size; t++) real[t] = scores[t < length ? t : 2 * length - 2 - t];
  fourier(real, imaginary);
  const logs = new Float64Array(size);
  for (let f = 0; f < size; f++) {
    // A frequency that is not there at all has the smallest amplitude that is more than rounding.
    logs[f] = Math.log(Math.max(Math.hypot(real[f], imaginary[f]), size * Number.EPSILON));
  }
  // Z-scores have no mean, which must not look like a notch in the spectrum.
  logs[0] = logs[1];
  const smooth = circularMeans(logs, spectrumWidth);
  for (let f = 0; f < size; f++) {
    // exp(log residual) times the unit vector of the phase.
    const factor = Math.exp(-smooth[f]);
    real[f] *= factor;
    imaginary[f] *= factor;
  }
  inverseFourier(real, imaginary);
  return scores.map((_, t) => Math.hypot(real[t], imaginary[t]));
}

/** Mean of `width` neighbours around each; the spectrum goes round. */
function circularMeans(values: Float64Array, width: number): Float64Array {
  const { length } = values;
  const before = (width - 1) >> 1;
  return values.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += values[(i - before + k + width * length) % length];
    return sum / width;
  });
}

/** Mean of the `window` values before each; for the first ones, of those after it. */
function meansBefore(values: Float64Array, window: number): Float64Array {
  const sums = preciseSums(values.length, (i) => values[i]);
  return values.map((_, i) => {
    const from = i >= window ? i - window : i + 1;
    const to = Math.min(from + window, values.length);
    return (sums[2 * to] - sums[2 * from] + (sums[2 * to + 1] - sums[2 * from + 1])) / (to - from);
  });
}
