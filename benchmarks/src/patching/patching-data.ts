/** The data of a patching task by its kind, as task files name it. */
import { z } from 'zod';
import { birthsDataSchema, birthsSplit } from './births-windows.js';
import { ettDataSchema, ettSplit } from './ett-windows.js';
import { eventDataSchema, eventSplit } from './event-windows.js';
import { flightsDataSchema, flightsSplit } from './flights-windows.js';
import { nabDataSchema, nabSplit } from './nab-windows.js';
import type { PatchingSplit } from './patching-split.js';

export const patchingDataSchema = z.discriminatedUnion('kind', [
  eventDataSchema,
  ettDataSchema,
  birthsDataSchema,
  flightsDataSchema,
  nabDataSchema,
]);
export type PatchingData = z.output<typeof patchingDataSchema>;

/**
 * @param dataFolder holds the files of kinds that read some
 * @throws TesseraError SERIES_TOO_SHORT and whatever the reader of the data does
 */
export async function splitOf(data: PatchingData, dataFolder: string): Promise<PatchingSplit> {
  switch (data.kind) {
    case 'event':
      return eventSplit(data);
    case 'ett':
      return ettSplit(data, dataFolder);
    case 'births':
      return birthsSplit(data);
    case 'flights':
      return flightsSplit(data);
    case 'nab':
      return nabSplit(data, dataFolder);
  }
}

/** Folders of the data folder that are read. */
export function foldersOf({ kind }: PatchingData): string[] {
  return kind === 'ett' || kind === 'nab' ? [kind] : [];
}
