/**
 * Forecasters judged as they would have been used: at every origin only what was known then is seen, and what came is
 * compared with what was said.
 *
 *   set ──1 plan──> units ──2 run on threads──> parts ──3 merge in plan order──> BacktestResult
 *
 * Windows are counted back from each series’ own end. Where series end at different times, a global forecaster sees
 * calendar times of one series that are later than the origin of another, as in the M competitions.
 */
import { availableParallelism } from 'node:os';
import {
  defaultMetrics,
  type LongWorkOptions,
  type Metric,
  metricByName,
  progressReporter,
  type SeriesSet,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import type { Forecaster, Recipe } from '../forecaster/forecaster.js';
import { forecasterFromRecipe } from '../forecaster/registry.js';
import {
  type BacktestOptions,
  parseBacktestOptions,
  type ResolvedBacktestOptions,
} from './backtest-options.js';
import { planJobs, planUnits, type SeriesCut, seriesCuts, type Unit } from './backtest-plan.js';
import {
  type BacktestForecast,
  type BacktestModel,
  type BacktestNote,
  BacktestResult,
} from './backtest-result.js';
import type { BacktestFailure } from './failure.js';
import { ModelScores } from './model-scores.js';
import { NoteTally } from './note-tally.js';
import { horizonTooLong, planOrigins } from './origins.js';
import type { JobOptions, JobsResult } from './run-jobs.js';
import { runUnits } from './run-units.js';

/**
 * Scores forecasters on rolling origins.
 *
 * @param forecasters forecasters or recipes; two of one name are numbered. Workers rebuild a forecaster from its recipe
 *   where that is registered; others run in the calling thread
 * @param set series; those too short for a window are reported among the failures
 * @returns scores with the failures beside them: the same bits for any number of workers, but for the seconds
 * @throws TesseraError OPTIONS_INVALID, FORECASTER_UNKNOWN, HORIZON_TOO_LONG where no series is long enough,
 *   BACKTEST_FAILED where nothing at all could be scored, OPERATION_ABORTED
 */
export async function backtest(
  forecasters: Forecaster | Recipe | readonly (Forecaster | Recipe)[],
  set: SeriesSet,
  options: BacktestOptions,
  longWork: LongWorkOptions = {},
): Promise<BacktestResult> {
  const { signal, onProgress } = longWork;
  throwIfAborted(signal, 'backtest');
  const resolved = parseBacktestOptions(options);
  const metrics = resolveMetrics(resolved);
  const models = resolveForecasters(forecasters);

  // 1 plan
  const cuts = seriesCuts(set, resolved);
  checkPlan(set, cuts, resolved);
  const units = models.flatMap(({ scope }, m) => planUnits(m, planJobs(scope, cuts, set, resolved)));

  // 2 run
  const metricsCross = metrics.every((metric, i) => crosses(metric, resolved.metrics?.[i]));
  const canCross = models.map(
    ({ recipe, thread }) => metricsCross && thread !== 'caller' && isRegistered(recipe),
  );
  const threads = chooseThreads(resolved.workers, units.filter(({ model }) => canCross[model]).length);
  const inPool = canCross.map((can) => can && threads > 0);
  const names = numberNames(models.map(({ name }) => name));
  const report = progressReporter('backtest', units.length, onProgress);
  const results = await runUnits(units, {
    set,
    options: { ...jobOptions(resolved), quantiles: wantedQuantiles(resolved, metrics) },
    metrics,
    forecasters: models,
    inPool,
    threads,
    signal,
    onUnit: ({ model }) => report(names[model]),
  });

  // 3 merge
  const cutOf = indexCuts(cuts);
  const originOf = (series: number, window: number) =>
    set.frames[series].time.timeAt(cutOf(series, window) - 1);
  const scores = models.map((_, m) => new ModelScores(resultsOf(m, units, results), metrics.length));
  const failures = [
    ...planFailures(set, resolved),
    ...names.flatMap((name, m) => modelFailures(name, resultsOf(m, units, results), set, originOf)),
  ];
  checkSomethingScored(scores, failures);
  return new BacktestResult({
    set,
    options: { ...resolved, metrics: metrics.map(({ name }) => name), workers: threads },
    metrics,
    models: models.map(
      ({ recipe }, m): BacktestModel => ({
        name: names[m],
        recipe,
        thread: inPool[m] ? 'worker' : 'caller',
        fitSeconds: scores[m].fitSeconds,
        predictSeconds: scores[m].predictSeconds,
        cells: scores[m].cells.length,
        failures: failures.filter(({ model }) => model === names[m]).length,
      }),
    ),
    scores,
    failures,
    notes: names.flatMap((model, m) => countNotes(resultsOf(m, units, results), model)),
    forecasts: names.flatMap((name, m) =>
      keptForecasts(name, resultsOf(m, units, results), set, resolved, cutOf),
    ),
    originOf,
  });
}

/** What jobs need to know, all of it plain data that crosses threads. */
function jobOptions(options: ResolvedBacktestOptions): JobOptions {
  const { horizon, gap, context, levels, quantiles, season, keepForecasts, byStep } = options;
  return { horizon, gap, context, levels, quantiles, season, keepForecasts, byStep };
}

function resolveMetrics({ metrics, levels, quantiles }: ResolvedBacktestOptions): readonly Metric[] {
  if (metrics === undefined) return defaultMetrics(levels, quantiles);
  const found = metrics.map((metric) => {
    if (typeof metric !== 'string') return metric;
    return metricByName(metric, quantiles.length === 0 ? undefined : quantiles);
  });
  const names = found.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return found;
  throw argumentError(
    'backtest options.metrics',
    'distinct metrics',
    `${twice} twice`,
    'Leave one of them out',
  );
}

function resolveForecasters(given: Forecaster | Recipe | readonly (Forecaster | Recipe)[]): Forecaster[] {
  const list = 'name' in given ? [given] : given;
  if (list.length === 0) throw argumentError('forecasters', 'at least one', 'none', 'Give a forecaster');
  return list.map((each) => ('fit' in each ? each : forecasterFromRecipe(each)));
}

/** Names as they are, but for the second and later of one name: `theta (2)`. */
function numberNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** Whether a worker can rebuild the forecaster. */
function isRegistered(recipe: Recipe): boolean {
  try {
    forecasterFromRecipe(recipe);
    return true;
  } catch {
    return false;
  }
}

/** Whether a worker can rebuild the metric: one that was given by name, and those of core that are constants. */
function crosses(metric: Metric, given: string | Metric | undefined): boolean {
  if (given === undefined || typeof given === 'string') return true;
  try {
    return metricByName(metric.name) === metric;
  } catch {
    return false;
  }
}

function chooseThreads(workers: 'auto' | number, units: number): number {
  if (workers !== 'auto') return Math.min(workers, units);
  const cores = availableParallelism();
  // One worker would do no more than this thread, and would have to be started first.
  return cores === 1 || units < 2 ? 0 : Math.min(cores, units);
}

/** What forecasts must carry so that every metric finds its levels; levels of intervals come by themselves. */
function wantedQuantiles(
  { levels, quantiles }: ResolvedBacktestOptions,
  metrics: readonly Metric[],
): readonly number[] {
  const wanted = [...quantiles];
  const bounds = levels.flatMap((level) => [(100 - level) / 200, (100 + level) / 200]);
  for (const level of metrics.flatMap(({ quantileLevels }) => quantileLevels)) {
    if (![...wanted, ...bounds].some((each) => Math.abs(each - level) <= 1e-9)) wanted.push(level);
  }
  return wanted.sort((a, b) => a - b);
}

function checkPlan(set: SeriesSet, cuts: readonly SeriesCut[], options: ResolvedBacktestOptions): void {
  if (set.size === 0) {
    throw argumentError('set', 'at least one series', 'none', 'Give a set that holds series');
  }
  if (cuts.length === 0) {
    const longest = set.frames.reduce((a, b) => (b.length > a.length ? b : a));
    throw horizonTooLong(longest.id, longest.length, options.windows - 1, options);
  }
  const { trainUntil } = options;
  if (trainUntil === undefined) return;
  for (const { series, cut } of cuts) {
    const { id, time } = set.frames[series];
    if (time.countBefore(trainUntil) <= cut) continue;
    throw argumentError(
      'backtest options.trainUntil',
      `no later than ${new Date(time.timeAt(cut)).toISOString()}, which the first origin of "${id}" may not see`,
      new Date(trainUntil).toISOString(),
      'Choose an earlier time or fewer windows: training would see what is forecast',
    );
  }
}

function planFailures(set: SeriesSet, options: ResolvedBacktestOptions): BacktestFailure[] {
  return set.frames.flatMap(({ id, length }) =>
    planOrigins(length, options).missing.map((window): BacktestFailure => {
      const { code, message } = horizonTooLong(id, length, window, options);
      return { unique_id: id, window, stage: 'plan', code, message };
    }),
  );
}

function modelFailures(
  model: string,
  results: readonly JobsResult[],
  set: SeriesSet,
  originOf: (series: number, window: number) => number,
): BacktestFailure[] {
  return results.flatMap(({ failures }) =>
    failures.map(({ series, window, ...what }) => {
      const origin = originOf(series, window);
      return { model, unique_id: set.frames[series].id, window, origin, ...what };
    }),
  );
}

function countNotes(results: readonly JobsResult[], model: string): BacktestNote[] {
  const tally = new NoteTally();
  for (const { notes } of results) tally.add(notes);
  return tally.notes().map((note) => ({ model, ...note }));
}

function keptForecasts(
  model: string,
  results: readonly JobsResult[],
  set: SeriesSet,
  { gap, horizon }: ResolvedBacktestOptions,
  cutOf: (series: number, window: number) => number,
): BacktestForecast[] {
  return results.flatMap(({ forecasts }) =>
    forecasts.map(({ series, window, quantileLevels, ...answer }) => {
      const { id, time } = set.frames[series];
      const cut = cutOf(series, window);
      const first = cut + gap;
      const forecast = { id, time: time.slice(first, first + horizon), ...answer };
      return { model, window, origin: time.timeAt(cut - 1), quantileLevels, forecast };
    }),
  );
}

/** The first unseen step by series and window. */
function indexCuts(cuts: readonly SeriesCut[]): (series: number, window: number) => number {
  const bySeries = new Map<number, Map<number, number>>();
  for (const { series, window, cut } of cuts) {
    const byWindow = bySeries.get(series) ?? new Map<number, number>();
    bySeries.set(series, byWindow.set(window, cut));
  }
  return (series, window) => bySeries.get(series)?.get(window) ?? Number.NaN;
}

function resultsOf(model: number, units: readonly Unit[], results: readonly JobsResult[]): JobsResult[] {
  return results.filter((_, index) => units[index].model === model);
}

function checkSomethingScored(scores: readonly ModelScores[], failures: readonly BacktestFailure[]): void {
  if (scores.some(({ cells }) => cells.length > 0)) return;
  // What a model said tells more than which series were too short to be asked about.
  const first = failures.find(({ model }) => model !== undefined) ?? failures[0];
  throw new TesseraError({
    code: 'BACKTEST_FAILED',
    argument: 'backtest',
    expected: 'at least one scored window',
    found: `${failures.length} failures, the first: ${first?.message.replace(/\.$/, '') ?? 'none'}`,
    wayOut: 'Read the failures in the cause of this error',
    cause: failures,
  });
}

function argumentError(argument: string, expected: string, found: string, wayOut: string): TesseraError {
  return new TesseraError({ code: 'OPTIONS_INVALID', argument, expected, found, wayOut });
}
