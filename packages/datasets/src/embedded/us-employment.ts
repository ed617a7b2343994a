/** Employment by sector, one series per sector, with the hierarchy in the statics. */
import { type LongWorkOptions, SeriesFrame, SeriesSet } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { cardInterventions } from '../card/card-interventions.js';
import { packageFile } from './package-file.js';
import { usEmploymentCard as card, usEmploymentSectors } from './us-employment-card.js';

/**
 * 22 series of 120 months with the target `employees`; statics `title` and, within the tree, `parent`.
 *
 * @throws TesseraError FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadUsEmployment(options: LongWorkOptions = {}): Promise<SeriesSet> {
  const sectors = Object.entries(usEmploymentSectors);
  const table = await readTable(packageFile(card.file), {
    ...options,
    layout: 'wide',
    time: 'month',
    target: sectors.map(([id, { column }]) => column ?? id),
    frequency: card.frequency,
  });
  const [{ name, unit }] = card.channels;
  const frames = sectors.map(([id, { title, parent, column }]) => {
    const { time, channels } = table.get(column ?? id);
    return new SeriesFrame({
      id,
      time,
      channels: channels.map((each) => ({ ...each, name, unit })),
      statics: { title, ...(parent === undefined ? {} : { parent }) },
      interventions: cardInterventions(card, id),
    });
  });
  return new SeriesSet(frames, table.repairs);
}
