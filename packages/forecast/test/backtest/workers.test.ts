/** Backtests in worker threads. They run the compiled package, so it has to be built first, as `npm test` does. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { type Metric, mae, SeriesSet } from '@tessera/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import type { BacktestResult } from '../../src/backtest/backtest-result.js';
import { BacktestThread } from '../../src/backtest/backtest-thread.js';
import { brokenResult } from '../../src/backtest/run-jobs.js';
import { shareSet } from '../../src/backtest/shared-set.js';
import { runInPool } from '../../src/backtest/worker-pool.js';
import { forecasterFromRecipe, forecasterNames, naive, seasonalNaive } from '../../src/index.js';
import { smallPatch } from './small-patch.js';
import { testForecaster } from './test-forecasters.js';
import { frameOf, weeklySet } from './test-sets.js';

/** The exit code of every thread that was started, undefined while it runs. */
const exits = vi.hoisted((): (number | undefined)[] => []);
vi.mock('node:worker_threads', async (load) => {
  const real = await load<typeof import('node:worker_threads')>();
  class RecordedWorker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      const index = exits.push(undefined) - 1;
      this.once('exit', (code) => {
        exits[index] = code;
      });
    }
  }
  return { ...real, Worker: RecordedWorker };
});

const set = new SeriesSet([
  ...weeklySet(9, 80).frames,
  frameOf('short', [1, 2, 3, 4, 5, 6, 7, 8]),
  frameOf(
    'missing',
    Array.from({ length: 80 }, (_, t) => (t % 11 === 0 || t > 77 ? Number.NaN : t % 7)),
  ),
]);
const options = { horizon: 7, windows: 3, season: 7, keepForecasts: true } as const;
const models = [naive(), seasonalNaive({ season: 7 })];

/** Everything but what tells about time and threads. */
function withoutClock(result: BacktestResult) {
  return {
    rows: result.toRows(),
    summary: result.summary(),
    steps: result.byStep(),
    failures: result.failures,
    notes: result.notes,
    cells: result.models.map(({ cells, failures }) => [cells, failures]),
    forecasts: result.forecasts.map(({ forecast, ...rest }) => ({
      ...rest,
      id: forecast.id,
      time: forecast.time.times(),
      bytes:
        Buffer.from(forecast.point.buffer).toString('hex') +
        Buffer.from(forecast.quantiles.buffer).toString('hex'),
    })),
  };
}

