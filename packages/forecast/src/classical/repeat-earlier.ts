/**
 * The model of naive and seasonal naive: every step ahead repeats the last observed value at its position of the cycle;
 * a cycle of one step is the naive forecast. Errors in closed form: a value known `lag` steps before the truth errs by
 * the difference of the two, so every pair of observed training values that far apart is one past error.
 */
import { conformalQuantiles } from '../intervals/conformal-forecast.js';
import { rememberLast, stretchedErrors } from '../intervals/stretched-errors.js';
import { type ChannelHistory, tooShort } from './channel-history.js';
import type { ChannelForecast, ChannelModel, ChannelRequest } from './channel-model.js';

/**
 * @param cycle steps after which values repeat
 * @throws TesseraError SERIES_TOO_SHORT where no two observed values are one cycle apart
 */
export function repeatEarlier(training: ChannelHistory, cycle: number): ChannelModel {
  if (differences(training.values, cycle).length === 0) {
    throw tooShort(
      training,
      `two observed values ${cycle === 1 ? 'one step' : `a season of ${cycle} steps`} apart, to calibrate intervals`,
      `none in ${training.values.length} steps`,
    );
  }
  return { forecast: (request) => forecast(training, cycle, request) };
}

function forecast(training: ChannelHistory, cycle: number, request: ChannelRequest): ChannelForecast {
  const { history, horizon, quantileLevels, note } = request;
  const { length } = history.values;
  const sources = sourceSteps(history, cycle, Math.min(horizon, cycle));
  const point = Float64Array.from({ length: horizon }, (_, step) => history.values[sources[step % cycle]]);
  const lookedBack = sources.filter((source) => source < length - cycle).length;
  note(
    'looked-back',
    lookedBack,
    cycle === 1
      ? `The last ${length - 1 - sources[0]} values are missing; the last observed one is repeated.`
      : `${lookedBack} positions of the last season are missing; an earlier season is repeated there.`,
  );
  const errorsAt = rememberLast((lag) =>
    stretchedErrors(lag, cycle, training.values.length, (used) => differences(training.values, used)),
  );
  const quantiles = conformalQuantiles({
    point,

    errorsAt: (step) => errorsAt(length + step - sources[step % cycle]),
    quantileLevels,
    note,
  });
  return { point, quantiles };
}

/** The step that each of the next `count` steps repeats: the latest observed one whole cycles before it. */
function sourceSteps(history: ChannelHistory, cycle: number, count: number): Int32Array {
  const { values } = history;
  const sources = new Int32Array(count);
  for (let ahead = 0; ahead < count; ahead++) {
    let source = values.length + ahead - cycle;
    while (source >= 0 && Number.isNaN(values[source])) source -= cycle;
    if (source < 0) {
      throw cycle === 1
        ? tooShort(history, 'at least one observed value', 'none')
        : tooShort(
            history,
            `an observed value at each of ${cycle} positions of the season`,
            `none at ${ahead + 1}`,
          );
    }
    sources[ahead] = source;
  }
  return sources;
}

/** `values[t] - values[t - lag]` over the pairs of which both were observed. O(T) */
function differences(values: Float64Array, lag: number): Float64Array {
  const errors = new Float64Array(Math.max(0, values.length - lag));
  let count = 0;
  for (let t = lag; t < values.length; t++) {
    const error = values[t] - values[t - lag];
    if (!Number.isNaN(error)) errors[count++] = error;
  }
  return errors.subarray(0, count);
}
