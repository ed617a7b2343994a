/**
 * The model of naive and seasonal naive: every step ahead repeats the last observed value at its position of the cycle;
 * a cycle of one step is the naive forecast. Intervals come from all pairs of training values as far apart as the
 * forecast is from the value it repeats.
 */
import { conformalQuantiles, type StepErrors } from '../intervals/conformal-forecast.js';
import { sortErrors } from '../intervals/split-conformal.js';
import { type ChannelHistory, tooShort } from './channel-history.js';
import type { ChannelModel, ChannelRequest } from './channel-model.js';
import { laggedErrors } from './lagged-errors.js';

/**
 * @param cycle steps after which values repeat
 * @throws TesseraError SERIES_TOO_SHORT
 */
export function repeatEarlier(training: ChannelHistory, cycle: number): ChannelModel {
  if (laggedErrors(training.values, cycle, cycle).errors.length === 0) {
    throw tooShort(
      training,
      `two observed values ${cycle === 1 ? 'one step' : `one season of ${cycle} steps`} apart, to calibrate intervals`,
      `none in ${training.values.length} steps`,
    );
  }
  return { forecast: (request) => forecast(training, cycle, request) };
}

function forecast(
  training: ChannelHistory,
  cycle: number,
  { history, horizon, quantileLevels, note }: ChannelRequest,
) {
  const sources = sourceSteps(history, cycle, Math.min(horizon, cycle));
  const { length } = history.values;
  const point = new Float64Array(horizon);
  for (let step = 0; step < horizon; step++) point[step] = history.values[sources[step % cycle]];
  const lookedBack = sources.filter((source) => source < length - cycle).length;
  note(
    'looked-back',
    lookedBack,
    cycle === 1
      ? `The last ${length - 1 - sources[0]} values are missing; the last observed one is repeated.`
      : `${lookedBack} positions of the last season are missing; the season before is repeated there.`,
  );
  let lastLag = 0;
  let errors: StepErrors = { sorted: new Float64Array(0) };
  const errorsAt = (step: number) => {
    const lag = length + step - sources[step % cycle];
    if (lag !== lastLag) {
      const found = laggedErrors(training.values, lag, cycle);
      errors = { sorted: sortErrors(found.errors, 'symmetric'), stretch: found.stretch };
      lastLag = lag;
    }
    return errors;
  };
  return {
    point,
    quantiles: conformalQuantiles({ point, errorsAt, quantileLevels, kind: 'symmetric', note }),
  };
}

/** The step that each of the next `count` steps repeats: the latest observed one, whole cycles before it. */
function sourceSteps(history: ChannelHistory, cycle: number, count: number): Int32Array {
  const { values } = history;
  const sources = new Int32Array(count);
  for (let ahead = 0; ahead < count; ahead++) {
    let source = values.length + ahead - cycle;
    while (source >= 0 && Number.isNaN(values[source])) source -= cycle;
    if (source < 0) {
      throw tooShort(
        history,
        cycle === 1
          ? 'at least one observed value'
          : `an observed value at each of ${cycle} positions of the season`,
        cycle === 1 ? 'none' : `none at position ${ahead + 1}`,
      );
    }
    sources[ahead] = source;
  }
  return sources;
}