describe('a backtest in worker threads', () => {
  afterEach(() => {
    // Holds after every test, the failing ones above all: none is left, and none was terminated, which gives code 1.
    expect(exits).toEqual(exits.map(() => 0));
    exits.length = 0;
  });

  it('gives the same bits for any number of workers', async () => {
    const alone = await backtest(models, set, { ...options, workers: 0 });
    expect(alone.failures.length).toBeGreaterThan(0);
    expect(alone.forecasts.length).toBeGreaterThan(50);
    for (const workers of [1, 3]) {
      const spread = await backtest(models, set, { ...options, workers });
      expect(spread.models.map(({ thread }) => thread)).toEqual(['worker', 'worker']);
      expect(spread.options.workers).toBe(workers);
      expect(withoutClock(spread)).toEqual(withoutClock(alone));
    }
  });

  it('gives the same bits for every registered forecaster, whatever its library keeps between calls', async () => {
    const all = forecasterNames.map((name) =>
      forecasterFromRecipe({ name, options: name === 'patch' ? smallPatch : {} }),
    );
    const few = weeklySet(2, 60);
    const twice = { ...options, windows: 2 };
    const alone = await backtest(all, few, { ...twice, workers: 0 });
    const spread = await backtest([...all].reverse(), few, { ...twice, workers: 2 });
    expect(alone.failures).toEqual([]);
    const byModel = (result: BacktestResult, model: string) =>
      withoutClock(result).forecasts.filter((forecast) => forecast.model === model);
    for (const { name } of alone.models) expect(byModel(spread, name)).toEqual(byModel(alone, name));
  });

  it('runs what cannot cross threads in the calling one, and says so', async () => {
    const result = await backtest([naive(), testForecaster()], set, { ...options, workers: 2 });
    expect(result.models.map(({ name, thread }) => [name, thread])).toEqual([
      ['naive', 'worker'],
      ['last-value', 'caller'],
    ]);
    const [mine, theirs] = ['naive', 'last-value'].map((model) =>
      result
        .toRows()
        .filter((row) => row.model === model && row.metric === 'MAE' && row.unique_id.startsWith('series')),
    );
    expect(mine.map(({ value }) => value)).toEqual(theirs.map(({ value }) => value));
  });

  it('keeps the scoring here where a metric is the caller’s own', async () => {
    const twice: Metric = {
      ...mae,
      name: 'twice',
      statistic: (input) => ({ sum: 2 * mae.statistic(input).sum, weight: mae.statistic(input).weight }),
    };
    const own = await backtest(naive(), set, { ...options, workers: 2, metrics: ['MAE', twice] });
    expect(own.models[0].thread).toBe('caller');
    const [plain, doubled] = own.summary();
    expect(doubled.value).toBeCloseTo(2 * plain.value, 12);
    const constant = await backtest(naive(), set, { ...options, workers: 2, metrics: [mae] });
    expect(constant.models[0].thread).toBe('worker');
  });

  it('asks for no thread where there is nothing to share out', async () => {
    const result = await backtest(testForecaster(), set, { ...options, workers: 'auto' });
    expect(result.options.workers).toBe(0);
  });

  it('stops promptly when the signal fires, and leaves no thread behind', async () => {
    const controller = new AbortController();
    let units = 0;
    const run = backtest(
      models,
      weeklySet(60, 400),
      { ...options, windows: 20, workers: 2 },
      {
        signal: controller.signal,
        onProgress: ({ total }) => {
          units += 1;
          expect(total).toBe(128);
          controller.abort();
        },
      },
    );
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    expect(units).toBeLessThan(5);
    expect(exits).toEqual([0, 0]);
  });

  it('starts nothing after an abort, and waits for threads that are still loading', async () => {
    const many = { ...options, windows: 20, workers: 2 };
    const before = backtest(models, set, many, { signal: AbortSignal.abort() });
    await expect(before).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    expect(exits).toEqual([]);
    const signal = AbortSignal.timeout(20);
    const units: string[] = [];
    const loading = backtest(models, set, many, { signal, onProgress: ({ stage }) => units.push(stage) });
    await expect(loading).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    expect(exits).toEqual([0, 0]);
    expect(units).toEqual([]);
  });

  it('stops a training between its steps', async () => {
    const controller = new AbortController();
    const long = { ...smallPatch, training: { ...smallPatch.training, steps: 1_000_000 } };
    const training = backtest(
      [forecasterFromRecipe({ name: 'patch', options: long }), naive()],
      weeklySet(2, 60),
      { ...options, windows: 2, workers: 2 },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(training).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
  });

  it('keeps the exit code of a process that ends while threads load and while they train', () => {
    const long = { ...smallPatch, training: { ...smallPatch.training, steps: 1_000_000 } };
    const script = (after: number) => `
      import { backtest, forecasterFromRecipe, naive } from '@tessera/forecast';
      import { regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
      const time = regularTimeAxis({ start: 0, frequency: 'D', length: 60 });
      const values = Array.from({ length: 60 }, (_, t) => t % 7);
      const set = new SeriesSet([new SeriesFrame({ id: 's', time, channels: [{ name: 'y', values }] })]);
      const patch = forecasterFromRecipe(${JSON.stringify({ name: 'patch', options: long })});
      const after = ${after};
      if (after === 0) setTimeout(() => process.exit(7), 40);
      let done = 0;
      const onProgress = () => { if (++done === after) setTimeout(() => process.exit(7), 100); };
      await backtest([naive(), patch], set, { horizon: 7, windows: 2, workers: 2 }, { onProgress });`;
    for (const after of [0, 1]) {
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', script(after)], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
      });
      expect(child).toMatchObject({ status: 7, signal: null, stderr: '' });
    }
  });

  it('passes on what a progress callback throws, and frees the threads', async () => {
    const run = backtest(
      models,
      set,
      { ...options, workers: 2 },
      {
        onProgress: () => {
          throw new Error('the caller’s own');
        },
      },
    );
    await expect(run).rejects.toThrow('the caller’s own');
  });

  it('turns the breakdown of a thread into failures of its windows', async () => {
    const metrics = [mae];
    const jobOptions = { horizon: 7, gap: 0, levels: [], quantiles: [], keepForecasts: false, byStep: false };
    const cuts = [{ series: 0, window: 2, from: 0, cut: 70 }];
    const jobs = [{ fit: cuts, forecasts: [{ cuts, fromContext: false }] }];
    const outcomes: unknown[] = [];
    await runInPool([{ recipe: { name: 'nobody', options: {} }, jobs }], {
      threads: 1,
      setup: { set: shareSet(set), options: jobOptions, metrics: [{ name: 'MAE', quantileLevels: [] }] },
      onResult: (_, outcome) => outcomes.push(outcome),
    });
    expect(outcomes).toEqual([
      { error: expect.objectContaining({ message: expect.stringContaining('"nobody"') }) },
    ]);
    const context = { frame: (series: number) => set.frames[series], options: jobOptions, metrics };
    expect(brokenResult(jobs, new Error('out of memory'), context)).toMatchObject({
      cells: new Int32Array(0),
      failures: [
        { series: 0, window: 2, stage: 'fit', code: 'FIT_FAILED', message: 'FIT_FAILED: out of memory' },
      ],
    });
  });

  it('answers with an error where a thread has ended', async () => {
    const jobOptions = { horizon: 7, gap: 0, levels: [], quantiles: [], keepForecasts: false, byStep: false };
    const thread = new BacktestThread({ set: shareSet(set), options: jobOptions, metrics: [] });
    const task = { recipe: { name: 'naive', options: {} }, jobs: [] };
    expect(await thread.run(task)).toMatchObject({ failures: [], cells: new Int32Array(0) });
    thread.askToLeave();
    const ended = { error: expect.objectContaining({ message: 'The thread ended with code 0' }) };
    expect(await thread.run(task)).toEqual(ended);
    await thread.ended;
    expect(thread.isOver).toBe(true);
    expect(await thread.run(task)).toEqual(ended);
  });
});
