/**
 * The period of a series by its autocorrelation: the shortest lag whose peak is as high as the highest. It proposes; whether the season is
 * strong enough to be used, the decomposition decides. Missing steps take no part in any product.
 */
import type { ObservedSteps } from '../observed-steps.js';
import { fourier, inverseFourier, powerOfTwoFrom } from './fourier.js';

/** Deviations of an autocorrelation of noise, 1 / sqrt(n), within which two peaks count as equal: the usual 95 % band. */
const band = 1.96;

/**
 * In steps; undefined where no peak rises out of the noise. O(n log n).
 *
 * @param values z-scores less their trend, per observed step
 * @param longest no lag beyond it is looked at
 */
export function periodOf(values: Float64Array, steps: Int32Array, longest: number): number | undefined {
  const correlation = autocorrelation({ values, steps }, longest + 1);
  const noise = band / Math.sqrt(values.length);
  const peaks: number[] = [];
  let trough = correlation[1];
  for (let lag = 2; lag <= longest; lag++) {
    const here = correlation[lag];
    trough = Math.min(trough, here);
    const isPeak = here > correlation[lag - 1] && here >= correlation[lag + 1];
    if (isPeak && here > noise && here - trough > noise) peaks.push(lag);
  }
  const highest = Math.max(...peaks.map((lag) => correlation[lag]));
  return peaks.find((lag) => correlation[lag] >= highest - noise);
}

/** At lags 0 to `longest`, over the pairs that were both observed; 0 where there are none. */
function autocorrelation(
  { values, steps }: Pick<ObservedSteps, 'values' | 'steps'>,
  longest: number,
): Float64Array {
  const span = steps[steps.length - 1] - steps[0] + 1;
  const size = powerOfTwoFrom(span + longest + 1);
  // Values as the real part and the mask as the imaginary part: one transform for both, taken apart by symmetry.
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let i = 0; i < steps.length; i++) {
    real[steps[i] - steps[0]] = values[i];
    imaginary[steps[i] - steps[0]] = 1;
  }
  fourier(real, imaginary);
  for (let f = 0; f <= size >> 1; f++) {
    const g = (size - f) % size;
    const values2 = ((real[f] + real[g]) ** 2 + (imaginary[f] - imaginary[g]) ** 2) / 4;
    const mask2 = ((real[f] - real[g]) ** 2 + (imaginary[f] + imaginary[g]) ** 2) / 4;
    real[f] = values2;
    real[g] = values2;
    imaginary[f] = mask2;
    imaginary[g] = mask2;
  }
  inverseFourier(real, imaginary);
  const variance = real[0] / Math.max(1, Math.round(imaginary[0]));
  return Float64Array.from({ length: longest + 1 }, (_, lag) => {
    const pairs = Math.round(imaginary[lag]);
    return pairs > 0 && variance > 0 ? real[lag] / pairs / variance : 0;
  });
}
