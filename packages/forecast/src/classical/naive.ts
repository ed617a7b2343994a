/**
 * The last observed value, repeated. What every other forecaster has to beat on series without season or trend.
 *
 * Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { localForecaster } from './local-forecaster.js';
import { repeatEarlier } from './repeat-earlier.js';

const schema = z.strictObject({});

/**
 * Repeats the last observed value. Missing values at the end are looked behind and counted. Intervals: split-conformal on
 * the differences of values as many steps apart. Needs two observed values one step apart.
 */
export function naive(options: object = {}): Forecaster {
  return localForecaster({
    name: 'naive',
    options: parseOptions(schema, options, 'naive'),
    season: 'auto',
    acceptsContext: true,
    method: { fit: (history) => repeatEarlier(history, 1) },
  });
}
