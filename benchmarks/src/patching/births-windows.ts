/** Daily births; the events are the holidays of the data set’s card, each a day that stands out of its weekday. */
import { loadUsBirths } from '@tessera/datasets';
import { z } from 'zod';
import type { PatchingSplit } from './patching-split.js';
import { seriesShape, seriesSplit } from './series-windows.js';

export const birthsDataSchema = z.strictObject({ kind: z.literal('births'), ...seriesShape });

const week = 7;

export async function birthsSplit(shape: z.output<typeof birthsDataSchema>): Promise<PatchingSplit> {
  const [frame] = (await loadUsBirths()).frames;
  const events = frame.interventions.map(({ time }) => ({
    kind: 'spike' as const,
    start: frame.time.countBefore(time),
  }));
  return seriesSplit([{ frame, events }], { ...shape, season: week });
}
