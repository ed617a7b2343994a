/**
 * Traffic of the Numenta anomaly benchmark; the events are its labelled windows, which begin some time before what people saw. Rows are
 * steps, as the benchmark counts them: the files have gaps, and their time stamps keep to no grid.
 */
import { join } from 'node:path';
import { regularTimeAxis, SeriesFrame } from '@tessera/core';
import { readNab } from '@tessera/datasets';
import { z } from 'zod';
import type { PatchingSplit } from './patching-split.js';
import { seriesShape, seriesSplit } from './series-windows.js';

export const nabDataSchema = z.strictObject({
  kind: z.literal('nab'),
  /** Folder of the benchmark, all files of which are long enough. */
  folder: z.string(),
  ...seriesShape,
});

export async function nabSplit(
  { folder, ...shape }: z.output<typeof nabDataSchema>,
  dataFolder: string,
): Promise<PatchingSplit> {
  const nab = join(dataFolder, 'nab');
  const { set, labels } = await readNab(join(nab, folder), join(nab, 'windows.json'));
  const series = set.frames.map(({ id, length, targets }) => {
    const time = regularTimeAxis({ start: 0, frequency: '5min', length });
    const events = (labels.get(id) ?? []).map(({ from, to }) => ({
      kind: 'regime' as const,
      start: from,
      end: to,
    }));
    return { frame: new SeriesFrame({ id, time, channels: targets }), events };
  });
  return seriesSplit(series, shape);
}
