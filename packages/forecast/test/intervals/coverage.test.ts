/**
 * Whether intervals hold what they promise, where the promise can be kept: on series of independent values every error is
 * exchangeable with past ones. The bound is three and a half standard errors of the mean over series.
 */
import { describe, expect, it } from 'vitest';
import { seasonalNaive } from '../../src/classical/seasonal-naive.js';
import { windowMean } from '../../src/classical/window-mean.js';
import type { Forecaster } from '../../src/forecaster/forecaster.js';
import { forecasterFromRecipe, forecasterNames } from '../../src/forecaster/registry.js';
import { withConformalIntervals } from '../../src/intervals/conformal-forecaster.js';
import { daily, noise, setOf } from '../classical/example-sets.js';

const horizon = 7;
const length = 120;

/** Mean coverage over series and its standard error. */
async function coverageOf(forecaster: Forecaster, series: number, level: number) {
  const all = Array.from({ length: series }, (_, i) => noise(length + horizon, i));
  const set = setOf(...all.map((values, i) => daily(`s${i}`, values.subarray(0, length))));
  const forecast = await (await forecaster.fit(set, { horizon })).predict({ levels: [level] });
  const shares = all.map((values, i) => {
    const { lower, upper } = forecast.interval(`s${i}`, level);
    let covered = 0;
    for (let h = 0; h < horizon; h++) {
      const truth = values[length + h];
      if (truth >= lower[h] && truth <= upper[h]) covered += 1;
    }
    return covered / horizon;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / series;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (series - 1);
  return { mean: 100 * mean, error: 100 * Math.sqrt(variance / series) };
}

/** Fits of wrapped libraries take long. */
const seriesOf: Readonly<Record<string, number>> = { arima: 40, prophet: 50, ets: 100, mstl: 100 };

describe('intervals of 80 %', () => {
  it.each(forecasterNames.filter((name) => name !== 'patch'))('of %s hold about as much', async (name) => {
    const forecaster = forecasterFromRecipe({ name, options: {} });
    const { mean, error } = await coverageOf(forecaster, seriesOf[name] ?? 300, 80);
    expect(error).toBeLessThan(4);
    expect(Math.abs(mean - 80)).toBeLessThan(3.5 * error);
  });

  it.each([
    ['the mean', windowMean({ window: 10 })],
    ['a forecaster of seasons', seasonalNaive()],
  ])('that are put around %s hold about as much', async (_, forecaster) => {
    for (const errors of ['symmetric', 'signed'] as const) {
      const wrapped = withConformalIntervals(forecaster, { windows: 39, step: 1, errors });
      const { mean, error } = await coverageOf(wrapped, 200, 80);
      expect(Math.abs(mean - 80)).toBeLessThan(3.5 * error);
    }
  });
});
