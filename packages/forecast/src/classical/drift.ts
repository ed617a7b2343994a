/**
 * The last observed value, moved on by the mean change per step between the first and the last observed value.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., sections 5.2 and 5.5.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { conformalQuantiles } from '../intervals/conformal-forecast.js';
import { stretchedErrors } from '../intervals/stretched-errors.js';
import { type ChannelHistory, observedSteps, tooShort } from './channel-history.js';
import type { ChannelForecast, ChannelModel, ChannelRequest } from './channel-model.js';
import { localForecaster } from './local-forecaster.js';

const schema = z.strictObject({});

/**
 * Continues the line through the first and the last observed value. Missing values are skipped. Intervals: split-conformal
 * on the changes over as many steps less the slope, widened for the slope's own uncertainty. Needs three observed values,
 * two of them one step apart. From a context it takes the last value; the slope stays that of the fit.
 */
export function drift(options: object = {}): Forecaster {
  return localForecaster({
    name: 'drift',
    options: parseOptions(schema, options, 'drift'),
    season: 'auto',
    acceptsContext: true,
    method: { fit },
  });
}

function fit(training: ChannelHistory): ChannelModel {
  const steps = observedSteps(training);
  if (steps.length < 3) throw tooShort(training, 'at least 3 observed values', `${steps.length}`);
  const { values } = training;
  const first = steps[0];
  const span = steps[steps.length - 1] - first;
  const slope = (values[first + span] - values[first]) / span;
  if (errorsOver(values, 1, slope, span).length === 0) {
    throw tooShort(training, 'two observed values one step apart, to calibrate intervals', 'none');
  }
  return { forecast: (request) => forecast(training, slope, span, request) };
}

function forecast(
  training: ChannelHistory,
  slope: number,
  span: number,
  { history, horizon, quantileLevels, note }: ChannelRequest,
): ChannelForecast {
  const steps = observedSteps(history);
  if (steps.length === 0) throw tooShort(history, 'at least one observed value', 'none');
  const last = steps[steps.length - 1];
  const missing = history.values.length - 1 - last;
  note(
    'looked-back',
    missing,
    `The last ${missing} values are missing; the line goes on from the last observed one.`,
  );
  const point = Float64Array.from(
    { length: horizon },
    (_, step) => history.values[last] + slope * (missing + step + 1),
  );
  const errorsAt = (step: number) =>
    stretchedErrors(missing + step + 1, 1, training.values.length, (ahead) =>
      errorsOver(training.values, ahead, slope, span),
    );
  return { point, quantiles: conformalQuantiles({ point, errorsAt, quantileLevels, note }) };
}

/**
 * Errors of the line over `ahead` steps. They know the slope of the whole history, which a forecast does not know of the
 * future; sqrt(1 + h / (T - 1)) makes up for it (section 5.5, standard deviation of the drift method).
 */
function errorsOver(values: Float64Array, ahead: number, slope: number, span: number): Float64Array {
  const widening = Math.sqrt(1 + ahead / span);
  const errors = new Float64Array(Math.max(0, values.length - ahead));
  let count = 0;
  for (let t = ahead; t < values.length; t++) {
    const error = values[t] - values[t - ahead] - slope * ahead;
    if (!Number.isNaN(error)) errors[count++] = error * widening;
  }
  return errors.subarray(0, count);
}
