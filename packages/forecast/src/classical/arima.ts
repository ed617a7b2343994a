/**
 * Seasonal ARIMA with automatic orders: differences by tests, the other orders by a stepwise search, fitted by the npm
 * package `arima` (ctsa).
 *
 *   history ──cut──> differences ──search by CSS──> orders ──likelihood, where affordable──> path
 *
 * Source: Hyndman and Khandakar, Automatic Time Series Forecasting: The forecast Package for R (JSS 2008).
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { type ArimaLibrary, type ArimaMethod, type ArimaOrders, openArima } from './arima-library.js';
import { type OrderSearch, searchOrders } from './arima-orders.js';
import { calibratedPath, certainPath, type Path } from './calibrated-path.js';
import { type ChannelHistory, tooShort } from './channel-history.js';
import type { ChannelModel, MethodOptions } from './channel-model.js';
import { completeHistory } from './complete-history.js';
import { applyDifferences, continueDifferences } from './difference-model.js';
import { differenced, isConstant, seasonalDifferences, stepDifferences } from './differencing.js';
import { localForecaster } from './local-forecaster.js';
import { seasonOption } from './season-option.js';

const schema = z.strictObject({
  season: seasonOption,
  maxValues: z.int().min(50, 'at least 50 values').default(2000),
});

export interface ArimaOptions {
  /** Season in steps. Default `auto`: the usual one of the frequency. 1 for none. */
  readonly season?: number | 'auto' | undefined;
  /** The last values of the history that are used, to bound the time of a fit. Default 2000. */
  readonly maxValues?: number | undefined;
}

/** The package asks for 10 values, and for two differences more. */
const leastValues = 12;

/** Seasonal terms make states as long as the season: with one of 168 steps, 1000 values took five minutes. */
const longestSeason = 60;

/**
 * Values times squared states up to which the exact likelihood is maximised; beyond, conditional sums of squares stay.
 * About 0.2 s on a core of 2020.
 */
const likelihoodBudget = 1e6;

/** Values times season beyond which few orders are tried: there, one fit takes about 0.02 s. */
const quickFrom = 5000;

/**
 * Fits a seasonal ARIMA model with automatic orders. Missing values are interpolated, and counted; so are values before
 * the last `maxValues`. Intervals grow as the model says, and are as wide as its errors on the held-out end
 * of the history, forecast with the same orders, ask for. Needs 12 values.
 */
export function arima(options: ArimaOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'arima');
  return localForecaster({
    name: 'arima',
    options: resolved,
    season: resolved.season,
    acceptsContext: false,
    method: { fit: (history, fitOptions) => fit(history, resolved.maxValues, fitOptions) },
  });
}

function fit(
  training: ChannelHistory,
  maxValues: number,
  { horizon, note }: MethodOptions,
): ChannelModel | Promise<ChannelModel> {
  const { values, observed, gap } = completeHistory(training, note);
  if (values.length < leastValues)
    throw tooShort(training, `at least ${leastValues} values`, `${values.length}`);
  const cut = Math.max(0, values.length - maxValues);
  note(
    'history-shortened',
    cut,
    `The first ${cut} values are not used, to bound the time of the fit (maxValues).`,
  );
  const used = values.subarray(cut);
  const { season } = training;

  const D = seasonalDifferences(used, season);
  const d = stepDifferences(D === 1 ? differenced(used, season) : used, 2 - D);
  const stationary = applyDifferences(used, { d, D, season });
  if (isConstant(stationary)) {
    note('model-simplified', 1, 'The differences are all equal; they are repeated without a fit.');
    const point = continueDifferences(used, stationary[0], { d, D, season }, horizon + gap);
    return certainPath(point, gap, horizon);
  }

  const seasonalTerms = season > 1 && season <= longestSeason && used.length >= 3 * season;
  const tooLong = season > longestSeason ? 1 : 0;
  note(
    'model-simplified',
    tooLong,
    `A season of ${season} steps is only differenced; its terms would take too long.`,
  );
  const isQuick = used.length * season > quickFrom;
  const simplified = isQuick ? 1 : 0;
  note('model-simplified', simplified, 'Fits of so long a seasonal series are slow; few orders are tried.');
  const search: OrderSearch = {
    d,
    D,
    season: D === 1 || seasonalTerms ? season : 0,
    seasonalTerms,
    count: stationary.length,
    isQuick,
  };
  const library = openArima();
  const { orders, method } = chooseModel(library, standardised(used).values, search, note);
  const fitPath = (part: Float64Array, steps: number) => arimaPath(library, part, orders, method, steps);
  return calibratedPath({
    values: used,
    observed: observed.subarray(cut),
    gap,
    horizon,
    least: leastValues,
    fitPath,
    note,
  });
}

/** The best orders, and the best method that is affordable and succeeds with them. */
function chooseModel(
  library: ArimaLibrary,
  values: readonly number[],
  search: OrderSearch,
  note: MethodOptions['note'],
): { readonly orders: ArimaOrders; readonly method: ArimaMethod } {
  const varianceBy = (orders: ArimaOrders, method: ArimaMethod): number => {
    try {
      const { variance, isStable, point, deviation } = library(values, orders, method, 1);
      return isStable && Number.isFinite(point[0]) && Number.isFinite(deviation[0]) ? variance : Number.NaN;
    } catch {
      // The package refuses orders that are too many for the series; the search goes on without them.
      return Number.NaN;
    }
  };
  const orders = searchOrders(search, (candidate) => varianceBy(candidate, 'css'));
  if (orders === undefined) throw new Error('no ARIMA model could be fitted');
  const { p, q, P, Q, d, D, season } = orders;
  const states = Math.max(p + season * P, q + season * Q + 1) + d + season * D;
  if (values.length * states * states > likelihoodBudget) {
    note('model-simplified', 1, 'The likelihood would take too long; conditional sums of squares are used.');
    return { orders, method: 'css' };
  }
  if (varianceBy(orders, 'likelihood') > 0) return { orders, method: 'likelihood' };
  note('model-simplified', 1, 'The likelihood has no maximum; conditional sums of squares are used.');
  return { orders, method: 'css' };
}

function arimaPath(
  library: ArimaLibrary,
  part: Float64Array,
  orders: ArimaOrders,
  method: ArimaMethod,
  steps: number,
): Path {
  const { values, mean, size } = standardised(part);
  const { point, deviation, isStable } = library(values, orders, method, steps);
  // The chosen model is stable on the whole history; on a part of it the same orders may not be, and explode.
  if (!isStable) throw new Error('the model is not stable on a part of the history');
  return {
    point: point.map((value) => value * size + mean),
    deviation: deviation.map((value) => value * size),
  };
}

/** Values of mean 0 and deviation 1: the library’s optimiser has absolute tolerances. */
function standardised(values: Float64Array): {
  readonly values: readonly number[];
  readonly mean: number;
  readonly size: number;
} {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  const size = variance > 0 ? Math.sqrt(variance) : 1;
  return { values: Array.from(values, (value) => (value - mean) / size), mean, size };
}
