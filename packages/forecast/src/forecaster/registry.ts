/** Forecasters by name: how a recipe, a command line or a stored result becomes a forecaster again. */
import { nearNames, TesseraError } from '@tessera/core';
import { arima } from '../classical/arima.js';
import { drift } from '../classical/drift.js';
import { ets } from '../classical/ets.js';
import { dlinear, nlinear } from '../classical/linear/linear.js';
import { mstl } from '../classical/mstl.js';
import { naive } from '../classical/naive.js';
import { prophet } from '../classical/prophet.js';
import { seasonalNaive } from '../classical/seasonal-naive.js';
import { theta } from '../classical/theta.js';
import { windowMean } from '../classical/window-mean.js';
import { conformalFromOptions, conformalName } from '../intervals/conformal-forecaster.js';
import { patchForecasterFromOptions } from '../patch/patch-forecaster.js';
import type { Forecaster, Recipe } from './forecaster.js';

/** Options cross threads and files as plain data; every builder checks them itself. */
const builders: Readonly<Record<string, (options: Recipe['options']) => Forecaster>> = {
  naive,
  'seasonal-naive': seasonalNaive,
  drift,
  'window-mean': windowMean,
  theta,
  nlinear,
  dlinear,
  mstl,
  ets,
  prophet,
  arima,
  patch: patchForecasterFromOptions,
};

/** Every name that `forecasterFromRecipe` builds without any option; `conformal` needs the forecaster it wraps. */
export const forecasterNames: readonly string[] = Object.freeze(Object.keys(builders));

/**
 * The forecaster that a recipe describes.
 *
 * @throws TesseraError FORECASTER_UNKNOWN, OPTIONS_INVALID
 */
export function forecasterFromRecipe({ name, options }: Recipe): Forecaster {
  if (name === conformalName) return conformalFromOptions(options, forecasterFromRecipe);
  if (Object.hasOwn(builders, name)) return builders[name](options);
  const near = nearNames(name, forecasterNames);
  throw new TesseraError({
    code: 'FORECASTER_UNKNOWN',
    argument: 'forecaster',
    expected: `one of ${forecasterNames.join(', ')}`,
    found: JSON.stringify(name),
    wayOut: near.length === 0 ? 'Use one of these names' : `Did you mean ${near.join(' or ')}`,
  });
}

/**
 * One of each classical forecaster, in the order of `forecasterNames`; the neural one is not among them.
 *
 * @param options.season in steps, for those that take one; default the usual one of each series’ frequency
 * @throws TesseraError OPTIONS_INVALID
 */
export function classicalForecasters({
  season,
}: {
  readonly season?: number | undefined;
} = {}): Forecaster[] {
  const seasonal = season === undefined ? {} : { season };
  return [
    naive(),
    seasonalNaive(seasonal),
    drift(),
    windowMean(season === undefined ? {} : { window: season }),
    theta(seasonal),
    nlinear(),
    dlinear(),
    mstl(seasonal),
    ets(seasonal),
    prophet(),
    arima(seasonal),
  ];
}
