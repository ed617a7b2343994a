/**
 * The last observed season, repeated: the reference of seasonal series, and what MASE scales by.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { localForecaster } from './local-forecaster.js';
import { repeatEarlier } from './repeat-earlier.js';
import { seasonOption } from './season-option.js';

const schema = z.strictObject({ season: seasonOption });

export interface SeasonalNaiveOptions {
  /** Season in steps. Default `auto`: the usual one of the frequency, e.g. 24 for hours; without one it is naive. */
  readonly season?: number | 'auto' | undefined;
}

/**
 * Repeats each position of the season as last observed; positions that are missing in the last season are looked up in
 * the one before and counted. Intervals: split-conformal on the differences of values whole seasons apart. Needs two
 * observed values one season apart, and each position once.
 */
export function seasonalNaive(options: SeasonalNaiveOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'seasonal-naive');
  return localForecaster({
    name: 'seasonal-naive',
    options: resolved,
    season: resolved.season,
    acceptsContext: true,
    method: { fit: (history) => repeatEarlier(history, history.season) },
  });
}
