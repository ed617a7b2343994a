/**
 * The options that say how large a structure’s events are, and the signed sizes that follow from them. The yardstick is
 * the sd of the base noise, wherever in the series the event lies.
 */
import { type RandomStream, TesseraError } from '@tessera/core';
import { z } from 'zod';
import type { PlantContext } from './structure.js';

/** One number, or the lowest and the highest of a range to draw from. */
export const rangeSchema = z
  .union([z.number(), z.tuple([z.number(), z.number()]).readonly()], 'a number or [low, high]')
  .transform((given): readonly [number, number] => (typeof given === 'number' ? [given, given] : given))
  .refine(([low, high]) => low <= high, 'low <= high');

const positiveRange = rangeSchema.refine(([low]) => low >= 0, 'no negative size');

/** Options of size; the default size is the structure's own. */
export const sizeShape = {
  /** Sign of the sizes. `both` draws it for each event, `alternating` begins upwards. */
  sign: z.enum(['up', 'down', 'both', 'alternating']).default('both'),
  /** Whether sizes are multiples of the noise sd or given in the unit of the values. */
  unit: z.enum(['noise', 'value']).default('noise'),
};

/** A size or a range of sizes, not negative: the sign is an option of its own. */
export function sizeSchema(low: number, high: number) {
  return positiveRange.default([low, high]);
}

/** Signed sizes in the unit given, one for each event. Each event takes two draws, whatever the options. */
export function drawSizes(
  stream: RandomStream,
  count: number,
  options: {
    readonly size: readonly [number, number];
    readonly sign: 'up' | 'down' | 'both' | 'alternating';
  },
): number[] {
  const { size, sign } = options;
  return Array.from({ length: count }, (_, i) => {
    const magnitude = drawBetween(stream, size);
    const isUp = stream.uniform() < 0.5;
    if (sign === 'up' || (sign === 'both' && isUp) || (sign === 'alternating' && i % 2 === 0))
      return magnitude;
    return -magnitude;
  });
}

/** Uniform in `[low, high)`. */
export function drawBetween(stream: RandomStream, [low, high]: readonly [number, number]): number {
  return low + stream.uniform() * (high - low);
}

/** What a size of 1 is in the unit of the values. @throws TesseraError OPTIONS_INVALID where there is no noise to measure by */
export function sizeUnit(
  context: PlantContext,
  { unit, name }: { readonly unit: 'noise' | 'value'; readonly name: string },
): number {
  if (unit === 'value') return 1;
  if (context.noiseSd > 0) return context.noiseSd;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: `structure "${name}" unit`,
    expected: 'a noise sd above 0, since sizes are multiples of it',
    found: 'a noise sd of 0',
    wayOut: 'Give the sizes in the unit of the values, with unit: "value"',
  });
}
