/**
 * Trend changes: each bends the series by a slope that lasts to the end. The first step of an event is the first that
 * differs, by one slope; nothing jumps.
 */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { countMessage, countsAgree, placeChanges, placementShape, resolveCount } from './places.js';
import { drawSizes, sizeSchema, sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, Planted, SizedEvent } from './structure.js';

export const trendChangesSchema = z
  .strictObject({
    kind: z.literal('trend-changes'),
    name: z.string().min(1).default('trend-changes'),
    ...placementShape,
    ...sizeShape,
    /** Change of slope per step, or a range to draw it from. */
    size: sizeSchema(0.1, 0.3),
    /** Shortest segment between two changes or before the first and after the last, in steps. */
    minSegment: z.int().min(1).default(20),
  })
  .refine(countsAgree, countMessage)
  .transform(resolveCount);

/** The size of an event is the change of slope per step; it lasts to the end of the series. */
export type PlantedTrendChanges = Planted<'trend-changes', z.output<typeof trendChangesSchema>, SizedEvent>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantTrendChanges(
  options: z.output<typeof trendChangesSchema>,
  context: PlantContext,
): PlantedTrendChanges {
  const { length } = context.time;
  const starts = placeChanges(context, options);
  const unit = sizeUnit(context, options);
  const sizes = drawSizes(namedStream(context.key, 'sizes'), starts.length, options);
  const events = starts.map((start, i) => ({ start, end: length, size: sizes[i] * unit }));
  const signal = new Float64Array(length);
  for (const { start, size } of events) {
    for (let t = start; t < length; t++) signal[t] += size * (t - start + 1);
  }
  return { kind: 'trend-changes', name: options.name, options, events, effect: { signal } };
}
