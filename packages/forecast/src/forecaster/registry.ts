/** Forecasters by name: how a recipe, a command line or a stored result becomes a forecaster again. */
import { TesseraError } from '@tessera/core';
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
import type { Forecaster, Recipe } from './forecaster.js';

/** Options cross threads and files as plain data; every builder checks them itself. */
const builders: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Forecaster>> = {
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
};

/** Every name that `forecasterFromRecipe` knows. */
export const forecasterNames: readonly string[] = Object.freeze(Object.keys(builders));

/**
 * The forecaster that a recipe describes.
 *
 * @throws TesseraError FORECASTER_UNKNOWN, OPTIONS_INVALID
 */
export function forecasterFromRecipe(recipe: Recipe): Forecaster {
  if (Object.hasOwn(builders, recipe.name)) return builders[recipe.name](recipe.options);
  throw new TesseraError({
    code: 'FORECASTER_UNKNOWN',
    argument: 'forecaster',
    expected: `one of ${forecasterNames.join(', ')}`,
    found: JSON.stringify(recipe.name),
    wayOut: 'Use one of these names',
  });
}
