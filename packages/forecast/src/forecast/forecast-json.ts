/** A forecast as plain JSON; `forecast-from-json.ts` reads it back. Infinite bounds, which honest intervals may have, are written as texts. */
import { z } from 'zod';
import { noteKinds } from '../forecaster/fit-note.js';
import type { Forecast } from './forecast.js';

const number = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN']).transform(Number)]);
const numbers = z.array(number).transform((values) => Float64Array.from(values));
const timeAxis = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('regular'),
    start: z.number(),
    frequency: z.string(),
    length: z.int().min(0),
    offset: z.int().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('irregular'), times: z.array(z.number()) }),
]);

/** The JSON form of a forecast, version 1. */
export const forecastJSONSchema = z.strictObject({
  version: z.literal(1),
  model: z.string(),
  horizon: z.int().min(1),
  levels: z.array(z.number()),
  quantileLevels: z.array(z.number()),
  series: z.array(
    z.strictObject({
      id: z.string(),
      time: timeAxis,
      channels: z.array(z.string()),
      point: numbers,
      quantiles: numbers,
    }),
  ),
  notes: z.array(
    z.strictObject({
      kind: z.enum(noteKinds),
      id: z.string().exactOptional(),
      channel: z.string().exactOptional(),
      count: z.number(),
      detail: z.string(),
    }),
  ),
});

export type ForecastJSON = z.input<typeof forecastJSONSchema>;

export function forecastToJSON(forecast: Forecast): ForecastJSON {
  const { model, horizon, levels, quantileLevels, series, notes } = forecast;
  return {
    version: 1,
    model,
    horizon,
    levels: [...levels],
    quantileLevels: [...quantileLevels],
    series: series.map(({ id, time, channels, point, quantiles }) => {
      const axis = time.toJSON();
      return {
        id,
        time: axis.kind === 'regular' ? { ...axis } : { kind: axis.kind, times: [...axis.times] },
        channels: [...channels],
        point: Array.from(point, written),
        quantiles: Array.from(quantiles, written),
      };
    }),
    notes: notes.map((note) => ({ ...note })),
  };
}

/** JSON has no infinities. */
function written(value: number): number | 'Infinity' | '-Infinity' | 'NaN' {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}
