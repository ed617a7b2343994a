/**
 * Exponential smoothing state space models with automatic choice of error and trend (`AutoETS` of `@bsull/augurs`). That
 * library has no seasonal states yet; a season is taken out before and put in again, as for theta.
 *
 * Source: Hyndman et al., A state space framework for automatic forecasting using exponential smoothing methods (IJF 2002).
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { loadEts, readPath } from './augurs.js';
import { calibratedPath, type Path } from './calibrated-path.js';
import { type ChannelHistory, tooShort } from './channel-history.js';
import type { ChannelModel, MethodOptions } from './channel-model.js';
import { completeHistory } from './complete-history.js';
import { localForecaster } from './local-forecaster.js';
import { seasonOption } from './season-option.js';
import { findSeasonalAdjustment, withoutSeason, withSeason } from './seasonal-adjustment.js';

const schema = z.strictObject({ season: seasonOption });

export interface EtsOptions {
  /** Season in steps. Default `auto`: the usual one of the frequency. 1 for none. */
  readonly season?: number | 'auto' | undefined;
}

/** Values that the library asks for: more than 6. */
export const leastEtsValues = 7;

/**
 * Fits every admissible model with additive or multiplicative error and no, additive or damped trend, and keeps the one of
 * the least AICc. Missing values are interpolated, and counted. Intervals grow as the model
 * says, and are as wide as its errors on the held-out end of the history ask for. Needs 7 observed values.
 */
export function ets(options: EtsOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'ets');
  return localForecaster({
    name: 'ets',
    options: resolved,
    season: resolved.season,
    acceptsContext: false,
    method: { fit },
  });
}

function fit(training: ChannelHistory, { horizon, note }: MethodOptions): Promise<ChannelModel> {
  const { values, observed, gap } = completeHistory(training, note);
  if (values.length < leastEtsValues) {
    throw tooShort(training, `at least ${leastEtsValues} values`, `${values.length}`);
  }
  const fitPath = (part: Float64Array, steps: number) => seasonalPath(part, training.season, steps);
  return calibratedPath({ values, observed, gap, horizon, least: leastEtsValues, fitPath, note });
}

async function seasonalPath(values: Float64Array, length: number, steps: number): Promise<Path> {
  const season = findSeasonalAdjustment(values, length);
  const adjusted = values.map((value, step) => withoutSeason(season, value, step));
  const { point, deviation } = await etsPath(adjusted, steps);
  const isMultiplied = season.mode === 'multiplicative';
  return {
    point: point.map((value, step) => withSeason(season, value, values.length + step)),
    deviation: deviation.map((each, step) =>
      isMultiplied ? withSeason(season, each, values.length + step) : each,
    ),
  };
}

/** The path of the best model of a series without season. */
export async function etsPath(values: Float64Array, steps: number): Promise<Path> {
  const AutoETS = await loadEts();
  const scale = meanSize(values);
  const model = new AutoETS(1, 'ZZN');
  try {
    model.fit(values.map((value) => value / scale));
    return readPath(model, steps, scale);
  } finally {
    model.free();
  }
}

/** Mean absolute value, 1 where all are 0: the library’s optimiser has absolute tolerances, so scales must not differ. */
export function meanSize(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + Math.abs(value) / values.length, 0);
  return mean > 0 ? mean : 1;
}
