/**
 * One seasonality: harmonics of a period that need not be a whole number of steps, with an amplitude that may change
 * over the series. Knows no calendar: a year of leap days is a period of 365.2425.
 */
import type { RandomStream } from '@tessera/core';
import { z } from 'zod';

export const seasonalitySchema = z.strictObject({
  /** Steps of one cycle, above 1; may be fractional. */
  period: z.number().gt(1),
  /** Amplitude of the first step, in the unit of the values. */
  amplitude: z.number().nonnegative().default(1),
  /** Amplitude of the last step; linear in between. Default: as the first. */
  endAmplitude: z.number().nonnegative().optional(),
  /** Where in its cycle the series begins, as a share of the period in [0, 1). Default: drawn, by the place in the list. */
  phase: z.number().min(0).lt(1).optional(),
  /** Relative amplitudes of the period, half the period, a third of it, and so on. */
  harmonics: z.array(z.number()).min(1).readonly().default([1]),
});
export type SeasonalityOptions = z.input<typeof seasonalitySchema>;

export interface Seasonality {
  readonly period: number;
  /** The phase given or drawn, in [0, 1). */
  readonly phase: number;
  /** Shape `[T]`. */
  readonly values: Float64Array;
}

/** `a_t * sum over k of h_k sin(2 pi k (t / period + phase))`. */
export function drawSeasonality(
  stream: RandomStream,
  length: number,
  options: z.output<typeof seasonalitySchema>,
): Seasonality {
  const { period, amplitude, endAmplitude = amplitude, harmonics } = options;
  const phase = options.phase ?? stream.uniform();
  const values = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const share = length === 1 ? 0 : t / (length - 1);
    const angle = 2 * Math.PI * (t / period + phase);
    let sum = 0;
    for (let k = 0; k < harmonics.length; k++) sum += harmonics[k] * Math.sin((k + 1) * angle);
    values[t] = (amplitude + share * (endAmplitude - amplitude)) * sum;
  }
  return { period, phase, values };
}
