/** Daily births in the United States, from the records of the npm package. */
import { readFile } from 'node:fs/promises';
import { type LongWorkOptions, SeriesSet } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { z } from 'zod';
import { cardInterventions } from '../card/card-interventions.js';
import { packageFile } from './package-file.js';
import { usBirthsCard as card } from './us-births-card.js';

const records = z.array(
  z.object({ year: z.int(), month: z.int(), date_of_month: z.int(), births: z.number() }),
);

/**
 * The one series `us-births`: 7,305 days of the target `births`, with 120 holidays as interventions.
 *
 * @throws TesseraError FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadUsBirths(options: LongWorkOptions = {}): Promise<SeriesSet> {
  const rows = records.parse(JSON.parse(await readFile(packageFile(card.file), 'utf8')));
  const set = await readTable(
    rows.map(({ year, month, date_of_month: day, births }) => ({
      ds: new Date(Date.UTC(year, month - 1, day)),
      births,
    })),
    { ...options, target: 'births', frequency: card.frequency, units: { births: 'births' } },
  );
  return new SeriesSet(
    set.frames.map((frame) =>
      frame.withId('us-births').withInterventions(cardInterventions(card, 'us-births')),
    ),
    set.repairs,
  );
}
