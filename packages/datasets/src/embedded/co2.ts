/** Carbon dioxide at Mauna Loa. Months that the file leaves out become missing steps; nothing is interpolated. */
import { type LongWorkOptions, SeriesSet } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { cardInterventions } from '../card/card-interventions.js';
import { co2Card as card } from './co2-card.js';
import { packageFile } from './package-file.js';

/**
 * The one series `mauna-loa`: 746 months of the target `CO2` in ppm, 5 of them missing.
 *
 * @throws TesseraError FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadCo2(options: LongWorkOptions = {}): Promise<SeriesSet> {
  const set = await readTable(packageFile(card.file), {
    ...options,
    time: 'Date',
    target: 'CO2',
    frequency: card.frequency,
    units: { CO2: 'ppm' },
  });
  return new SeriesSet(
    set.frames.map((frame) =>
      frame.withId('mauna-loa').withInterventions(cardInterventions(card, 'mauna-loa')),
    ),
    set.repairs.map((repair) => (repair.id === undefined ? repair : { ...repair, id: 'mauna-loa' })),
  );
}
