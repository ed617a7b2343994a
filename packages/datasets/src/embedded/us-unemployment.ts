/** Unemployment by industry, one series per industry with two targets. */
import { readFile } from 'node:fs/promises';
import { type LongWorkOptions, SeriesSet } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { z } from 'zod';
import { cardInterventions } from '../card/card-interventions.js';
import { packageFile } from './package-file.js';
import { usUnemploymentCard as card } from './us-unemployment-card.js';

const records = z.array(
  z.object({ series: z.string(), year: z.int(), month: z.int(), count: z.number(), rate: z.number() }),
);

/**
 * 14 series of 122 months with the targets `rate` in percent and `unemployed` in thousand persons.
 *
 * @throws TesseraError FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadUsUnemployment(options: LongWorkOptions = {}): Promise<SeriesSet> {
  const rows = records.parse(JSON.parse(await readFile(packageFile(card.file), 'utf8')));
  const set = await readTable(
    rows.map(({ series, year, month, count, rate }) => ({
      unique_id: series,
      ds: new Date(Date.UTC(year, month - 1, 1)),
      rate,
      unemployed: count,
    })),
    {
      ...options,
      target: card.channels.map(({ name }) => name),
      frequency: card.frequency,
      units: Object.fromEntries(card.channels.map(({ name, unit }) => [name, unit])),
    },
  );
  return new SeriesSet(
    set.frames.map((frame) => frame.withInterventions(cardInterventions(card, frame.id))),
    set.repairs,
  );
}
