/**
 * The honest comparison of patch policies: one backbone, equal tokens, several seeds, every control beside the learned policy. Losses
 * are shown as plainly as wins. Each seed is stored as soon as it is done.
 */
import { parseOptions, throwIfAborted } from '@tessera/core';
import type { FittedPatchForecaster } from '@tessera/forecast';
import type { LearnedPolicy } from '@tessera/patching';
import { z } from 'zod';
import { eventScores } from '../patching/event-scores.js';
import { forecastScores } from '../patching/forecast-scores.js';
import { type ArmTask, armNames, armSettingsSchema, fitArm } from '../patching/patching-arms.js';
import { foldersOf, patchingDataSchema, splitOf } from '../patching/patching-data.js';
import { missingData } from '../paths.js';
import { meanAndHalfWidth } from '../results/paired-difference.js';
import type { Measurement, Suite } from '../runner/suite.js';

const settingsSchema = armSettingsSchema.extend({
  arm: z.enum(armNames),
  data: patchingDataSchema,
  /** The data whose policy `learned-zero-shot` takes, cut as this task’s. */
  zeroShotFrom: patchingDataSchema,
  seeds: z.array(z.int().min(0)).min(1),
});

type Ledger = FittedPatchForecaster['ledger'];

/** What is measured of each seed, where it can be, with its unit. */
const units = {
  MSE: 'target squared',
  MAE: 'target',
  CRPS: 'target',
  event_hits: 'share',
  events_preserved: 'share',
  events_erased: 'share',
  tokens: 'patches',
  seconds: 's',
} as const;

/** The row of one seed. */
export function seedMetric(metric: string, seed: number): string {
  return `${metric}_seed_${seed}`;
}

/** Policies learned in this process, for tasks that share one. */
const learned = new Map<string, LearnedPolicy>();

export const patchingSuite: Suite = {
  name: 'patching',
  isComplete: (stored) => stored.some(({ metric }) => metric === 'flops_total'),
  async run({ settings, dataFolder, signal, onProgress, stored = [], store }) {
    const { arm, data, zeroShotFrom, seeds, ...own } = parseOptions(
      settingsSchema,
      settings,
      'patching settings',
    );
    const read = arm === 'learned-zero-shot' ? [data, zeroShotFrom] : [data];
    const missing = missingData(read.flatMap(foldersOf), dataFolder);
    if (missing.length > 0) return { unavailable: `the data folder has no ${missing.join(', ')}` };
    const split = await splitOf(data, dataFolder);
    if (arm === 'event-truth' && split.deciding.size === 0) {
      return { unavailable: 'the step of the event that decides the future is not known' };
    }
    const task: ArmTask = { data, split, zeroShotFrom, dataFolder, learned };
    const rows = [...stored];
    const fresh: Measurement[] = [];
    let ledger: Ledger | undefined;
    for (const seed of seeds) {
      throwIfAborted(signal, 'patching');
      if (rows.some(({ metric }) => metric === seedMetric('MSE', seed))) continue;
      const began = performance.now();
      const { fitted, policy } = await fitArm(arm, task, own, seed, { signal, onProgress });
      const values = new Map<string, number>();
      try {
        const scores = await forecastScores(fitted, split.validation, split.test, data.lookback);
        for (const [metric, value] of scores) values.set(metric, value);
        const events = await eventScores(policy, split.test, split.events, data.lookback);
        if (events !== undefined) {
          values.set('event_hits', events.hits);
          values.set('events_preserved', events.preserved);
          values.set('events_erased', events.erased);
        }
        ledger = fitted.ledger;
        values.set('tokens', ledger.tokens.patches);
      } finally {
        fitted.dispose();
      }
      values.set('seconds', (performance.now() - began) / 1000);
      const added = Object.entries(units).flatMap(([metric, unit]) => {
        const value = values.get(metric);
        return value === undefined ? [] : [{ metric: seedMetric(metric, seed), value, unit }];
      });
      rows.push(...added);
      fresh.push(...added);
      await store?.(added);
    }
    if (ledger === undefined) {
      // All seeds were stored before. What an arm costs does not depend on how far it is trained.
      const brief = { ...own, training: { ...own.training, steps: 1 } };
      const { fitted } = await fitArm(arm, task, brief, seeds[0], { signal });
      ledger = fitted.ledger;
      fitted.dispose();
    }
    return [...fresh, ...summaryOf(rows, seeds), ...oracleRow(split.oracle), ...costRows(ledger)];
  },
};

/** Means over the seeds. */
function summaryOf(rows: readonly Measurement[], seeds: readonly number[]): Measurement[] {
  return Object.entries(units).flatMap(([metric, unit]) => {
    const names = new Set(seeds.map((seed) => seedMetric(metric, seed)));
    const values = rows.filter((row) => names.has(row.metric)).map(({ value }) => value);
    if (values.length === 0) return [];
    const [mean, half] = meanAndHalfWidth(values);
    const row = { metric, value: mean, unit };
    return metric === 'MSE' ? [row, { metric: 'MSE_half_width', value: half, unit }] : [row];
  });
}

/** Of the last seed, for one window; a policy that leaves no graph to count has no row. */
function costRows({ flops }: Ledger): Measurement[] {
  return Object.entries(flops).flatMap(([part, value]) =>
    value === null ? [] : [{ metric: `flops_${part}`, value, unit: 'FLOPs a window' }],
  );
}

function oracleRow(oracle: number | undefined): Measurement[] {
  return oracle === undefined ? [] : [{ metric: 'oracle', value: oracle, unit: 'target squared' }];
}
