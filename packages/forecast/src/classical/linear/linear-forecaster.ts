/**
 * The forecaster around the closed-form linear map: one map per group of channels, over all series. It keeps the last L
 * values of each series and nothing else of them, and forecasts from any other history of at least L steps.
 */
import { setImmediate } from 'node:timers/promises';
import { progressReporter, type SeriesSet, TesseraError, throwIfAborted } from '@tessera/core';
import { Forecast, type SeriesForecast } from '../../forecast/forecast.js';
import { covariateNotes } from '../../forecaster/covariate-notes.js';
import type { FitNote } from '../../forecaster/fit-note.js';
import type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from '../../forecaster/forecaster.js';
import { type PredictRequest, resolveFitHorizon, resolvePredict } from '../../forecaster/predict-request.js';
import { conformalQuantiles } from '../../intervals/conformal-forecast.js';
import { type ChannelHistory, channelHistories, tooShort } from '../channel-history.js';
import { combinedFailure, seriesFailure } from '../fit-failures.js';
import { noteTaker } from '../fit-notes.js';
import { fitLinear, type LinearGroup, type LinearSettings } from './fit-linear.js';
import { applyMap, hasEnough, type StepErrorTable } from './linear-errors.js';
import { type LinearSeries, linearSeries, type Scale } from './linear-series.js';
import { movingAverageMetric } from './moving-average-metric.js';

export interface LinearForecasterOptions {
  readonly name: string;
  readonly options: Recipe['options'];
  readonly lookback: number | 'auto';
  readonly ridge: number | 'auto';
  readonly weights: 'shared' | 'channel';
  /** Steps of the moving average of DLinear. Default none. */
  readonly kernel?: number;
  /** Whether windows are seen relative to their last value. */
  readonly relative: boolean;
}

/** What is known of a channel that was fitted. */
interface FittedSeries extends Scale {
  readonly history: ChannelHistory;
  readonly errors: StepErrorTable;
}

/** As in the paper, table 2. */
const longestLookback = 336;

export function linearForecaster(options: LinearForecasterOptions): Forecaster {
  const { name } = options;
  const recipe: Recipe = Object.freeze({ name, options: Object.freeze({ ...options.options }) });
  return {
    name,
    recipe,
    scope: 'global',
    acceptsContext: true,
    fit: (set, fitOptions = {}) => fitSet(set, options, recipe, fitOptions),
  };
}

async function fitSet(
  set: SeriesSet,
  options: LinearForecasterOptions,
  recipe: Recipe,
  { horizon: wanted, signal, onProgress }: FitOptions,
): Promise<FittedForecaster> {
  const { name, kernel, relative, ridge, weights } = options;
  throwIfAborted(signal, `fit ${name}`);
  const notes: FitNote[] = covariateNotes(set, name);
  const series = prepare(set, name, weights, notes);
  const season = series.reduce((most, { history }) => Math.max(most, history.season), 1);
  const horizon = resolveFitHorizon(name, wanted, season);
  const lookback = options.lookback === 'auto' ? roomFor(series, horizon) : options.lookback;
  checkLengths(series, lookback, name, set.size);
  const metric = kernel === undefined ? undefined : movingAverageMetric(lookback, kernel);
  const settings: LinearSettings = { lookback, horizon, ridge, isRelative: relative, metric };

  const groups = new Map<string, LinearGroup>();
  const fitted = new Map<string, FittedSeries>();
  const names = [...new Set(series.map(({ group }) => group))];
  const report = progressReporter(`fit ${name}`, names.length, onProgress);
  for (const group of names) {
    await setImmediate();
    throwIfAborted(signal, `fit ${name}`);
    const members = series.filter((each) => each.group === group);
    const solved = solveGroup(members, settings, name);
    groups.set(group, solved);
    members.forEach(({ history, location, scale }, i) => {
      const own = solved.errors[i];
      const errors = hasEnough(own) || members.length === 1 ? own : solved.pooled;
      if (errors !== own) notePooled(notes, history, own[0].length);
      if (!solved.isHeldOut) noteNotHeldOut(notes, history);
      fitted.set(keyOf(history), { history: lastOf(history, lookback), location, scale, errors });
    });
    report(group === '' ? name : group);
  }
  throwIfAborted(signal, `fit ${name}`);
  return new FittedLinear(options, recipe, settings, groups, fitted, notes);
}

