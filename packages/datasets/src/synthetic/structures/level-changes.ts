/** Level changes: from its first step on, each adds a constant to everything that follows. */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { countMessage, countsAgree, placeChanges, placementShape, resolveCount } from './places.js';
import { drawSizes, sizeSchema, sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, Planted, SizedEvent } from './structure.js';

export const levelChangesSchema = z
  .strictObject({
    kind: z.literal('level-changes'),
    name: z.string().min(1).default('level-changes'),
    ...placementShape,
    ...sizeShape,
    /** Height of a step, or a range to draw it from. */
    size: sizeSchema(2, 4),
    /** Shortest segment between two changes or before the first and after the last, in steps. */
    minSegment: z.int().min(1).default(10),
  })
  .refine(countsAgree, countMessage)
  .transform(resolveCount);

/** An event lasts to the end of the series; its size is that of its own step, not of the level reached. */
export type PlantedLevelChanges = Planted<'level-changes', z.output<typeof levelChangesSchema>, SizedEvent>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantLevelChanges(
  options: z.output<typeof levelChangesSchema>,
  context: PlantContext,
): PlantedLevelChanges {
  const { length } = context.time;
  const starts = placeChanges(context, options);
  const unit = sizeUnit(context, options);
  const sizes = drawSizes(namedStream(context.key, 'sizes'), starts.length, options);
  const events = starts.map((start, i) => ({ start, end: length, size: sizes[i] * unit }));
  const signal = new Float64Array(length);
  let level = 0;
  events.forEach(({ start, size }, i) => {
    level += size;
    signal.fill(level, start, events[i + 1]?.start ?? length);
  });
  return { kind: 'level-changes', name: options.name, options, events, effect: { signal } };
}
