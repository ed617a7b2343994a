/**
 * What a data set is, as data: where it comes from, under which licence, what its columns mean, what happened while it
 * was recorded and what is odd about it. A card stands beside its loader and describes exactly what the loader returns;
 * the tests hold the two against each other. It does not load anything.
 */
import { parseFrequency } from '@tessera/core';
import { z } from 'zod';

const text = z.string().min(1);
const day = z.iso.date();

/**
 * `intervention`: done from outside at a known time; becomes an intervention of the frames it names. `event`: happened
 * and moved the series, but nobody did it to them. `measurement`: the series did not change, the way of counting did.
 */
export const datasetEventKinds = ['intervention', 'event', 'measurement'] as const;

const eventSchema = z
  .strictObject({
    name: text,
    kind: z.enum(datasetEventKinds),
    /** First step that it touches. */
    start: day,
    /** First step that it no longer touches; absent where it goes on. */
    end: day.optional(),
    /** Ids of the series it touches; absent where it touches all. */
    series: z.array(text).min(1).readonly().optional(),
    /** Who says so: a citation, with a link where there is one. */
    source: text,
  })
  .readonly();

export const datasetCardSchema = z
  .strictObject({
    /** What `loadDataset` takes: small letters, digits and hyphens. */
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    title: text,
    /** One or two sentences. */
    summary: text,
    /** Where the numbers were measured or published first. */
    source: z.strictObject({ citation: text, url: z.url() }).readonly(),
    /** Where this copy lies: a file inside an installed npm package. */
    file: z.strictObject({ package: text, path: text }).readonly(),
    licence: z.strictObject({ name: text, url: z.url(), note: text.optional() }).readonly(),
    /** Step of every series, in the short form of `parseFrequency`. */
    frequency: text.refine(isFrequency, 'the short name of a frequency'),
    /** What every series has, in this order. */
    channels: z
      .array(
        z
          .strictObject({ name: text, role: z.enum(['target', 'past', 'future']), unit: text, meaning: text })
          .readonly(),
      )
      .min(1)
      .readonly(),
    entities: z.strictObject({ what: text, ids: z.array(text).min(1).readonly() }).readonly(),
    /** Times of the first and the last step, and the steps of every series. */
    range: z
      .strictObject({ first: z.iso.datetime(), last: z.iso.datetime(), steps: z.int().min(1) })
      .readonly(),
    /** Cells without an observation, over all series and channels. */
    missing: z.int().min(0),
    /** Lengths of the seasons in steps, the strongest first; empty where there is none. */
    seasons: z.array(z.int().min(2)).readonly(),
    /** A horizon worth forecasting, in steps. */
    horizon: z.int().min(1),
    events: z.array(eventSchema).readonly(),
    /** What surprises whoever does not know it. */
    quirks: z.array(text).readonly(),
  })
  .readonly();

export type DatasetCard = z.output<typeof datasetCardSchema>;
export type DatasetEvent = z.output<typeof eventSchema>;

function isFrequency(name: string): boolean {
  try {
    parseFrequency(name);
    return true;
  } catch {
    // The only thing parseFrequency throws says that the name is none.
    return false;
  }
}