class FittedLinear implements FittedForecaster {
  readonly name: string;
  readonly recipe: Recipe;
  readonly acceptsContext = true;
  readonly notes: readonly FitNote[];
  readonly #weights: LinearForecasterOptions['weights'];
  readonly #settings: LinearSettings;
  readonly #groups: ReadonlyMap<string, LinearGroup>;
  readonly #fitted: ReadonlyMap<string, FittedSeries>;

  constructor(
    { name, weights }: LinearForecasterOptions,
    recipe: Recipe,
    settings: LinearSettings,
    groups: ReadonlyMap<string, LinearGroup>,
    fitted: ReadonlyMap<string, FittedSeries>,
    notes: readonly FitNote[],
  ) {
    this.name = name;
    this.recipe = recipe;
    this.notes = Object.freeze([...notes]);
    this.#weights = weights;
    this.#settings = settings;
    this.#groups = groups;
    this.#fitted = fitted;
  }

  async predict(options: PredictOptions = {}): Promise<Forecast> {
    const { horizon: longest } = this.#settings;
    const request = resolvePredict(this.name, options, longest, longest);
    const notes: FitNote[] = [];
    const histories =
      options.context === undefined
        ? groupById([...this.#fitted.values()].map(({ history }) => history))
        : options.context.frames.map((frame) => channelHistories(frame, 'auto'));
    const series = histories.map((channels) => this.#forecastSeries(channels, request, notes));
    const { horizon, levels, quantileLevels } = request;
    return new Forecast({ model: this.name, horizon, levels, quantileLevels, series, notes });
  }

  #forecastSeries(
    channels: readonly ChannelHistory[],
    request: PredictRequest,
    notes: FitNote[],
  ): SeriesForecast {
    const { horizon, quantileLevels } = request;
    const width = channels.length;
    const depth = quantileLevels.length;
    const point = new Float64Array(horizon * width);
    const quantiles = new Float64Array(horizon * width * depth);
    channels.forEach((history, column) => {
      const answer = this.#forecastChannel(history, request, notes);
      for (let step = 0; step < horizon; step++) {
        const cell = step * width + column;
        point[cell] = answer.point[step];
        for (let q = 0; q < depth; q++) quantiles[cell * depth + q] = answer.quantiles[step * depth + q];
      }
    });
    const [{ id, time }] = channels;
    return {
      id,
      time: time.future(horizon),
      channels: channels.map(({ channel }) => channel),
      point,
      quantiles,
    };
  }

  #forecastChannel(history: ChannelHistory, { horizon, quantileLevels }: PredictRequest, notes: FitNote[]) {
    const { lookback, isRelative } = this.#settings;
    const { map, pooled } = this.#group(history);
    const known = this.#fitted.get(keyOf(history));
    const note = noteTaker(notes, history);
    const { values, filled, location, scale } = linearSeries(history, '', known);
    if (values.length < lookback) {
      throw tooShort(history, `at least ${lookback} steps to look back on`, `${values.length}`);
    }
    note(
      'interpolated',
      filled,
      `${filled} missing values are filled from before, a season earlier where there is one.`,
    );
    const point = new Float64Array(horizon);
    applyMap(map, values, values.length, isRelative, point);
    const errors = known?.errors ?? pooled;
    const errorsAt = (step: number) => ({ sorted: errors[step], stretch: 1 });
    const quantiles = conformalQuantiles({ point, errorsAt, quantileLevels, note });
    const unscale = (value: number) => location + scale * value;
    return { point: point.map(unscale), quantiles: quantiles.map(unscale) };
  }

  #group({ id, channel }: ChannelHistory): LinearGroup {
    const group = this.#groups.get(this.#weights === 'shared' ? '' : channel);
    if (group !== undefined) return group;
    throw new TesseraError({
      code: 'CHANNEL_UNKNOWN',
      argument: `target of series "${id}"`,
      expected: `one of ${[...this.#groups.keys()].join(', ')}, which have weights`,
      found: `"${channel}"`,
      wayOut: 'Fit on this channel too, or with { weights: "shared" }',
    });
  }
}

