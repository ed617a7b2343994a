/**
 * The theta method with two lines, as in the M4 competition’s benchmarks: the season is taken out, the mean of a straight
 * line through all values and a smoothed line of double curvature is continued, and the season put in again. Equal to
 * simple exponential smoothing with half the slope as drift.
 *
 *   history ──season out──> line + 2 * (deviation) ──smooth──> level ──> (level + line) / 2 ──season in──> forecast
 *
 * Sources: Assimakopoulos and Nikolopoulos, The theta model: a decomposition approach to forecasting (IJF 2000); Hyndman
 * and Billah, Unmasking the Theta method (IJF 2003).
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { conformalQuantiles } from '../intervals/conformal-forecast.js';
import { stretchedErrors } from '../intervals/stretched-errors.js';
import { type ChannelHistory, observedSteps, stepsApart, tooShort } from './channel-history.js';
import type { ChannelForecast, ChannelModel, ChannelRequest, MethodOptions } from './channel-model.js';
import { completeHistory } from './complete-history.js';
import { bestAlpha, smoothLevels } from './exponential-smoothing.js';
import { localForecaster } from './local-forecaster.js';
import { seasonOption } from './season-option.js';
import {
  findSeasonalAdjustment,
  type SeasonalAdjustment,
  withoutSeason,
  withSeason,
} from './seasonal-adjustment.js';

const schema = z.strictObject({ season: seasonOption });

export interface ThetaOptions {
  /** Season in steps. Default `auto`: the usual one of the frequency. 1 for none. */
  readonly season?: number | 'auto' | undefined;
}

/** Steps count from the first observed value of the training history. */
interface ThetaModel {
  readonly training: ChannelHistory;
  /** Step of the training history that is step 0 here. */
  readonly from: number;
  readonly season: SeasonalAdjustment;
  readonly intercept: number;
  readonly slope: number;
  readonly alpha: number;
  /** Training values without season and their smoothed line, NaN where missing or not yet known. */
  readonly values: Float64Array;
  readonly levels: Float64Array;
}

/**
 * Forecasts by the theta method. Missing values are skipped, but for the season, which is found on interpolated values;
 * they are counted. Intervals: split-conformal on the errors at every training origin, with the parameters of the whole
 * history. Needs four observed values. From a context it takes the level; line, season and smoothing stay those of the fit.
 */
export function theta(options: ThetaOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'theta');
  return localForecaster({
    name: 'theta',
    options: resolved,
    season: resolved.season,
    acceptsContext: true,
    method: { fit },
  });
}

function fit(training: ChannelHistory, { note }: MethodOptions): ChannelModel {
  const count = observedSteps(training).length;
  if (count < 4) throw tooShort(training, 'at least 4 observed values', `${count}`);
  const missing = training.values.length - count;
  note(
    'missing-skipped',
    missing,
    `${missing} missing values are skipped; the season is found on interpolated ones.`,
  );
  const complete = completeHistory(training, () => {});
  const season = findSeasonalAdjustment(complete.values, training.season);
  const observed = training.values.subarray(complete.from, complete.from + complete.values.length);
  const values = observed.map((value, step) => withoutSeason(season, value, step));
  const { intercept, slope } = straightLine(values);
  const curved = curvedLine(values, intercept, slope, 0);
  const alpha = bestAlpha(curved);
  const levels = smoothLevels(curved, alpha);
  const model = { training, from: complete.from, season, intercept, slope, alpha, values: observed, levels };
  if (errorsAhead(model, 1).length === 0) {
    throw tooShort(training, 'two observed values one step apart, to calibrate intervals', 'none');
  }
  return { forecast: (request) => forecast(model, request) };
}

function forecast(model: ThetaModel, request: ChannelRequest): ChannelForecast {
  const { history, horizon, quantileLevels, note } = request;
  const offset = offsetOf(history, model);
  const level = levelOf(model, history, offset);
  const last = offset + history.values.length - 1;
  const point = Float64Array.from({ length: horizon }, (_, step) => stepAhead(model, level, last + step + 1));
  const errorsAt = (step: number) =>
    stretchedErrors(step + 1, 1, model.values.length, (ahead) => errorsAhead(model, ahead));
  return { point, quantiles: conformalQuantiles({ point, errorsAt, quantileLevels, note }) };
}

/** The forecast of `step` from a level of the curved line. */
function stepAhead({ intercept, slope, season }: ThetaModel, level: number, step: number): number {
  return withSeason(season, (level + intercept + slope * step) / 2, step);
}

/** Errors `ahead` steps after every training origin. O(T) */
function errorsAhead(model: ThetaModel, ahead: number): Float64Array {
  const { values, levels } = model;
  const errors = new Float64Array(Math.max(0, values.length - ahead));
  let count = 0;
  for (let t = ahead; t < values.length; t++) {
    const error = values[t] - stepAhead(model, levels[t - ahead], t);
    if (!Number.isNaN(error)) errors[count++] = error;
  }
  return errors.subarray(0, count);
}

/** Where a history begins, in the steps of the model. */
function offsetOf(history: ChannelHistory, { training, from }: ThetaModel): number {
  if (history === training) return -from;
  const steps = stepsApart(training.time, history.time);
  if (steps === undefined) {
    throw tooShort(history, 'a context on the time grid of the fit', 'a start between two of its steps');
  }
  return steps - from;
}

function levelOf(model: ThetaModel, history: ChannelHistory, offset: number): number {
  const { season, intercept, slope, alpha, levels } = model;
  if (history === model.training) return levels[levels.length - 1];
  const values = history.values.map((value, step) => withoutSeason(season, value, step + offset));
  const smoothed = smoothLevels(curvedLine(values, intercept, slope, offset), alpha);
  const level = smoothed.length === 0 ? Number.NaN : smoothed[smoothed.length - 1];
  if (Number.isNaN(level)) throw tooShort(history, 'at least one observed value', 'none');
  return level;
}

/** The theta line of double curvature: twice the values less the straight line. */
function curvedLine(values: Float64Array, intercept: number, slope: number, offset: number): Float64Array {
  return values.map((value, step) => 2 * value - (intercept + slope * (step + offset)));
}

/** Least squares over the observed values. O(T) */
function straightLine(values: Float64Array): { readonly intercept: number; readonly slope: number } {
  let count = 0;
  let meanStep = 0;
  let meanValue = 0;
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    count += 1;
    meanStep += (t - meanStep) / count;
    meanValue += (values[t] - meanValue) / count;
  }
  let product = 0;
  let square = 0;
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    product += (t - meanStep) * (values[t] - meanValue);
    square += (t - meanStep) ** 2;
  }
  const slope = product / square;
  return { intercept: meanValue - slope * meanStep, slope };
}
