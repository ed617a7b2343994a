/**
 * Trend changes: each bends the series by a slope that lasts to the end. The first step of an event is the first that
 * differs, by one slope; nothing jumps.
 */
import type { z } from 'zod';
import { drawChanges, sizedChangesSchema } from './sized-changes.js';
import { sizeSchema } from './sizes.js';
import type { PlantContext, Planted, SizedEvent } from './structure.js';

/** Sizes are changes of slope per step. */
export const trendChangesSchema = sizedChangesSchema('trend-changes', {
  size: sizeSchema(0.1, 0.3),
  minSegment: 20,
});

/** The size of an event is the change of slope per step; it lasts to the end of the series. */
export type PlantedTrendChanges = Planted<'trend-changes', z.output<typeof trendChangesSchema>, SizedEvent>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantTrendChanges(
  options: z.output<typeof trendChangesSchema>,
  context: PlantContext,
): PlantedTrendChanges {
  const { length } = context.time;
  const events = drawChanges(options, context);
  const signal = new Float64Array(length);
  for (const { start, size } of events) {
    for (let t = start; t < length; t++) signal[t] += size * (t - start + 1);
  }
  return { kind: 'trend-changes', name: options.name, options, events, effect: { signal } };
}
