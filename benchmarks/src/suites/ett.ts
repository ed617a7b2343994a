/**
 * Long horizons on the electricity transformer data, by the protocol of the published tables: training on the first
 * 12 months, testing on months 17 to 20 (the 4 between are for validation, for arms that validate), every channel z-scored with
 * the mean and deviation of the training months, errors on the scaled values, all windows with stride 1, the last
 * incomplete batch not dropped.
 *
 * Source of the protocol: Zeng et al., Are Transformers Effective for Time Series Forecasting? (AAAI 2023, arXiv 2205.13504).
 */
import { join } from 'node:path';
import { parseOptions, SeriesSet } from '@tessera/core';
import { readEtt } from '@tessera/datasets';
import { backtest } from '@tessera/forecast';
import { z } from 'zod';
import type { Suite } from '../runner/suite.js';
import { recipeSchema } from './recipe.js';
import { zScored } from './z-scored.js';

const settingsSchema = z.strictObject({
  recipe: recipeSchema,
  file: z.string(),
  /** Steps of a month, which in this protocol has 30 days. */
  month: z.int().min(1),
  horizon: z.int().min(1),
  /** Months given to the fit: 12, or 16 where the last 4 serve to stop training. */
  fitMonths: z.union([z.literal(12), z.literal(16)]).default(12),
  /** Steps that the model sees of each test window’s past. */
  context: z.int().min(1),
  metrics: z.array(z.string()),
  /** Test windows, the last ones; absent for all. */
  windows: z.int().min(1).optional(),
});

/** Linear models in closed form. */
export const ettLinear: Suite = ettSuite('ett-linear');
/** The patch transformer. */
export const ettPatch: Suite = ettSuite('ett-patch');

function ettSuite(name: string): Suite {
  return {
    name,
    async run({ settings, dataFolder, signal, onProgress }) {
      const given = parseOptions(settingsSchema, settings, `${name} settings`);
      const { recipe, month, horizon, context, metrics } = given;
      const frame = (await readEtt(join(dataFolder, 'ett', given.file))).frames[0].slice(0, 20 * month);
      const scaled = zScored(frame, 12 * month);
      const result = await backtest(
        recipe,
        new SeriesSet([scaled]),
        {
          horizon,
          metrics,
          windows: Math.min(4 * month - horizon + 1, given.windows ?? Number.POSITIVE_INFINITY),
          step: 1,
          refit: false,
          trainUntil: scaled.time.timeAt(given.fitMonths * month),
          context,
          levels: [],
          byStep: false,
          workers: 0,
        },
        { signal, onProgress },
      );
      const [model] = result.models;
      return [
        ...result.summary().map(({ metric, value, unit }) => ({ metric, value, unit })),
        { metric: 'windows', value: model.cells / scaled.targets.length, unit: 'windows' },
        { metric: 'failures', value: result.failures.length, unit: 'windows' },
        { metric: 'fit-seconds', value: model.fitSeconds, unit: 's' },
        { metric: 'predict-seconds', value: model.predictSeconds, unit: 's' },
      ];
    },
  };
}
