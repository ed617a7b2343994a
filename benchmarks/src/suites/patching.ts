/**
 * The honest comparison of patch policies: one backbone, equal tokens, several seeds, every control beside the learned policy. Tasks
 * are event-driven, so that the true plan is known; losses are shown as plainly as wins.
 */
import { parseOptions, SeriesSet } from '@tessera/core';
import type { FittedPatchForecaster } from '@tessera/forecast';
import { z } from 'zod';
import { hitRate } from '../patching/event-truth.js';
import { eventDataSchema, eventSplit } from '../patching/event-windows.js';
import { armNames, armSettingsSchema, fitArm } from '../patching/patching-arms.js';
import type { Measurement, Suite } from '../runner/suite.js';

const settingsSchema = armSettingsSchema.extend({
  arm: z.enum(armNames),
  data: eventDataSchema,
  /** Whose policy `learned-zero-shot` takes. */
  zeroShotFrom: z.string(),
  seeds: z.array(z.int().min(0)).min(1),
});

/** Steps within which a boundary counts as at the event. */
const margin = 2;

export const patchingSuite: Suite = {
  name: 'patching',
  async run({ settings, signal, onProgress }) {
    const { arm, data, zeroShotFrom, seeds, ...own } = parseOptions(
      settingsSchema,
      settings,
      'patching settings',
    );
    const split = eventSplit(data);
    const validation = new SeriesSet(split.fit.frames.slice(data.windows));
    const rows: Measurement[] = [];
    const errors: number[] = [];
    const hits: number[] = [];
    const began = performance.now();
    for (const seed of seeds) {
      signal?.throwIfAborted();
      const choose = (fitted: FittedPatchForecaster) => meanSquaredError(fitted, validation, data.lookback);
      const otherTask = { ...data, name: zeroShotFrom };
      const { fitted, policy } = await fitArm(arm, split, own, seed, choose, otherTask, {
        signal,
        onProgress,
      });
      const error = await meanSquaredError(fitted, split.test, data.lookback);
      errors.push(error);
      rows.push({ metric: `MSE_seed_${seed}`, value: error, unit: 'squared' });
      if (policy !== undefined && split.deciding.size > 0) {
        const windows = split.test.frames.map(({ id, targets }) => ({
          id,
          values: targets[0].values.slice(0, data.lookback),
        }));
        hits.push(await hitRate(policy, windows, split.deciding, margin));
      }
      fitted.dispose();
    }
    const [mean, half] = meanAndHalfWidth(errors);
    return [
      { metric: 'MSE', value: mean, unit: 'squared' },
      { metric: 'MSE_half_width', value: half, unit: 'squared' },
      ...rows,
      ...(hits.length === 0
        ? []
        : [{ metric: 'event_hits', value: meanAndHalfWidth(hits)[0], unit: 'share' }]),
      { metric: 'oracle', value: split.floors.oracle, unit: 'squared' },
      { metric: 'seconds', value: (performance.now() - began) / 1000 / seeds.length, unit: 's' },
    ];
  },
};

async function meanSquaredError(
  fitted: FittedPatchForecaster,
  set: SeriesSet,
  lookback: number,
): Promise<number> {
  const context = set.map((frame) => frame.slice(0, lookback));
  const forecast = await fitted.predict({ context, levels: [] });
  let [sum, count] = [0, 0];
  for (const { id, targets } of set.frames) {
    const point = forecast.point(id);
    for (const [step, value] of point.entries()) sum += (value - targets[0].values[lookback + step]) ** 2;
    count += point.length;
  }
  return sum / count;
}

/** Two-sided 97.5 % quantiles of Student’s t with 1 to 9 degrees of freedom. */
const studentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Mean, and half the width of its 95 % interval; NaN for one value, or more than ten. */
export function meanAndHalfWidth(values: readonly number[]): readonly [number, number] {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = studentQuantiles[length - 2] ?? Number.NaN;
  return [mean, quantile * Math.sqrt(squares / (length - 1) / length)];
}
