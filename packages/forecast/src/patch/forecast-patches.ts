/** From histories to a Forecast through a trained patch model: windows in, quantiles on the scale of each window, back to units. */
import { type SeriesFrame, type SeriesSet, TesseraError } from '@tessera/core';
import { Forecast, type SeriesForecast } from '../forecast/forecast.js';
import type { PredictOptions } from '../forecaster/forecaster.js';
import { resolvePredict } from '../forecaster/predict-request.js';
import type { PatchModelConfig } from './patch-config.js';
import { type ChannelSeries, channelSeries } from './patch-inputs.js';
import type { PatchPredictor } from './patch-predictor.js';
import { scaleOf } from './patch-windows.js';
import type { ArraysOf } from './policy/planned-windows.js';

/** Windows per call: enough to keep the processor busy, few enough to stay small. */
const windowsPerCall = 256;

/** @throws TesseraError HORIZON_TOO_LONG, LEVEL_INVALID, TIME_IRREGULAR, SERIES_TOO_SHORT, CHANNEL_UNKNOWN, FUTURE_MISSING */
export async function forecastPatches(
  predictor: PatchPredictor,
  config: PatchModelConfig,
  arraysOf: ArraysOf,
  history: SeriesSet,
  options: PredictOptions,
): Promise<Forecast> {
  const request = resolvePredict('patch', options, config.horizon, config.horizon);
  const { horizon, levels, quantileLevels } = request;
  const weights = interpolation(config.quantiles, quantileLevels);
  const isPlanned = config.patching.kind === 'policy';
  const all = channelSeries(history, config.inputs, { frames: options.future, horizon }, isPlanned);
  for (const series of all) checkHistory(series);
  const cells = await predictWindows(predictor, config, arraysOf, all);
  const byId = new Map<string, ChannelForecast[]>();
  for (const cell of cells) byId.set(cell.series.id, [...(byId.get(cell.series.id) ?? []), cell]);
  const series = history.frames.map((frame): SeriesForecast => {
    const channels = byId.get(frame.id) ?? [];
    const point = new Float64Array(horizon * channels.length);
    const quantiles = new Float64Array(horizon * channels.length * quantileLevels.length);
    for (const [c, channel] of channels.entries()) {
      for (let step = 0; step < horizon; step++) {
        const cell = step * channels.length + c;
        const values = weights.map(
          ({ low, high, share }) => (1 - share) * channel.at(step, low) + share * channel.at(step, high),
        );
        quantiles.set(values, cell * quantileLevels.length);
        point[cell] = values[quantileLevels.indexOf(0.5)] ?? Number.NaN;
      }
    }
    return {
      id: frame.id,
      time: futureOf(frame, horizon),
      channels: channels.map((each) => each.series.channel),
      point,
      quantiles,
    };
  });
  return new Forecast({ model: 'patch', horizon, levels, quantileLevels, series });
}

interface ChannelForecast {
  readonly series: ChannelSeries;
  /** The forecast of the `quantile`-th trained level, in the unit of the series. */
  at(step: number, quantile: number): number;
}

async function predictWindows(
  predictor: PatchPredictor,
  config: PatchModelConfig,
  arraysOf: ArraysOf,
  all: readonly ChannelSeries[],
): Promise<ChannelForecast[]> {
  const size = Math.min(windowsPerCall, all.length);
  const result: ChannelForecast[] = [];
  for (let from = 0; from < all.length; from += size) {
    const part = all.slice(from, from + size);
    // The last call is filled up, so that all calls share one prepared session.
    const origins = Array.from({ length: size }, (_, i) => part[i] ?? all[0]).map((series) => ({
      series,
      origin: series.values.length,
    }));
    const { data } = await predictor.predict(await arraysOf(origins));
    for (const [row, series] of part.entries()) {
      const end = series.values.length;
      const { location, scale } = scaleOf(series.values, end - config.lookback, end);
      const at = (step: number, quantile: number) =>
        data[(row * config.horizon + step) * predictor.outputs + quantile] * scale + location;
      result.push({ series, at });
    }
  }
  return result;
}

/** For each wanted level the trained ones around it and how far it lies between them, on the scale of the normal quantiles. */
function interpolation(trained: readonly number[], wanted: readonly number[]) {
  return wanted.map((level) => {
    const exact = trained.findIndex((each) => Math.abs(each - level) <= 1e-9);
    // A model trained for points has one output, which stands for its centre and for no other level.
    const isCentre = trained.length === 0 && level === 0.5;
    if (exact >= 0 || isCentre) return { low: Math.max(0, exact), high: Math.max(0, exact), share: 0 };
    const high = trained.findIndex((each) => each > level);
    if (high <= 0) {
      const range =
        trained.length === 0 ? 'none: it was trained for points' : `${trained[0]} to ${trained.at(-1)}`;
      throw new TesseraError({
        code: 'LEVEL_INVALID',
        argument: `quantile level ${level}`,
        expected: `a level within those it was trained on (${range})`,
        found: String(level),
        wayOut: 'Name the level in model.quantiles before fitting',
      });
    }
    const [a, b] = [logit(trained[high - 1]), logit(trained[high])];
    return { low: high - 1, high, share: (logit(level) - a) / (b - a) };
  });
}

/** Close to the normal quantile but for a factor, which cancels. */
function logit(level: number): number {
  return Math.log(level / (1 - level));
}

function checkHistory({ id, channel, values }: ChannelSeries): void {
  if (values.some((value) => !Number.isNaN(value))) return;
  throw new TesseraError({
    code: 'SERIES_TOO_SHORT',
    argument: `series "${id}", channel "${channel}"`,
    expected: 'at least one observed value to forecast from',
    found: 'none',
    wayOut: 'Leave the series out',
  });
}

function futureOf({ id, time }: SeriesFrame, horizon: number) {
  if (time.kind === 'regular') return time.future(horizon);
  throw new TesseraError({
    code: 'TIME_IRREGULAR',
    argument: `series "${id}"`,
    expected: 'a regular time axis, so that the future has times',
    found: 'an irregular one',
    wayOut: 'Put the series on a grid, e.g. by giving its frequency when it is read',
  });
}
