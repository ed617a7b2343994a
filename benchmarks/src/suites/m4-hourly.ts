/**
 * The hourly series of the M4 competition: each arm forecasts the 48 hours that the competition held back, from all
 * that came before. One window per series; metrics as the competition computed them.
 */
import { join } from 'node:path';
import { parseOptions, SeriesSet } from '@tessera/core';
import { readM4 } from '@tessera/datasets';
import { backtest } from '@tessera/forecast';
import { z } from 'zod';
import type { Suite } from '../runner/suite.js';
import { recipeSchema } from './recipe.js';

const settingsSchema = z.strictObject({
  recipe: recipeSchema,
  horizon: z.int().min(1),
  season: z.int().min(1),
  levels: z.array(z.number()),
  metrics: z.array(z.string()),
  workers: z.union([z.literal('auto'), z.int().min(0)]),
  /** How many series, spread evenly; absent for all. */
  series: z.int().min(1).optional(),
});

export const m4Hourly: Suite = {
  name: 'm4-hourly',
  async run({ settings, dataFolder, signal, onProgress }) {
    const { recipe, series, ...options } = parseOptions(settingsSchema, settings, 'm4-hourly settings');
    const set = spread(await readHourly(dataFolder), series);
    const began = performance.now();
    const result = await backtest(
      recipe,
      set,
      { ...options, windows: 1, byStep: false, quantiles: [] },
      { signal, onProgress },
    );
    const seconds = (performance.now() - began) / 1000;
    const [model] = result.models;
    return [
      ...result.summary().map(({ metric, value, unit }) => ({ metric, value, unit })),
      { metric: 'failures', value: result.failures.length, unit: 'series' },
      { metric: 'seconds', value: seconds, unit: 's' },
      { metric: 'thread-seconds', value: model.fitSeconds + model.predictSeconds, unit: 's' },
    ];
  },
};

/** Training and test values of every series, end to end. */
async function readHourly(folder: string): Promise<SeriesSet> {
  const [train, test] = ['train', 'test'].map((part) => join(folder, 'm4', `Hourly-${part}.csv`));
  return (await readM4({ train, test })).whole;
}

/** `count` series, evenly spread over the set, since neighbours in M4 come from the same source. */
function spread(set: SeriesSet, count: number | undefined): SeriesSet {
  if (count === undefined || count >= set.size) return set;
  return new SeriesSet(
    Array.from({ length: count }, (_, i) => set.frames[Math.floor((i * set.size) / count)]),
  );
}
