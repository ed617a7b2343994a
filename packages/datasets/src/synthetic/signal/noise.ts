/**
 * Noise of a known standard deviation: white, autocorrelated, or with heavy tails. The sd is the marginal one, so it
 * is the same for every autocorrelation and every tail. Sizes of planted structures are multiples of it.
 */
import type { RandomStream } from '@tessera/core';
import { z } from 'zod';

export const noiseSchema = z.strictObject({
  /** Marginal standard deviation, in the unit of the values. */
  sd: z.number().nonnegative().default(1),
  /** Coefficient of an AR(1) process, in (-1, 1). */
  autocorrelation: z.number().gt(-1).lt(1).default(0),
  /** Degrees of freedom of Student-t innovations, above 2 so that the sd exists. Default: normal innovations. */
  degreesOfFreedom: z.number().gt(2).optional(),
});
export type NoiseOptions = z.input<typeof noiseSchema>;
export type ResolvedNoise = z.output<typeof noiseSchema>;

/**
 * Stationary noise, shape `[length]`; a longer series begins with the shorter one. With both autocorrelation and
 * heavy tails the sd is stationary from the first step, the shape of the tails only after some.
 */
export function drawNoise(stream: RandomStream, length: number, noise: ResolvedNoise): Float64Array {
  const { sd, autocorrelation, degreesOfFreedom } = noise;
  const values = new Float64Array(length);
  const innovationSd = sd * Math.sqrt(1 - autocorrelation ** 2);
  for (let t = 0; t < length; t++) {
    const innovation = degreesOfFreedom === undefined ? stream.normal() : studentT(stream, degreesOfFreedom);
    values[t] = t === 0 ? sd * innovation : autocorrelation * values[t - 1] + innovationSd * innovation;
  }
  return values;
}

/**
 * A Student-t draw scaled to variance 1.
 *
 * Source: Bailey, Polar Generation of Random Variates with the t-Distribution, Math. Comp. 62 (1994).
 */
function studentT(stream: RandomStream, degreesOfFreedom: number): number {
  const spread = (1 - stream.uniform()) ** (-2 / degreesOfFreedom) - 1;
  const radius = Math.sqrt(degreesOfFreedom * spread);
  const scale = Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom);
  return scale * radius * Math.cos(2 * Math.PI * stream.uniform());
}
