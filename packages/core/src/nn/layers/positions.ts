/**
 * Positions as numbers a model can use: Fourier features to add or concatenate, and angles for rotary attention. Angles are
 * taken in double precision on the host, so that time stamps in milliseconds keep every step apart; float32 would not.
 *
 * Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.5, and Su et al. 2021, arXiv 2104.09864, section 3.2.2.
 */
import { cos, sin, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { type NdArray, ndArray } from '../../engine/nd-array.js';
import { parseOptions } from '../../options/parse-options.js';
import type { Rotation } from './transformer.js';

export const fourierOptionsSchema = z
  .strictObject({
    /** Features of a position: a sine and a cosine for each period. */
    features: z.number().int().positive().multipleOf(2),
    /** Shortest period, in the unit of the positions. */
    shortest: z.number().positive(),
    /** Longest period, in the unit of the positions; the periods between are spaced evenly in their logarithms. */
    longest: z.number().positive(),
  })
  .refine(({ shortest, longest }) => shortest <= longest, 'a shortest period of at most the longest');
export type FourierOptions = z.input<typeof fourierOptionsSchema>;

/**
 * Sines, then cosines of positions, one for each period from the shortest to the longest.
 *
 * @param shape axes of the positions. Default one axis
 * @returns shape `[...shape, features]`
 * @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH
 */
export function fourierFeatures(
  positions: ArrayLike<number>,
  options: FourierOptions,
  shape: readonly number[] = [positions.length],
): NdArray {
  const { features, shortest, longest } = parseOptions(fourierOptionsSchema, options, 'fourierFeatures');
  const periods = features / 2;
  const data = new Float32Array(positions.length * features);
  for (let k = 0; k < periods; k++) {
    const period = shortest * (longest / shortest) ** (k / Math.max(1, periods - 1));
    for (let n = 0; n < positions.length; n++) {
      const angle = 2 * Math.PI * ((positions[n] / period) % 1);
      data[n * features + k] = Math.sin(angle);
      data[n * features + periods + k] = Math.cos(angle);
    }
  }
  return ndArray(data, [...shape, features]);
}

export const rotaryOptionsSchema = z.strictObject({
  /** Width of one head. */
  width: z.number().int().positive().multipleOf(2),
  /** Ratio of the slowest to the fastest angle, about. */
  base: z.number().positive().default(10_000),
  /** What counts as one position: 1 for indices, the milliseconds of a step for time stamps. */
  unit: z.number().positive().default(1),
});
export type RotaryOptions = z.input<typeof rotaryOptionsSchema>;

/**
 * Angles position / unit * base^(-2 i / width) of each pair i, within one turn.
 *
 * @param positions indices, or times in the unit of `unit`; only differences matter
 * @param shape axes of the positions, `[N]` or `[B, N]`. Default one axis
 * @returns shape `[...shape, width / 2]`
 * @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH
 */
export function rotaryAngles(
  positions: ArrayLike<number>,
  options: RotaryOptions,
  shape: readonly number[] = [positions.length],
): NdArray {
  const { width, base, unit } = parseOptions(rotaryOptionsSchema, options, 'rotaryAngles');
  const pairs = width / 2;
  const data = new Float32Array(positions.length * pairs);
  for (let i = 0; i < pairs; i++) {
    const pace = base ** (-i / pairs) / unit;
    for (let n = 0; n < positions.length; n++) data[n * pairs + i] = (positions[n] * pace) % (2 * Math.PI);
  }
  return ndArray(data, [...shape, pairs]);
}

/** The rotation by angles, as attention takes it. @param angles shape `[N, E / 2]`, or `[B, N, E / 2]` where windows have their own */
export function rotationOf(angles: Tensor): Rotation {
  return { cosine: cos(angles), sine: sin(angles) };
}
