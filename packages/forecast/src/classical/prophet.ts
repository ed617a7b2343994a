/**
 * Prophet: a piecewise linear trend with calendar seasons as Fourier terms, fitted by Stan’s optimiser (`Prophet` of
 * `@bsull/augurs` with its WebAssembly build of Stan). Uses no holidays and no regressors.
 *
 * Source: Taylor and Letham, Forecasting at Scale (The American Statistician 2018).
 */
import { parseOptions, type RegularTimeAxis } from '@tessera/core';
import { z } from 'zod';
import type { TakeNote } from '../forecaster/fit-note.js';
import type { Forecaster } from '../forecaster/forecaster.js';
import { loadProphet } from './augurs.js';
import { calibratedPath, certainPath, type Path } from './calibrated-path.js';
import { type ChannelHistory, observedSteps, tooShort } from './channel-history.js';
import type { ChannelModel, MethodOptions } from './channel-model.js';
import { localForecaster } from './local-forecaster.js';
import { type ProphetParams, repeatableOptimizer } from './prophet-optimizer.js';

const schema = z.strictObject({
  changepointPriorScale: z.number().positive('a positive number').default(0.05),
  seasonalityPriorScale: z.number().positive('a positive number').default(10),
});

export interface ProphetOptions {
  /** How freely the trend changes. Default 0.05, as in Prophet. */
  readonly changepointPriorScale?: number | undefined;
  /** How strong seasons may be. Default 10, as in Prophet. */
  readonly seasonalityPriorScale?: number | undefined;
}

type Resolved = z.output<typeof schema>;

/**
 * Forecasts by Prophet with its automatic choice of yearly, weekly and daily seasons, by the length of the history in
 * calendar time. Missing values are left out, and counted. Intervals grow by noise and trend changes as in
 * Prophet, and are as wide as the errors on the held-out end of the history ask for. Needs 7 observed values and steps of
 * whole seconds.
 */
export function prophet(options: ProphetOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'prophet');
  return localForecaster({
    name: 'prophet',
    options: resolved,
    season: 'auto',
    acceptsContext: false,
    method: { fit: (history, fitOptions) => fit(history, resolved, fitOptions) },
  });
}

/** Fewer rows leave no room for a changepoint beside noise: its optimiser then often finds no descent. */
const leastValues = 7;

function fit(
  training: ChannelHistory,
  options: Resolved,
  { horizon, note }: MethodOptions,
): ChannelModel | Promise<ChannelModel> {
  const { values, time } = training;
  const observed = observedSteps(training);
  if (observed.length < leastValues) {
    throw tooShort(training, `at least ${leastValues} observed values`, `${observed.length}`);
  }
  const missing = values.length - observed.length;
  note('missing-skipped', missing, `${missing} missing values are left out of the fit.`);
  const first = values[observed[0]];
  if (observed.every((step) => values[step] === first)) {
    note('model-simplified', 1, 'All values are equal; they are repeated without a fit.');
    return certainPath(new Float64Array(horizon).fill(first), 0, horizon);
  }
  const fitPath = (part: Float64Array, steps: number) => prophetPath(part, time, steps, options, note);
  return calibratedPath({ values, gap: 0, horizon, least: leastValues, fitPath, note });
}

/** @param time of which the first step is that of the values; it may be shorter or longer than they are */
async function prophetPath(
  values: Float64Array,
  time: RegularTimeAxis,
  steps: number,
  options: Resolved,
  note: TakeNote,
): Promise<Path> {
  const rows = Array.from(values, (value, step) => ({ value, step })).filter(
    ({ value }) => !Number.isNaN(value),
  );
  const y = Float64Array.from(rows, ({ value }) => value);
  const ds = rows.map(({ step }) => secondsAt(time, step));
  const future = time.slice(0, values.length).future(steps);
  const ahead = Array.from({ length: steps }, (_, step) => secondsAt(future, step));
  const { point, params } = await optimise({ ds, y }, ahead, options, note);
  const times = ahead.map((moment) => (moment - ds[0]) / (ds[ds.length - 1] - ds[0]));
  const scale = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { point, deviation: Float64Array.from(times, (moment) => scale * deviationAt(params, moment)) };
}

async function optimise(
  data: { readonly ds: number[]; readonly y: Float64Array },
  ahead: number[],
  options: Resolved,
  note: TakeNote,
): Promise<{ readonly point: Float64Array; readonly params: ProphetParams }> {
  const { Prophet, optimizer } = await loadProphet();
  const repeatable = repeatableOptimizer(optimizer);
  const model = new Prophet({ ...options, optimizer: repeatable.optimizer, uncertaintySamples: 0 });
  try {
    // The start values are given and the method is not random; a fixed seed keeps the clock out of it.
    model.fit(data, { seed: 1 });
    const restarts = repeatable.hasRestarted() ? 1 : 0;
    note(
      'fit-restarted',
      restarts,
      'The optimiser found no descent from its own start and began again from another.',
    );
    const { trend, seasonalities } = model.predict({ ds: ahead });
    const params = repeatable.params();
    if (params === undefined) throw new Error('the optimiser was not called');
    // Summed by name, because the map’s order changes from call to call and with it the rounding of the sum.
    const parts = [...seasonalities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part.point);
    const point = Float64Array.from(trend.point, (value, step) =>
      parts.reduce((sum, part) => sum + part[step], value),
    );
    return { point, params };
  } catch (error) {
    throw repeatable.failure() ?? error;
  } finally {
    model.free();
  }
}

/**
 * Standard deviation at a time of 1 or more, in history lengths: noise, and trend changes as frequent and large as in the
 * history (section 3.1.4). Prophet simulates them; a compound Poisson process with Laplace jumps of the rate has the
 * variance `changes * 2 size^2 * ahead^3 / 3`.
 */
function deviationAt({ delta, sigma }: ProphetParams, moment: number): number {
  if (delta.length === 0) return sigma;
  const size = delta.reduce((sum, each) => sum + Math.abs(each), 0) / delta.length;
  const ahead = Math.max(0, moment - 1);
  return Math.sqrt(sigma ** 2 + (delta.length * 2 * size ** 2 * ahead ** 3) / 3);
}

function secondsAt(time: RegularTimeAxis, step: number): number {
  const seconds = time.timeAt(step) / 1000;
  if (Number.isInteger(seconds)) return seconds;
  throw new Error(`Prophet reads times of whole seconds, and step ${step} is at ${time.timeAt(step)} ms`);
}
