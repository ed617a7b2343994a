/**
 * Runs jobs of one forecaster and scores what comes back: the same code in a worker thread and in the caller’s. What
 * fails is recorded for the series and windows concerned, and the next job goes on. The result is flat arrays that
 * can be handed between threads.
 *
 *   1 cut  ->  2 fit  ->  3 predict each window  ->  4 score each series
 */
import { setImmediate } from 'node:timers/promises';
import {
  type ErrorCode,
  type Metric,
  type SeriesFrame,
  SeriesSet,
  seasonOf,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import type { Forecast, SeriesForecast } from '../forecast/forecast.js';
import type { FittedForecaster, Forecaster } from '../forecaster/forecaster.js';
import type { ResolvedBacktestOptions } from './backtest-options.js';
import type { Job, PlannedForecast, SeriesCut } from './backtest-plan.js';
import { futureFrame, trainingFrame } from './cut-frame.js';
import { stepInput, type WindowQuestion, windowInputs } from './evaluate-window.js';
import { describeError, type FailureStage } from './failure.js';
import { type CountedNote, NoteTally } from './note-tally.js';

/** The options that a job needs; plain data. */
export type JobOptions = Pick<
  ResolvedBacktestOptions,
  'horizon' | 'gap' | 'context' | 'levels' | 'quantiles' | 'season' | 'keepForecasts' | 'byStep'
>;

export interface JobContext {
  /** The whole frame at a position of the set. */
  readonly frame: (series: number) => SeriesFrame;
  readonly options: JobOptions;
  readonly metrics: readonly Metric[];
  readonly signal?: AbortSignal | undefined;
}

export interface JobFailure {
  readonly series: number;
  readonly window: number;
  readonly stage: FailureStage;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface KeptSeriesForecast {
  readonly series: number;
  readonly window: number;
  readonly channels: readonly string[];
  readonly quantileLevels: readonly number[];
  /** Shapes as in SeriesForecast, over the horizon without the gap; copies. */
  readonly point: Float64Array;
  readonly quantiles: Float64Array;
}

/** Shapes: N scored cells (series, channel, window), M metrics, H steps. */
export interface JobsResult {
  /** Series, channel and window of each cell, shape `[N, 3]`. */
  readonly cells: Int32Array;
  /** Sum and weight, shape `[N, M, 2]`. */
  readonly parts: Float64Array;
  /** Sum and weight over all cells by step, shape `[M, H, 2]`; empty unless asked for. */
  readonly steps: Float64Array;
  readonly failures: readonly JobFailure[];
  readonly notes: readonly CountedNote[];
  readonly forecasts: readonly KeptSeriesForecast[];
  readonly fitSeconds: number;
  readonly predictSeconds: number;
}

/** Milliseconds between two returns to the event loop, where an abort can arrive. */
const breath = 50;

/** @throws TesseraError OPERATION_ABORTED, and nothing else: all other errors are recorded */
export async function runJobs(
  forecaster: Forecaster,
  jobs: readonly Job[],
  context: JobContext,
): Promise<JobsResult> {
  const tally = new Tally(context);
  for (const job of jobs) {
    if (context.signal !== undefined) await setImmediate();
    throwIfAborted(context.signal, 'backtest');
    await runJob(forecaster, job, context, tally);
  }
  return tally.result();
}

/** The result of jobs whose thread broke down: nothing but failures. */
export function brokenResult(jobs: readonly Job[], error: unknown, context: JobContext): JobsResult {
  const tally = new Tally(context);
  tally.fail(
    jobs.flatMap(({ forecasts }) => forecasts.flatMap(({ cuts }) => cuts)),
    'fit',
    error,
  );
  return tally.result();
}

async function runJob(forecaster: Forecaster, job: Job, context: JobContext, tally: Tally): Promise<void> {
  const { options, signal } = context;
  const all = job.forecasts.flatMap(({ cuts }) => cuts);
  if (!forecaster.acceptsContext && job.forecasts.some(({ fromContext }) => fromContext)) {
    tally.fail(all, 'predict', contextUnsupported(forecaster));
    return;
  }
  let fitted: FittedForecaster;
  const began = performance.now();
  try {
    const set = trainingSet(job.fit, context);
    fitted = await forecaster.fit(set, { horizon: options.gap + options.horizon, signal });
  } catch (error) {
    throwIfAborted(signal, 'backtest');
    tally.fail(all, 'fit', error);
    return;
  } finally {
    tally.fitSeconds += (performance.now() - began) / 1000;
  }
  tally.notes.add(fitted.notes);
  let paused = performance.now();
  try {
    for (const planned of job.forecasts) {
      if (performance.now() - paused > breath) {
        await setImmediate();
        paused = performance.now();
      }
      throwIfAborted(signal, 'backtest');
      await runForecast(fitted, planned, context, tally);
    }
  } finally {
    // Models on an engine hold memory that no garbage collector sees.
    fitted.dispose?.();
  }
}

async function runForecast(
  fitted: FittedForecaster,
  planned: PlannedForecast,
  context: JobContext,
  tally: Tally,
): Promise<void> {
  const { gap, horizon, levels, quantiles } = context.options;
  let forecast: Forecast;
  const began = performance.now();
  try {
    forecast = await fitted.predict({
      horizon: gap + horizon,
      levels,
      quantiles,
      ...(planned.fromContext ? { context: contextSet(planned.cuts, context) } : {}),
      ...futureOption(planned.cuts, context),
    });
  } catch (error) {
    throwIfAborted(context.signal, 'backtest');
    tally.fail(planned.cuts, 'predict', error);
    return;
  } finally {
    tally.predictSeconds += (performance.now() - began) / 1000;
  }
  tally.notes.add(forecast.notes);
  const answers = new Map(forecast.series.map((answer) => [answer.id, answer]));
  for (const cut of planned.cuts) {
    try {
      const frame = context.frame(cut.series);
      tally.score(cut, frame, answers.get(frame.id), forecast.quantileLevels);
    } catch (error) {
      tally.fail([cut], 'score', error);
    }
  }
}

function trainingSet(cuts: readonly SeriesCut[], context: JobContext): SeriesSet {
  const filled = cuts.filter(({ from, cut }) => from < cut);
  if (filled.length === 0) {
    throw new TesseraError({
      code: 'SERIES_TOO_SHORT',
      argument: 'backtest options.trainUntil',
      expected: 'a time after the first step of a series',
      found: 'no step before it',
      wayOut: 'Choose a later time, or leave trainUntil out',
    });
  }
  return new SeriesSet(
    filled.map(({ series, from, cut }) => trainingFrame(context.frame(series), from, cut)),
  );
}

function contextSet(cuts: readonly SeriesCut[], { frame, options }: JobContext): SeriesSet {
  const longest = options.context ?? Number.POSITIVE_INFINITY;
  return new SeriesSet(
    cuts.map(({ series, from, cut }) => trainingFrame(frame(series), Math.max(from, cut - longest), cut)),
  );
}

function futureOption(cuts: readonly SeriesCut[], { frame, options }: JobContext): { future?: SeriesSet } {
  const frames = cuts.flatMap(
    ({ series, cut }) => futureFrame(frame(series), cut, options.gap + options.horizon) ?? [],
  );
  return frames.length === 0 ? {} : { future: new SeriesSet(frames) };
}

function contextUnsupported({ name }: Forecaster): TesseraError {
  return new TesseraError({
    code: 'CONTEXT_UNSUPPORTED',
    argument: `forecaster "${name}"`,
    expected: 'one that forecasts later origins without a refit',
    found: 'acceptsContext false',
    wayOut: 'Set refit to true, or leave the forecaster out',
  });
}

/** Collects cells, failures and seconds of some jobs. */
class Tally {
  fitSeconds = 0;
  predictSeconds = 0;
  readonly notes = new NoteTally();
  readonly #context: JobContext;
  readonly #cells: number[] = [];
  readonly #parts: number[] = [];
  readonly #steps: Float64Array;
  readonly #failures: JobFailure[] = [];
  readonly #forecasts: KeptSeriesForecast[] = [];

  constructor(context: JobContext) {
    this.#context = context;
    const { byStep, horizon } = context.options;
    this.#steps = new Float64Array(byStep ? context.metrics.length * horizon * 2 : 0);
  }

  fail(cuts: readonly SeriesCut[], stage: FailureStage, error: unknown): void {
    const described = describeError(error, stage);
    for (const { series, window } of cuts) this.#failures.push({ series, window, stage, ...described });
  }

  /** Scores all channels of one series at one window, or throws and keeps nothing of it. */
  score(
    cut: SeriesCut,
    frame: SeriesFrame,
    answer: SeriesForecast | undefined,
    quantileLevels: readonly number[],
  ): void {
    const { options, metrics } = this.#context;
    const { gap, horizon } = options;
    const season = options.season ?? seasonOf(frame.time);
    const question: WindowQuestion = { frame, cut, gap, horizon, quantileLevels, season };
    if (answer === undefined) {
      throw new TesseraError({
        code: 'FORECAST_INVALID',
        argument: 'forecast',
        expected: `the series "${frame.id}"`,
        found: 'a forecast without it',
        wayOut: 'Correct the forecaster: it must answer for every series it is given',
      });
    }
    const inputs = windowInputs(answer, question);
    const scored = inputs.map(({ input }) => metrics.map((metric) => metric.statistic(input)));
    const steps = options.byStep ? inputs.map(({ input }) => this.#stepParts(input)) : [];
    for (const { channel } of inputs) this.#cells.push(cut.series, channel, cut.window);
    for (const { sum, weight } of scored.flat()) this.#parts.push(sum, weight);
    for (const parts of steps) for (let i = 0; i < parts.length; i++) this.#steps[i] += parts[i];
    if (options.keepForecasts) {
      const { series, window } = cut;
      const skipped = gap * answer.channels.length;
      this.#forecasts.push({
        series,
        window,
        channels: answer.channels,
        quantileLevels,
        point: answer.point.slice(skipped),
        quantiles: answer.quantiles.slice(skipped * quantileLevels.length),
      });
    }
  }

  result(): JobsResult {
    return {
      cells: Int32Array.from(this.#cells),
      parts: Float64Array.from(this.#parts),
      steps: this.#steps,
      failures: this.#failures,
      notes: this.notes.notes(),
      forecasts: this.#forecasts,
      fitSeconds: this.fitSeconds,
      predictSeconds: this.predictSeconds,
    };
  }

  #stepParts(input: Parameters<typeof stepInput>[0]): Float64Array {
    const { metrics, options } = this.#context;
    const { horizon } = options;
    const parts = new Float64Array(metrics.length * horizon * 2);
    for (let step = 0; step < horizon; step++) {
      const alone = stepInput(input, step);
      metrics.forEach((metric, m) => {
        const { sum, weight } = metric.statistic(alone);
        parts[(m * horizon + step) * 2] = sum;
        parts[(m * horizon + step) * 2 + 1] = weight;
      });
    }
    return parts;
  }
}
