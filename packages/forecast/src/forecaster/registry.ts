/** Forecasters by name: how a recipe, a command line or a stored result becomes a forecaster again. */
import { TesseraError } from '@tessera/core';
import { naive } from '../classical/naive.js';
import { seasonalNaive } from '../classical/seasonal-naive.js';
import type { Forecaster, Recipe } from './forecaster.js';

/** Options cross threads and files as plain data; every builder checks them itself. */
const builders: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => Forecaster>> = {
  naive,
  'seasonal-naive': seasonalNaive,
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