function prepare(
  set: SeriesSet,
  name: string,
  weights: LinearForecasterOptions['weights'],
  notes: FitNote[],
): LinearSeries[] {
  const failures: TesseraError[] = [];
  const series = set.frames.flatMap((frame) => {
    try {
      return channelHistories(frame, 'auto').map((history) =>
        linearSeries(history, weights === 'shared' ? '' : history.channel),
      );
    } catch (error) {
      failures.push(seriesFailure(name, frame, error));
      return [];
    }
  });
  if (failures.length > 0) throw combinedFailure(name, failures, set.size);
  for (const { history, filled } of series) {
    noteTaker(notes, history)(
      'interpolated',
      filled,
      `${filled} missing values are filled from before; windows whose outputs they are are left out.`,
    );
  }
  return series;
}

/** A lookback that leaves the shortest series as many steps for windows, besides a horizon to fit and one to hold out. */
function roomFor(series: readonly LinearSeries[], horizon: number): number {
  const shortest = series.reduce(
    (least, { values }) => Math.min(least, values.length),
    Number.POSITIVE_INFINITY,
  );
  return Math.max(1, Math.min(longestLookback, Math.floor((shortest - 2 * horizon) / 2)));
}

function checkLengths(series: readonly LinearSeries[], lookback: number, name: string, size: number): void {
  const failures = series
    .filter(({ values }) => values.length < lookback)
    .map(({ history, values }) =>
      tooShort(history, `at least ${lookback} steps to look back on`, `${values.length}`),
    );
  if (failures.length > 0) throw combinedFailure(name, failures, size);
}

function solveGroup(members: readonly LinearSeries[], settings: LinearSettings, name: string): LinearGroup {
  const solved = tryFit(members, settings, name);
  if (solved !== undefined) return solved;
  const { lookback, horizon } = settings;
  const [longest] = [...members].sort((a, b) => b.values.length - a.values.length);
  throw tooShort(
    longest.history,
    `a window of ${lookback} steps to look back on and ${horizon} observed steps after them, to fit ${name}`,
    `none in ${longest.values.length} steps`,
  );
}

function tryFit(
  members: readonly LinearSeries[],
  settings: LinearSettings,
  name: string,
): LinearGroup | undefined {
  try {
    return fitLinear(members, settings);
  } catch (cause) {
    throw new TesseraError({
      code: 'FIT_FAILED',
      argument: `fit of ${name} with ridge ${settings.ridge}`,
      expected: 'windows that determine the weights',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Use a larger ridge, or ridge: "auto"',
      cause,
    });
  }
}

function keyOf({ id, channel }: ChannelHistory): string {
  return JSON.stringify([id, channel]);
}

function groupById(histories: readonly ChannelHistory[]): ChannelHistory[][] {
  const byId = new Map<string, ChannelHistory[]>();
  for (const history of histories) byId.set(history.id, [...(byId.get(history.id) ?? []), history]);
  return [...byId.values()];
}

/** The end of a history from which it is forecast; longer where missing values are filled from before it. */
function lastOf(history: ChannelHistory, lookback: number): ChannelHistory {
  const { values, time, season } = history;
  const from = Math.max(0, values.length - lookback - season);
  if (values.subarray(from).some(Number.isNaN)) return history;
  return { ...history, values: values.slice(from), time: time.slice(from, values.length) };
}

function notePooled(notes: FitNote[], { id, channel }: ChannelHistory, own: number): void {
  const detail = `The series has ${own} held-out errors per step; intervals rest on those of all series, on its scale.`;
  notes.push({ kind: 'residuals-pooled', id, channel, count: 1, detail });
}

function noteNotHeldOut(notes: FitNote[], { id, channel }: ChannelHistory): void {
  const detail =
    'The series are too short to hold out a part: intervals rest on errors of the fit itself, and may be too narrow.';
  notes.push({ kind: 'few-residuals', id, channel, count: 1, detail });
}
