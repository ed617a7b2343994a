/** MSE, MAE, RMSE, sMAPE and WAPE against values computed by hand. */
import { describe, expect, it } from 'vitest';
import { mae, mse, rmse } from '../../src/metrics/point-errors.js';
import { smape } from '../../src/metrics/smape.js';
import { wape } from '../../src/metrics/wape.js';
import { metricInput } from './metric-inputs.js';

// Errors 1 - 2 = -1, hidden, 4 - 1 = 3, -2 - 0 = -2.
const first = metricInput({ actual: [1, null, 4, -2], point: [2, 100, 1, 0] });
// Error 10 - 4 = 6.
const second = metricInput({ actual: [10], point: [4] });

describe('MSE, MAE and RMSE', () => {
  it('sum over observed steps and divide by how many there are', () => {
    // 1 + 9 + 4 = 14 over 3 steps; 36 over 1.
    expect(mse.statistic(first)).toEqual({ sum: 14, weight: 3 });
    expect(mse.aggregate([mse.statistic(first)])).toBe(14 / 3);
    // 1 + 3 + 2 = 6 over 3 steps.
    expect(mae.statistic(first)).toEqual({ sum: 6, weight: 3 });
    expect(mae.aggregate([mae.statistic(first)])).toBe(2);
  });

  it('pool the steps of all windows', () => {
    // (14 + 36) / (3 + 1) = 12.5, not the mean 20.33 of the windows’ 4.67 and 36.
    expect(mse.aggregate([first, second].map(mse.statistic))).toBe(12.5);
    // (6 + 6) / 4 = 3, not the mean 4 of the windows’ 2 and 6.
    expect(mae.aggregate([first, second].map(mae.statistic))).toBe(3);
    // The root of 12.5, not the mean of the roots.
    expect(rmse.aggregate([first, second].map(rmse.statistic))).toBe(Math.sqrt(12.5));
  });

  it('are infinite for an infinite forecast', () => {
    const input = metricInput({ actual: [1, 2], point: [1, Number.NEGATIVE_INFINITY] });
    for (const metric of [mse, mae, rmse, wape]) {
      expect(metric.aggregate([metric.statistic(input)])).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

describe('sMAPE', () => {
  it('is 200 |y - f| / (|y| + |f|) over observed steps', () => {
    // 200 · 1 / 3 = 66.67, 200 · 3 / 5 = 120, 200 · 2 / 2 = 200; mean 386.67 / 3 = 128.89.
    expect(smape.aggregate([smape.statistic(first)])).toBeCloseTo(128.888_888_889, 9);
  });

  it('averages windows whatever their length', () => {
    // 128.89 as above, 200 · 6 / 14 = 85.71; mean 107.30. Pooled steps would give 118.10.
    expect(smape.aggregate([first, second].map(smape.statistic))).toBeCloseTo(107.301_587_302, 9);
  });

  it('reproduces the published M4 total of Naive2 from its values by frequency', () => {
    // Makridakis et al. (IJF 2020): series, sMAPE; horizons 6, 8, 18, 13, 14 and 48. Total 13.564.
    const published = [
      [23_000, 16.342],
      [24_000, 11.012],
      [48_000, 14.427],
      [359, 9.161],
      [4_227, 3.045],
      [414, 18.383],
    ] as const;
    const parts = published.flatMap(([series, value]) =>
      Array.from({ length: series }, () => ({ sum: value, weight: 1 })),
    );
    expect(smape.aggregate(parts)).toBeCloseTo(13.564, 3);
  });

  it('counts a zero forecast of a zero as no error', () => {
    // 0 and 200 · 1 / 1 = 200; mean 100.
    const input = metricInput({ actual: [0, 0], point: [0, 1] });
    expect(smape.statistic(input)).toEqual({ sum: 100, weight: 1 });
    expect(smape.statistic(metricInput({ actual: [0], point: [-0] }))).toEqual({ sum: 0, weight: 1 });
  });

  it('is 200 at most, also for an infinite forecast', () => {
    const input = metricInput({ actual: [1, -3], point: [Number.POSITIVE_INFINITY, 5] });
    expect(smape.statistic(input)).toEqual({ sum: 200, weight: 1 });
  });
});

describe('WAPE', () => {
  it('divides all absolute errors by all absolute truths', () => {
    // (1 + 3 + 2) / (1 + 4 + 2) = 6 / 7; with the second window (6 + 6) / (7 + 10) = 12 / 17.
    expect(wape.statistic(first)).toEqual({ sum: 6, weight: 7 });
    expect(wape.aggregate([first, second].map(wape.statistic))).toBe(12 / 17);
  });

  it('counts the errors of a window of zeros in the pool, although the window has no value of its own', () => {
    const zeros = metricInput({ actual: [0, 0], point: [1, 2] });
    expect(wape.aggregate([wape.statistic(zeros)])).toBeNaN();
    // (6 + 3) / (10 + 0).
    expect(wape.aggregate([second, zeros].map(wape.statistic))).toBe(0.9);
  });
});
