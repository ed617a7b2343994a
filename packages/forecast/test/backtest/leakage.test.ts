import { describe, expect, it } from 'vitest';
import { type Forecaster, forecasterFromRecipe, forecasterNames, naive } from '../../src/index.js';
import { forecastsWithPlantedFuture, plantFuture } from './planted-future.js';
import { smallPatch } from './small-patch.js';
import { cheatingForecaster, peepingForecaster, testForecaster } from './test-forecasters.js';
import { weeklySet } from './test-sets.js';

const set = weeklySet(3, 70);
const options = { horizon: 7, workers: 0 } as const;

describe('a planted future', () => {
  it('differs from the true one in targets and past covariates, from the cut on', () => {
    const planted = plantFuture(set, 63);
    expect(planted.frames[0].slice(0, 63).withInterventions([]).equals(set.frames[0].slice(0, 63))).toBe(
      true,
    );
    for (const name of ['y', 'p']) {
      const change = planted.frames[0]
        .channel(name)
        .values.map((v, t) => v - set.frames[0].channel(name).values[t]);
      expect(change[62]).toBe(0);
      expect(change[63]).toBeCloseTo(1e6, 6);
      expect(change[69]).toBeCloseTo(1e3, 6);
    }
    expect([...planted.frames[0].channel('f').values]).toEqual([...set.frames[0].channel('f').values]);
  });

  const blind: readonly (readonly [string, () => Forecaster])[] = [
    ...forecasterNames.map(
      (name) =>
        [name, () => forecasterFromRecipe({ name, options: name === 'patch' ? smallPatch : {} })] as const,
    ),
    ['a global forecaster', () => testForecaster({ scope: 'global' })],
    [
      'a forecaster that reads past covariates',
      () => testForecaster({ point: (history) => history.channel('p').values.reduce((a, b) => a + b, 0) }),
    ],
    ['one that looks behind the memory it was given', () => peepingForecaster()],
  ];

  it.each(blind)('leaves the forecasts of %s as they were, to the byte', async (_, forecasterOf) => {
    for (const change of [{}, { gap: 2, strategy: { sliding: 30 } }]) {
      const { asItCame, planted, forecasts } = await forecastsWithPlantedFuture(forecasterOf, set, {
        ...options,
        ...change,
      });
      // A fit may fail, on the same grounds both times; where most of them do, nothing is proved.
      expect(forecasts).toBeGreaterThan(set.size / 2);
      expect(planted.equals(asItCame)).toBe(true);
    }
  });

  it('is the same proof in worker threads', async () => {
    const { asItCame, planted } = await forecastsWithPlantedFuture(() => naive(), set, {
      ...options,
      workers: 1,
    });
    expect(planted.equals(asItCame)).toBe(true);
  });

  it('shows up in what a cheating forecaster says', async () => {
    const { asItCame, planted } = await forecastsWithPlantedFuture(cheatingForecaster, set, options);
    expect(planted.equals(asItCame)).toBe(false);
  });
});
