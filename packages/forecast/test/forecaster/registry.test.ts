import { describe, expect, it } from 'vitest';
import {
  classicalForecasters,
  forecasterFromRecipe,
  forecasterNames,
} from '../../src/forecaster/registry.js';

describe('the registry', () => {
  it('names what it knows when asked for what it does not, nearest first', () => {
    expect(() => forecasterFromRecipe({ name: 'seasonal_naive', options: {} })).toThrow(
      expect.objectContaining({ code: 'FORECASTER_UNKNOWN', wayOut: 'Did you mean seasonal-naive' }),
    );
    expect(() => forecasterFromRecipe({ name: 'toString', options: {} })).toThrow(
      `expected one of ${forecasterNames.join(', ')}, found "toString". Use one of these names.`,
    );
  });

  it('builds each forecaster with resolved options that are plain data', () => {
    for (const name of forecasterNames.filter((each) => each !== 'patch')) {
      const { recipe, name: own } = forecasterFromRecipe({ name, options: {} });
      expect(own).toBe(name);
      expect(recipe.name).toBe(name);
      expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
      expect(Object.isFrozen(recipe.options)).toBe(true);
    }
  });

  it.each(forecasterNames.filter((name) => name !== 'patch'))(
    'refuses options that %s does not have',
    (name) => {
      expect(() => forecasterFromRecipe({ name, options: { seasn: 7 } })).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      );
    },
  );

  it('gives one of each classical forecaster, all with the same season', () => {
    const all = classicalForecasters({ season: 24 });
    expect(all.map(({ name }) => name)).toEqual(forecasterNames.filter((name) => name !== 'patch'));
    const seasons = all.flatMap(({ recipe: { options } }) => options.season ?? options.window ?? []);
    expect(seasons).toEqual(Array.from({ length: 6 }, () => 24));
    expect(classicalForecasters().flatMap(({ recipe: { options } }) => options.season ?? [])).toEqual(
      Array.from({ length: 5 }, () => 'auto'),
    );
  });
});
