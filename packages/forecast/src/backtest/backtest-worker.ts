/**
 * What runs in a worker thread of a backtest: rebuilds a forecaster from its recipe and runs its jobs on the set that
 * the thread was started with. Loaded by the pool; not to be imported.
 */
import { type Metric, metricByName } from '@tessera/core';
import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import type { Recipe } from '../forecaster/forecaster.js';
import { forecasterFromRecipe } from '../forecaster/registry.js';
import type { Job } from './backtest-plan.js';
import { type JobOptions, type JobsResult, runJobs } from './run-jobs.js';
import { frameOf, type SharedSet } from './shared-set.js';

/** What every worker is started with. */
export interface WorkerSetup {
  readonly set: SharedSet;
  readonly options: JobOptions;
  readonly metrics: readonly { readonly name: string; readonly quantileLevels: readonly number[] }[];
}

export interface WorkerTask {
  readonly recipe: Recipe;
  readonly jobs: readonly Job[];
}

const { set, options, metrics }: WorkerSetup = workerData;
const readMetrics: readonly Metric[] = metrics.map(({ name, quantileLevels }) =>
  metricByName(name, quantileLevels.length === 0 ? undefined : quantileLevels),
);

/** Runs the jobs of a task; the arrays of the result move to the calling thread without a copy. */
export async function runTask({ recipe, jobs }: WorkerTask): Promise<unknown> {
  // The frames of one task only, so that memory stays bounded by the largest task.
  const frames = new Map<number, ReturnType<typeof frameOf>>();
  const frame = (series: number) => {
    const known = frames.get(series) ?? frameOf(set, series);
    frames.set(series, known);
    return known;
  };
  const result: JobsResult = await runJobs(forecasterFromRecipe(recipe), jobs, {
    frame,
    options,
    metrics: readMetrics,
  });
  const { cells, parts, steps, forecasts } = result;
  const arrays = [cells, parts, steps, ...forecasts.flatMap(({ point, quantiles }) => [point, quantiles])];
  return move({ [transferableSymbol]: arrays.map(({ buffer }) => buffer), [valueSymbol]: result });
}
