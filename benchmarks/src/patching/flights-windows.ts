/** Hourly departures, in all and of the busiest airports; the events are the holidays of the data set’s card, a day of hours each. */
import { loadFlights } from '@tessera/datasets';
import { z } from 'zod';
import type { PatchingSplit } from './patching-split.js';
import { seriesShape, seriesSplit } from './series-windows.js';

export const flightsDataSchema = z.strictObject({
  kind: z.literal('flights'),
  /** Airports beside the total. */
  origins: z.int().min(0),
  ...seriesShape,
});

const day = 24;

export async function flightsSplit({
  origins,
  ...shape
}: z.output<typeof flightsDataSchema>): Promise<PatchingSplit> {
  const { frames } = await loadFlights({ origins });
  const series = frames.map((frame) => ({
    frame,
    events: frame.interventions.map(({ time, end = time + 1 }) => ({
      kind: 'regime' as const,
      start: frame.time.countBefore(time),
      end: frame.time.countBefore(end),
    })),
  }));
  return seriesSplit(series, { ...shape, season: day });
}
