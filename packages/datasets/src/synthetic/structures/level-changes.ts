/** Level changes: from its first step on, each adds a constant to everything that follows. */
import type { z } from 'zod';
import { drawChanges, sizedChangesSchema } from './sized-changes.js';
import { sizeSchema } from './sizes.js';
import type { PlantContext, Planted, SizedEvent } from './structure.js';

/** Sizes are heights of steps. */
export const levelChangesSchema = sizedChangesSchema('level-changes', {
  size: sizeSchema(2, 4),
  minSegment: 10,
});

/** An event lasts to the end of the series; its size is that of its own step, not of the level reached. */
export type PlantedLevelChanges = Planted<'level-changes', z.output<typeof levelChangesSchema>, SizedEvent>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantLevelChanges(
  options: z.output<typeof levelChangesSchema>,
  context: PlantContext,
): PlantedLevelChanges {
  const { length } = context.time;
  const events = drawChanges(options, context);
  const signal = new Float64Array(length);
  let level = 0;
  events.forEach(({ start, size }, i) => {
    level += size;
    signal.fill(level, start, events[i + 1]?.start ?? length);
  });
  return { kind: 'level-changes', name: options.name, options, events, effect: { signal } };
}
