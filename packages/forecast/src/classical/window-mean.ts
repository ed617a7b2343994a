/**
 * The mean of the last observed values: the forecast of a level that moves slowly under noise.
 *
 * Source: the mean method of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2, on a
 * moving window.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { conformalQuantiles } from '../intervals/conformal-forecast.js';
import { stretchedErrors } from '../intervals/stretched-errors.js';
import { type ChannelHistory, observedSteps, tooShort } from './channel-history.js';
import type { ChannelForecast, ChannelModel, ChannelRequest } from './channel-model.js';
import { localForecaster } from './local-forecaster.js';

const message = "a whole number of values of at least 1, or 'auto'";
const schema = z.strictObject({
  window: z.union([z.literal('auto'), z.int(message).min(1, message)], message).default('auto'),
});

export interface WindowMeanOptions {
  /**
   * Observed values that are averaged. Default `auto`: one season; without a season, half of what was observed, so that
   * the other half calibrates the intervals.
   */
  readonly window?: number | 'auto' | undefined;
}

/**
 * Forecasts the mean of the last `window` observed values for every step. Missing values are skipped. Intervals:
 * split-conformal on the errors of the same mean at every earlier origin. Needs one observed value more than the window.
 */
export function windowMean(options: WindowMeanOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'window-mean');
  return localForecaster({
    name: 'window-mean',
    options: resolved,
    season: 'auto',
    acceptsContext: true,
    method: { fit: (history) => fit(history, resolved.window) },
  });
}

function fit(training: ChannelHistory, wanted: number | 'auto'): ChannelModel {
  const observed = observedSteps(training).length;
  const automatic = training.season > 1 ? training.season : Math.max(1, Math.floor(observed / 2));
  const window = wanted === 'auto' ? automatic : wanted;
  const means = movingMeans(training.values, window);
  if (errorsAhead(training.values, means, 1).length === 0) {
    const needed = `${window + 1} observed values: ${window} to average, and the next one to calibrate intervals`;
    throw tooShort(training, needed, `${observed}`);
  }
  return { forecast: (request) => forecast(training.values, means, window, request) };
}

function forecast(
  values: Float64Array,
  means: Float64Array,
  window: number,
  { history, horizon, quantileLevels, note }: ChannelRequest,
): ChannelForecast {
  const { length } = history.values;
  const own = history.values === values ? means : movingMeans(history.values, window);
  const mean = length === 0 ? Number.NaN : own[length - 1];
  if (Number.isNaN(mean)) {
    throw tooShort(history, `${window} observed values`, `${observedSteps(history).length}`);
  }
  const missing = history.values.subarray(Math.max(0, length - window)).filter(Number.isNaN).length;
  note(
    'missing-skipped',
    missing,
    `${missing} of the last ${window} values are missing; earlier ones take their place.`,
  );
  const point = new Float64Array(horizon).fill(mean);
  const errorsAt = (step: number) =>
    stretchedErrors(step + 1, 1, values.length, (ahead) => errorsAhead(values, means, ahead));
  return { point, quantiles: conformalQuantiles({ point, errorsAt, quantileLevels, note }) };
}

/** At every step the mean of the last `window` observed values; NaN before there are so many. O(T) */
function movingMeans(values: Float64Array, window: number): Float64Array {
  const means = new Float64Array(values.length).fill(Number.NaN);
  const latest = new Float64Array(window);
  let seen = 0;
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    if (!Number.isNaN(values[t])) {
      const place = seen++ % window;
      sum += values[t] - latest[place];
      latest[place] = values[t];
      // Summed anew once a round, so that rounding does not pile up.
      if (place === window - 1) sum = latest.reduce((total, value) => total + value, 0);
    }
    if (seen >= window) means[t] = sum / window;
  }
  return means;
}

/** `values[t + ahead] - means[t]` wherever both are there. O(T) */
function errorsAhead(values: Float64Array, means: Float64Array, ahead: number): Float64Array {
  const errors = new Float64Array(Math.max(0, values.length - ahead));
  let count = 0;
  for (let t = ahead; t < values.length; t++) {
    const error = values[t] - means[t - ahead];
    if (!Number.isNaN(error)) errors[count++] = error;
  }
  return errors.subarray(0, count);
}
