/**
 * The forecaster that fits one model per series and channel. Fitting maps a method over all of them and goes on where
 * one fails, so that the error at the end names every series that failed; predicting maps over the models.
 *
 *   set ──targets──> histories ──method.fit──> models ──forecast──> Forecast
 */
import { setImmediate } from 'node:timers/promises';
import {
  progressReporter,
  type SeriesFrame,
  type SeriesSet,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import { Forecast, type SeriesForecast } from '../forecast/forecast.js';
import { covariateNotes } from '../forecaster/covariate-notes.js';
import type { FitNote } from '../forecaster/fit-note.js';
import type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from '../forecaster/forecaster.js';
import { type PredictRequest, resolveFitHorizon, resolvePredict } from '../forecaster/predict-request.js';
import { type ChannelHistory, channelHistories } from './channel-history.js';
import type { ChannelMethod, ChannelModel } from './channel-model.js';
import { combinedFailure, seriesFailure } from './fit-failures.js';
import { noteTaker } from './fit-notes.js';

export interface LocalForecasterOptions {
  readonly name: string;
  /** Resolved options, plain JSON data. */
  readonly options: Recipe['options'];
  /** Season in steps; `auto` takes the usual one of each series’ frequency. */
  readonly season: number | 'auto';
  readonly acceptsContext: boolean;
  readonly method: ChannelMethod;
}

/** One model of one channel with the history it was fitted on. */
interface FittedChannel {
  readonly history: ChannelHistory;
  readonly model: ChannelModel;
}

/** Milliseconds between two returns to the event loop, where an abort can arrive. */
const breath = 50;

export function localForecaster(options: LocalForecasterOptions): Forecaster {
  const { name, acceptsContext } = options;
  const recipe: Recipe = Object.freeze({ name, options: Object.freeze({ ...options.options }) });
  return {
    name,
    recipe,
    scope: 'local',
    acceptsContext,
    fit: (set, fitOptions = {}) => fitLocal(set, options, recipe, fitOptions),
  };
}

async function fitLocal(
  set: SeriesSet,
  { name, season, acceptsContext, method }: LocalForecasterOptions,
  recipe: Recipe,
  { horizon: wanted, signal, onProgress }: FitOptions,
): Promise<FittedForecaster> {
  const notes: FitNote[] = [...covariateNotes(set, name)];
  const failures: TesseraError[] = [];
  const fitted = new Map<string, readonly FittedChannel[]>();
  const report = progressReporter(`fit ${name}`, set.size, onProgress);
  let horizon = resolveFitHorizon(name, wanted, 1);
  let paused = performance.now();
  for (const frame of set.frames) {
    throwIfAborted(signal, `fit ${name}`);
    try {
      const channels: FittedChannel[] = [];
      for (const history of channelHistories(frame, season)) {
        const ahead = wanted ?? history.season;
        horizon = Math.max(horizon, ahead);
        const model = await method.fit(history, { horizon: ahead, note: noteTaker(notes, history) });
        channels.push({ history, model });
      }
      fitted.set(frame.id, channels);
    } catch (error) {
      failures.push(seriesFailure(name, frame, error));
    }
    report(frame.id);
    if (performance.now() - paused > breath) {
      await setImmediate();
      paused = performance.now();
    }
  }
  throwIfAborted(signal, `fit ${name}`);
  if (failures.length > 0) throw combinedFailure(name, failures, set.size);
  return new FittedLocal(name, recipe, acceptsContext, season, horizon, fitted, notes);
}

class FittedLocal implements FittedForecaster {
  readonly name: string;
  readonly recipe: Recipe;
  readonly acceptsContext: boolean;
  readonly notes: readonly FitNote[];
  readonly #season: number | 'auto';
  readonly #horizon: number;
  readonly #fitted: ReadonlyMap<string, readonly FittedChannel[]>;

  constructor(
    name: string,
    recipe: Recipe,
    acceptsContext: boolean,
    season: number | 'auto',
    horizon: number,
    fitted: ReadonlyMap<string, readonly FittedChannel[]>,
    notes: readonly FitNote[],
  ) {
    this.name = name;
    this.recipe = recipe;
    this.acceptsContext = acceptsContext;
    this.#season = season;
    this.#horizon = horizon;
    this.#fitted = fitted;
    this.notes = Object.freeze([...notes]);
  }

  async predict(options: PredictOptions = {}): Promise<Forecast> {
    let longest = Number.POSITIVE_INFINITY;
    for (const channels of this.#fitted.values()) {
      for (const { model } of channels) longest = Math.min(longest, model.longestHorizon ?? longest);
    }
    const request = resolvePredict(this.name, options, this.#horizon, longest);
    const notes: FitNote[] = [];
    const series =
      options.context === undefined
        ? [...this.#fitted.values()].map((each) => forecastSeries(each, request, notes))
        : this.#checkContext(options.context).map((frame) =>
            forecastSeries(this.#moveTo(frame), request, notes),
          );
    const { horizon, levels, quantileLevels } = request;
    return new Forecast({ model: this.name, horizon, levels, quantileLevels, series, notes });
  }

  #checkContext(context: SeriesSet): readonly SeriesFrame[] {
    if (this.acceptsContext) return context.frames;
    throw new TesseraError({
      code: 'CONTEXT_UNSUPPORTED',
      argument: `${this.name} predict options.context`,
      expected: 'no context: its models hold for the histories they were fitted on',
      found: `${context.size} series`,
      wayOut: 'Fit again on these histories, or use a forecaster with acceptsContext',
    });
  }

  /** The models of a series with another history of the same series. */
  #moveTo(frame: SeriesFrame): FittedChannel[] {
    const known = this.#fitted.get(frame.id);
    if (known === undefined) {
      throw new TesseraError({
        code: 'SERIES_UNKNOWN',
        argument: `${this.name} predict options.context`,
        expected: 'series it was fitted on, because each has a model of its own',
        found: `"${frame.id}"`,
        wayOut: 'Fit on this series too, or use a forecaster of global scope',
      });
    }
    const histories = channelHistories(frame, this.#season);
    return known.map(({ history: { channel }, model }) => {
      const history = histories.find((each) => each.channel === channel);
      if (history === undefined) throw targetMissing(frame, channel);
      return { history, model };
    });
  }
}

function forecastSeries(
  channels: readonly FittedChannel[],
  { horizon, quantileLevels }: PredictRequest,
  notes: FitNote[],
): SeriesForecast {
  const [{ history }] = channels;
  const width = channels.length;
  const depth = quantileLevels.length;
  const point = new Float64Array(horizon * width);
  const quantiles = new Float64Array(horizon * width * depth);
  channels.forEach(({ history, model }, column) => {
    const answer = model.forecast({ history, horizon, quantileLevels, note: noteTaker(notes, history) });
    for (let step = 0; step < horizon; step++) {
      const cell = step * width + column;
      point[cell] = answer.point[step];
      quantiles.set(answer.quantiles.subarray(step * depth, (step + 1) * depth), cell * depth);
    }
  });
  const names = channels.map(({ history: { channel } }) => channel);
  return { id: history.id, time: history.time.future(horizon), channels: names, point, quantiles };
}

function targetMissing(frame: SeriesFrame, channel: string): TesseraError {
  return new TesseraError({
    code: 'CHANNEL_UNKNOWN',
    argument: `context of series "${frame.id}"`,
    expected: `the target "${channel}" that it was fitted on`,
    found: frame.targets.map(({ name }) => name).join(', '),
    wayOut: 'Give the context the targets of the fit',
  });
}
