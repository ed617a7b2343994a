/** Spikes: one sample or a few lifted or dropped by a constant, then back as if nothing had happened. */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import {
  countMessage,
  countsAgree,
  drawWidths,
  placementShape,
  placeStructure,
  resolveCount,
  widthSchema,
} from './places.js';
import { drawSizes, sizeSchema, sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, Planted, SizedEvent } from './structure.js';

export const spikesSchema = z
  .strictObject({
    kind: z.literal('spikes'),
    name: z.string().min(1).default('spikes'),
    ...placementShape,
    ...sizeShape,
    /** Height of a spike, or a range to draw it from. */
    size: sizeSchema(6, 10),
    /** Steps a spike lasts, or the least and the most. */
    width: widthSchema.default([1, 1]),
    /** Least number of steps between the end of one spike and the start of the next. */
    minSpacing: z.int().min(0).default(1),
  })
  .refine(countsAgree, countMessage)
  .transform(resolveCount);

export type PlantedSpikes = Planted<'spikes', z.output<typeof spikesSchema>, SizedEvent>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantSpikes(options: z.output<typeof spikesSchema>, context: PlantContext): PlantedSpikes {
  const { count, width, minSpacing, name } = options;
  const { length } = context.time;
  const spans = placeStructure(context, options, {
    widths: drawWidths(context, count, width),
    gap: minSpacing,
    within: { start: 0, end: length },
  });
  const unit = sizeUnit(context, options);
  const sizes = drawSizes(namedStream(context.key, 'sizes'), count, options);
  const events = spans.map((span, i) => ({ ...span, size: sizes[i] * unit }));
  const signal = new Float64Array(length);
  for (const { start, end, size } of events) signal.fill(size, start, end);
  return { kind: 'spikes', name, options, events, effect: { signal } };
}
