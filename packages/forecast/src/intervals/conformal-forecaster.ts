/**
 * Intervals for any forecaster: it is asked for forecasts at earlier origins, whose errors by series, channel and step are
 * the past errors of split-conformal prediction. A forecaster that accepts context is fitted once before the first of
 * these origins; any other is fitted at each. What forecasts in the end is fitted on everything.
 */
import {
  parseOptions,
  type SeriesFrame,
  SeriesSet,
  seasonOf,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import { z } from 'zod';
import { futureFrame, trainingFrame } from '../backtest/cut-frame.js';
import { Forecast, type SeriesForecast } from '../forecast/forecast.js';
import type { FitNote } from '../forecaster/fit-note.js';
import type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from '../forecaster/forecaster.js';
import { type PredictRequest, resolveFitHorizon, resolvePredict } from '../forecaster/predict-request.js';
import { conformalQuantiles } from './conformal-forecast.js';
import { type ErrorKind, sortErrors } from './split-conformal.js';

export const conformalName = 'conformal';

const schema = z.strictObject({
  windows: z.int('a whole number of windows').min(1, 'at least 1 window').default(20),
  step: z.int('a whole number of steps').min(1, 'at least 1 step').default(1),
  errors: z.enum(['symmetric', 'signed'], "'symmetric' or 'signed'").default('symmetric'),
});

export interface ConformalOptions {
  /** Earlier origins whose errors are taken. Default 20: a level of 95 % needs 19 errors. */
  readonly windows?: number | undefined;
  /** Steps between two of these origins. Default 1. */
  readonly step?: number | undefined;
  /**
   * `symmetric`: the point forecast is the median, and its errors to both sides count alike. `signed`: skew and bias of past
   * errors move the quantiles, and the point may lie outside of an interval. Default `symmetric`.
   */
  readonly errors?: ErrorKind | undefined;
}

type Resolved = z.output<typeof schema>;

/** Errors by step ahead, sorted, of one channel of one series. */
type StepErrorTable = readonly Float64Array[];

/**
 * The forecaster with intervals calibrated on its own errors. Its points stay as they are. Needs histories of one step,
 * a horizon and the steps between the origins more than the forecaster itself.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function withConformalIntervals(forecaster: Forecaster, options: ConformalOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'withConformalIntervals');
  const name = `${forecaster.name}-conformal`;
  const recipe: Recipe = Object.freeze({
    name: conformalName,
    options: Object.freeze({ forecaster: forecaster.recipe, ...resolved }),
  });
  return {
    name,
    recipe,
    scope: forecaster.scope,
    acceptsContext: forecaster.acceptsContext,
    fit: (set, fitOptions = {}) => fit(forecaster, name, recipe, resolved, set, fitOptions),
  };
}

const recipeSchema = schema.extend({
  forecaster: z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()) }),
});

/** The forecaster of a stored recipe. @throws TesseraError OPTIONS_INVALID, FORECASTER_UNKNOWN */
export function conformalFromOptions(
  options: unknown,
  fromRecipe: (recipe: Recipe) => Forecaster,
): Forecaster {
  const { forecaster, ...own } = parseOptions(recipeSchema, options, conformalName);
  return withConformalIntervals(fromRecipe(forecaster), own);
}

async function fit(
  inner: Forecaster,
  name: string,
  recipe: Recipe,
  options: Resolved,
  set: SeriesSet,
  fitOptions: FitOptions,
): Promise<FittedForecaster> {
  const season = set.frames.reduce((most, { time }) => Math.max(most, seasonOf(time)), 1);
  const horizon = resolveFitHorizon(name, fitOptions.horizon, season);
  for (const frame of set.frames) checkLength(frame, horizon, options);
  const errors = await pastErrors(inner, options, set, { ...fitOptions, horizon });
  const fitted = await inner.fit(set, { ...fitOptions, horizon });
  return {
    name,
    recipe,
    acceptsContext: fitted.acceptsContext,
    notes: fitted.notes.filter(concernsPoints),
    predict: (predictOptions = {}) => predict(fitted, name, errors, options.errors, horizon, predictOptions),
    dispose: () => fitted.dispose?.(),
  };
}

async function predict(
  fitted: FittedForecaster,
  name: string,
  errors: ReadonlyMap<string, StepErrorTable>,
  kind: ErrorKind,
  longest: number,
  options: PredictOptions,
): Promise<Forecast> {
  const request = resolvePredict(name, options, longest, longest);
  const { horizon, levels, quantileLevels } = request;
  const points = await fitted.predict({ ...options, horizon, levels: [], quantiles: [] });
  const notes: FitNote[] = points.notes.filter(concernsPoints);
  const series = points.series.map((each) => calibrated(each, errors, kind, request, notes));
  return new Forecast({ model: name, horizon, levels, quantileLevels, series, notes });
}

/** Whether a note of the inner forecaster is not about its own intervals, which are replaced. */
function concernsPoints({ kind }: FitNote): boolean {
  return kind !== 'few-residuals' && kind !== 'residuals-stretched' && kind !== 'residuals-pooled';
}

function calibrated(
  series: SeriesForecast,
  errors: ReadonlyMap<string, StepErrorTable>,
  kind: ErrorKind,
  { horizon, quantileLevels }: PredictRequest,
  notes: FitNote[],
): SeriesForecast {
  const { id, channels, point } = series;
  const width = channels.length;
  const depth = quantileLevels.length;
  const quantiles = new Float64Array(horizon * width * depth);
  channels.forEach((channel, column) => {
    const table = errors.get(keyOf(id, channel));
    if (table === undefined || table[0].length === 0) throw noErrors(id, channel);
    const own = conformalQuantiles({
      point: Float64Array.from({ length: horizon }, (_, step) => point[step * width + column]),
      errorsAt: (step) => ({ sorted: table[step], stretch: 1 }),
      quantileLevels,
      kind,
      note: (noteKind, count, detail) => {
        if (count > 0) notes.push({ kind: noteKind, id, channel, count, detail });
      },
    });
    for (let step = 0; step < horizon; step++) {
      quantiles.set(own.subarray(step * depth, (step + 1) * depth), (step * width + column) * depth);
    }
  });
  return { ...series, quantiles };
}

/** The errors of all windows, oldest first, by series and channel; missing truths are skipped. */
async function pastErrors(
  inner: Forecaster,
  { windows, step, errors: kind }: Resolved,
  set: SeriesSet,
  { horizon, signal }: FitOptions & { readonly horizon: number },
): Promise<Map<string, StepErrorTable>> {
  const found = new Map<string, number[][]>();
  const cutOf = ({ length }: SeriesFrame, window: number) => length - horizon - (windows - 1 - window) * step;
  let fitted: FittedForecaster | undefined;
  for (let window = 0; window < windows; window++) {
    throwIfAborted(signal, `calibrate ${inner.name}`);
    const past = new SeriesSet(set.frames.map((frame) => trainingFrame(frame, 0, cutOf(frame, window))));
    const isFirst = fitted === undefined;
    if (fitted === undefined || !fitted.acceptsContext) {
      fitted?.dispose?.();
      fitted = await inner.fit(past, { horizon, signal });
    }
    const future = set.frames.flatMap((frame) => futureFrame(frame, cutOf(frame, window), horizon) ?? []);
    const forecast = await fitted.predict({
      horizon,
      levels: [],
      ...(fitted.acceptsContext && !isFirst ? { context: past } : {}),
      ...(future.length === 0 ? {} : { future: new SeriesSet(future) }),
    });
    for (const frame of set.frames) addErrors(found, forecast.get(frame.id), frame, cutOf(frame, window));
  }
  fitted?.dispose?.();
  const sorted = new Map<string, StepErrorTable>();
  for (const [key, steps] of found)
    sorted.set(
      key,
      steps.map((each) => sortErrors(Float64Array.from(each), kind)),
    );
  return sorted;
}

function addErrors(
  found: Map<string, number[][]>,
  { id, channels, point }: SeriesForecast,
  frame: SeriesFrame,
  cut: number,
): void {
  const width = channels.length;
  channels.forEach((channel, column) => {
    const { values } = frame.channel(channel);
    const steps =
      found.get(keyOf(id, channel)) ?? Array.from({ length: point.length / width }, (): number[] => []);
    steps.forEach((errors, step) => {
      const error = values[cut + step] - point[step * width + column];
      if (!Number.isNaN(error)) errors.push(error);
    });
    found.set(keyOf(id, channel), steps);
  });
}

function keyOf(id: string, channel: string): string {
  return JSON.stringify([id, channel]);
}

function checkLength({ id, length }: SeriesFrame, horizon: number, { windows, step }: Resolved): void {
  const needed = horizon + (windows - 1) * step + 1;
  if (length >= needed) return;
  throw new TesseraError({
    code: 'SERIES_TOO_SHORT',
    argument: `series "${id}"`,
    expected: `at least ${needed} steps: a horizon of ${horizon} after each of ${windows} origins ${step} apart`,
    found: `${length}`,
    wayOut: 'Ask for fewer windows or a shorter step, or leave the series out',
  });
}

function noErrors(id: string, channel: string): TesseraError {
  return new TesseraError({
    code: 'SERIES_UNKNOWN',
    argument: `series "${id}", channel "${channel}"`,
    expected: 'one that the intervals were calibrated on, with observed values in its windows',
    found: 'no past error',
    wayOut: 'Fit on this series too',
  });
}
