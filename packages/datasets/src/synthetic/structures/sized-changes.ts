/** What changes of level and of trend share: their options but for defaults, and where and how large they are. */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { countMessage, countsAgree, placeChanges, placementShape, resolveCount } from './places.js';
import { drawSizes, type sizeSchema, sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, SizedEvent } from './structure.js';

/**
 * @param size sizes of the changes, with their default
 * @param minSegment default of the shortest segment, in steps
 */
export function sizedChangesSchema<Kind extends string>(
  kind: Kind,
  { size, minSegment }: { readonly size: ReturnType<typeof sizeSchema>; readonly minSegment: number },
) {
  return z
    .strictObject({
      kind: z.literal(kind),
      name: z.string().min(1).default(kind),
      ...placementShape,
      ...sizeShape,
      /** Size of a change, or a range to draw it from. */
      size,
      /** Shortest segment between two changes or before the first and after the last, in steps. */
      minSegment: z.int().min(1).default(minSegment),
    })
    .refine(countsAgree, countMessage)
    .transform(resolveCount);
}

/** Changes that last to the end of the series. @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function drawChanges(
  options: z.output<ReturnType<typeof sizedChangesSchema>>,
  context: PlantContext,
): SizedEvent[] {
  const starts = placeChanges(context, options);
  const unit = sizeUnit(context, options);
  const sizes = drawSizes(namedStream(context.key, 'sizes'), starts.length, options);
  return starts.map((start, i) => ({ start, end: context.time.length, size: sizes[i] * unit }));
}
