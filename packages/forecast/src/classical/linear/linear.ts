/**
 * Two linear forecasters whose weights are solved for, not trained: every step ahead is a linear function of the last L
 * values, shared by all series and channels or one per channel. NLinear looks at values relative to the last one; DLinear
 * at a moving average and the rest, which in closed form is a matter of the penalty alone.
 *
 * Sources: Zeng et al., Are Transformers Effective for Time Series Forecasting? (AAAI 2023); Toner and Darlow, An Analysis
 * of Linear Time Series Forecasting Models (ICML 2024) for the closed form.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../../forecaster/forecaster.js';
import { linearForecaster } from './linear-forecaster.js';

const lookback = "a whole number of steps of at least 1, or 'auto'";
const ridge = "a number of at least 0, or 'auto'";
const shared = {
  lookback: z.union([z.literal('auto'), z.int(lookback).min(1, lookback)], lookback).default('auto'),
  ridge: z.union([z.literal('auto'), z.number(ridge).min(0, ridge)], ridge).default('auto'),
  weights: z.enum(['shared', 'channel'], "'shared' or 'channel'").default('shared'),
};
const nlinearSchema = z.strictObject(shared);
const dlinearSchema = z.strictObject({
  ...shared,
  kernel: z
    .int('a whole number of steps')
    .min(1, 'at least 1 step')
    .refine((kernel) => kernel % 2 === 1, 'an odd number of steps')
    .default(25),
});

export interface NLinearOptions {
  /** Steps looked back on. Default `auto`: 336 as in the paper, less where the shortest series has no room for it. */
  readonly lookback?: number | 'auto' | undefined;
  /**
   * Penalty on squared weights, relative to the inputs’ variance. Default `auto`: the power of ten from 1e-6 to 10 that
   * forecasts the last fifth of each series best from what came before.
   */
  readonly ridge?: number | 'auto' | undefined;
  /** Whether all channels share weights, or each channel name has its own. Default `shared`. */
  readonly weights?: 'shared' | 'channel' | undefined;
}

export interface DLinearOptions extends NLinearOptions {
  /** Steps of the moving average, odd. Default 25, as in the paper. */
  readonly kernel?: number | undefined;
}

/**
 * NLinear in closed form. Missing inputs are filled from before, and counted; windows with missing outputs are left out.
 * Intervals: split-conformal on the last fifth of each series, forecast with weights that did not see it. Covariates are
 * not used. Needs series longer than lookback and horizon together; forecasts no further than it was fitted for.
 */
export function nlinear(options: NLinearOptions = {}): Forecaster {
  const resolved = parseOptions(nlinearSchema, options, 'nlinear');
  return linearForecaster({ name: 'nlinear', options: resolved, ...resolved, relative: true });
}

/** DLinear in closed form; otherwise as `nlinear`. */
export function dlinear(options: DLinearOptions = {}): Forecaster {
  const resolved = parseOptions(dlinearSchema, options, 'dlinear');
  return linearForecaster({ name: 'dlinear', options: resolved, ...resolved, relative: false });
}
