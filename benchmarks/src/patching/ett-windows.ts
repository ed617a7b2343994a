/** The electricity transformer data by the protocol of the published tables: 12, 4 and 4 months of 30 days, seven channels. */
import { join } from 'node:path';
import { readEtt } from '@tessera/datasets';
import { z } from 'zod';
import type { PatchingSplit } from './patching-split.js';
import { seriesShape, seriesSplit } from './series-windows.js';

export const ettDataSchema = z.strictObject({
  kind: z.literal('ett'),
  file: z.string(),
  /** Steps of a month of 30 days. */
  month: z.int().min(1),
  ...seriesShape,
});

export async function ettSplit(
  { file, month, ...shape }: z.output<typeof ettDataSchema>,
  dataFolder: string,
): Promise<PatchingSplit> {
  const [frame] = (await readEtt(join(dataFolder, 'ett', file))).frames;
  return seriesSplit([{ frame: frame.slice(0, 20 * month), events: [] }], shape);
}
