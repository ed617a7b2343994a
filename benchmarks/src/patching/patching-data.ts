/** The data of a patching task by its kind, as task files name it. */
import { z } from 'zod';
import { eventDataSchema, eventSplit } from './event-windows.js';
import type { PatchingSplit } from './patching-split.js';

export const patchingDataSchema = z.discriminatedUnion('kind', [eventDataSchema]);
export type PatchingData = z.output<typeof patchingDataSchema>;

/** @param dataFolder holds the files of kinds that read some */
export async function splitOf(data: PatchingData, _dataFolder: string): Promise<PatchingSplit> {
  switch (data.kind) {
    case 'event':
      return eventSplit(data);
  }
}
