/**
 * Hourly departures from the three-million-row file. The counts are kept in memory once made (2 MB), never on disk;
 * callers that come while they are made wait for the same ones.
 */
import {
  type LongWorkOptions,
  parseOptions,
  type Repair,
  regularTimeAxis,
  SeriesFrame,
  SeriesSet,
} from '@tessera/core';
import { z } from 'zod';
import { cardInterventions } from '../card/card-interventions.js';
import { SharedWork } from '../concurrency/shared-work.js';
import { countFlights, type FlightCounts } from './flight-counts.js';
import { flightsCard as card } from './flights-card.js';
import { packageFile } from './package-file.js';

export interface FlightsOptions extends LongWorkOptions {
  /** How many of the 229 airports get a series of their own, those with most departures first. Default 10. */
  readonly origins?: number | undefined;
}

const schema = z.strictObject({
  origins: z.int('a whole number').min(0, '0 or more').default(10),
  onProgress: z.custom<LongWorkOptions['onProgress']>().optional(),
  signal: z.custom<LongWorkOptions['signal']>().optional(),
});

const counting = new SharedWork<FlightCounts>();
let kept: FlightCounts | undefined;

/**
 * The series `all` and one per airport, named by its code: 4,344 hours of the target `departures`.
 *
 * The first call counts three million rows (about two seconds); later ones take milliseconds.
 *
 * @throws TesseraError OPTIONS_INVALID, FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadFlights(options: FlightsOptions = {}): Promise<SeriesSet> {
  const { origins, ...watching } = parseOptions(schema, options, 'loadFlights');
  const start = Date.parse(card.range.first);
  const hours = card.range.steps;
  kept ??= await counting.run('flights', 'count flights', watching, (work) =>
    countFlights(packageFile(card.file), { start, hours, ...work }),
  );
  const time = regularTimeAxis({ start, frequency: card.frequency, length: hours });
  const [{ name, unit }] = card.channels;
  const frameOf = (id: string, values: ArrayLike<number>): SeriesFrame =>
    new SeriesFrame({
      id,
      time,
      channels: [{ name, unit, values }],
      interventions: cardInterventions(card, id),
    });
  const all = new Float64Array(hours);
  for (const counts of kept.byOrigin.values()) for (let i = 0; i < hours; i++) all[i] += counts[i];
  const busiest = [...kept.byOrigin].map(([id, counts]) => ({ id, counts, sum: sumOf(counts) }));
  busiest.sort((a, b) => b.sum - a.sum || (a.id < b.id ? -1 : 1));
  return new SeriesSet(
    [frameOf('all', all), ...busiest.slice(0, origins).map(({ id, counts }) => frameOf(id, counts))],
    repairsOf(kept),
  );
}

function repairsOf({ outside }: FlightCounts): Repair[] {
  if (outside === 0) return [];
  const detail = `${outside} flights outside the hours from ${card.range.first} to ${card.range.last} are in no count.`;
  return [{ kind: 'gap', count: outside, detail }];
}

function sumOf(counts: Uint16Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
