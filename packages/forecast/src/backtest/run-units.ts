/**
 * Spreads the units of a plan over threads: what can cross goes to the pool, the rest runs here beside it. Units are
 * started in turn, model by model, so that the pace says something about the whole; results keep the plan’s order.
 */
import type { Metric, SeriesSet } from '@tessera/core';
import type { Forecaster } from '../forecaster/forecaster.js';
import type { Unit } from './backtest-plan.js';
import { brokenResult, type JobContext, type JobOptions, type JobsResult, runJobs } from './run-jobs.js';
import { shareSet } from './shared-set.js';
import { runInPool } from './worker-pool.js';

export interface UnitRun {
  readonly set: SeriesSet;
  readonly options: JobOptions;
  readonly metrics: readonly Metric[];
  readonly forecasters: readonly Forecaster[];
  /** Whether a model’s units go to the pool; one per forecaster. */
  readonly inPool: readonly boolean[];
  /** Worker threads; 0 where no model goes to the pool. */
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  /** Called once per unit, as they end. */
  readonly onUnit: (unit: Unit) => void;
}

/** One result per unit, in the order of the units. @throws TesseraError OPERATION_ABORTED */
export async function runUnits(units: readonly Unit[], run: UnitRun): Promise<JobsResult[]> {
  const { set, options, metrics, forecasters, inPool, threads } = run;
  const results: JobsResult[] = new Array(units.length);
  const stop = new AbortController();
  const signal = run.signal === undefined ? stop.signal : AbortSignal.any([run.signal, stop.signal]);
  const context: JobContext = { frame: (series) => set.frames[series], options, metrics, signal };
  const order = takeTurns(units);
  const finish = (index: number, result: JobsResult) => {
    results[index] = result;
    run.onUnit(units[index]);
  };

  const pooled = order.filter((index) => inPool[units[index].model]);
  const runPooled = async () => {
    if (pooled.length === 0) return;
    const tasks = pooled.map((index) => ({
      recipe: forecasters[units[index].model].recipe,
      jobs: units[index].jobs,
    }));
    await runInPool(tasks, {
      threads,
      signal,
      setup: {
        set: shareSet(set),
        options,
        metrics: metrics.map(({ name, quantileLevels }) => ({ name, quantileLevels })),
      },
      onResult: (task, outcome) => {
        const index = pooled[task];
        const { jobs } = units[index];
        finish(index, 'error' in outcome ? brokenResult(jobs, outcome.error, context) : outcome);
      },
    });
  };
  const runHere = async () => {
    for (const index of order) {
      const { model, jobs } = units[index];
      if (inPool[model]) continue;
      finish(index, await runJobs(forecasters[model], jobs, context));
    }
  };

  // The first error stops the other half, and the threads are gone before it is thrown.
  const halves = [runPooled(), runHere()].map((half) =>
    half.catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  await Promise.allSettled(halves);
  await Promise.all(halves);
  return results;
}

/** Positions of the units so that models take turns. */
function takeTurns(units: readonly Unit[]): number[] {
  const turn = new Map<number, number>();
  const turns = units.map(({ model }, index) => {
    const mine = turn.get(model) ?? 0;
    turn.set(model, mine + 1);
    return { index, turn: mine };
  });
  return turns.sort((a, b) => a.turn - b.turn || a.index - b.index).map(({ index }) => index);
}
