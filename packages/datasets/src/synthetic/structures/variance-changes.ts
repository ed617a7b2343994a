/** Variance changes: from its first step on, each multiplies the sd of the noise by a ratio; the signal is untouched. */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import type { Span } from '../placement.js';
import { countMessage, countsAgree, placeChanges, placementShape, resolveCount } from './places.js';
import { drawSizes, rangeSchema } from './sizes.js';
import type { PlantContext, Planted } from './structure.js';

export const varianceChangesSchema = z
  .strictObject({
    kind: z.literal('variance-changes'),
    name: z.string().min(1).default('variance-changes'),
    ...placementShape,
    /** Sd of the noisier side over that of the quieter one, at least 1, or a range to draw it from. */
    ratio: rangeSchema.refine(([low]) => low >= 1, 'ratios of at least 1').default([2, 4]),
    /** Whether a change makes the series noisier (`up`) or quieter. `alternating` begins upwards. */
    sign: z.enum(['up', 'down', 'both', 'alternating']).default('alternating'),
    /** Shortest segment between two changes or before the first and after the last, in steps. */
    minSegment: z.int().min(1).default(20),
  })
  .refine(countsAgree, countMessage)
  .transform(resolveCount);

export interface VarianceChange extends Span {
  /** Sd of the noise after the change over the sd before it. */
  readonly ratio: number;
}

/** An event lasts to the end of the series. */
export type PlantedVarianceChanges = Planted<
  'variance-changes',
  z.output<typeof varianceChangesSchema>,
  VarianceChange
>;

/** @throws TesseraError PLAN_IMPOSSIBLE */
export function plantVarianceChanges(
  options: z.output<typeof varianceChangesSchema>,
  context: PlantContext,
): PlantedVarianceChanges {
  const { length } = context.time;
  const starts = placeChanges(context, options);
  const signed = drawSizes(namedStream(context.key, 'sizes'), starts.length, {
    ...options,
    size: options.ratio,
  });
  const events = starts.map((start, i) => {
    const ratio = signed[i] > 0 ? signed[i] : -1 / signed[i];
    return { start, end: length, ratio };
  });
  const noiseScale = new Float64Array(length).fill(1);
  let scale = 1;
  events.forEach(({ start, ratio }, i) => {
    scale *= ratio;
    noiseScale.fill(scale, start, events[i + 1]?.start ?? length);
  });
  return { kind: 'variance-changes', name: options.name, options, events, effect: { noiseScale } };
}
