/** MASE and RMSSE against values computed by hand, and when a window has no scale. */
import { describe, expect, it } from 'vitest';
import { mase, rmsse } from '../../src/metrics/scaled-errors.js';
import { metricInput } from './metric-inputs.js';

const { NaN: missing } = Number;

// Season 2. Changes |4 - 1| = 3, |3 - 2| = 1, then 9 - missing, 4 - 3 = 1: pairs 3, 1, 1.
const insample = [1, 2, 4, 3, missing, 4];
// Errors 1, hidden, 3.
const window = metricInput({ actual: [5, null, 7], point: [4, 0, 10], insample, season: 2 });

describe('MASE', () => {
  it('divides the mean absolute error by that of the seasonal naive forecast in the sample', () => {
    // Errors (1 + 3) / 2 = 2; scale (3 + 1 + 1) / 3 = 5 / 3; 2 / (5 / 3) = 1.2.
    expect(mase.statistic(window).sum).toBeCloseTo(1.2, 14);
    expect(mase.statistic(window).weight).toBe(1);
  });

  it('uses neighbours where there is no season', () => {
    // |2 - 1| + |4 - 2| + |3 - 4| = 4 over 3 pairs; the last value has no observed neighbour. 2 / (4 / 3) = 1.5.
    expect(mase.statistic({ ...window, season: 1 }).sum).toBeCloseTo(1.5, 14);
  });

  it('averages windows whatever their length', () => {
    // A window of one step with error 4 and scale 5 / 3: 2.4. Mean of 1.2 and 2.4.
    const short = metricInput({ actual: [8], point: [4], insample, season: 2 });
    expect(mase.aggregate([window, short].map(mase.statistic))).toBeCloseTo(1.8, 14);
  });
});

describe('RMSSE', () => {
  it('divides the mean squared error by that of the seasonal naive forecast, and takes the root', () => {
    // Errors (1 + 9) / 2 = 5; scale (9 + 1 + 1) / 3 = 11 / 3; sqrt(15 / 11).
    expect(rmsse.statistic(window).sum).toBeCloseTo(Math.sqrt(15 / 11), 14);
    expect(rmsse.statistic(window).weight).toBe(1);
  });
});

describe.each([mase, rmsse])('$name', (metric) => {
  it.each([
    ['the sample is empty', []],
    ['the sample is not longer than a season', [1, 2]],
    ['no pair one season apart was observed', [1, missing, missing, 4]],
    ['the sample repeats exactly', [1, 2, 1, 2, 1]],
    ['the changes are too large to be squared or summed', [-1.7e308, 0, 1.7e308, 0]],
  ])('has no weight where %s', (_, values) => {
    const input = metricInput({ actual: [5], point: [4], insample: values, season: 2 });
    expect(metric.statistic(input)).toEqual({ sum: 0, weight: 0 });
  });

  it('leaves windows without weight out of the mean', () => {
    const flat = metricInput({ actual: [5], point: [4], insample: [1, 1, 1], season: 2 });
    const alone = metric.aggregate([metric.statistic(window)]);
    expect(metric.aggregate([window, flat].map(metric.statistic))).toBe(alone);
  });

  it.each([0, 1.5, -1, missing])('refuses a season of %s', (season) => {
    expect(() => metric.statistic({ ...window, season })).toThrowError(
      `METRIC_INPUT_INVALID: season: expected a whole number of at least 1, found ${season}. ` +
        'Give 1 for a series without season.',
    );
  });

  it('refuses an infinite training value', () => {
    const input = { ...window, insample: Float64Array.of(1, Number.NEGATIVE_INFINITY) };
    expect(() => metric.statistic(input)).toThrowError(
      'METRIC_INPUT_INVALID: insample[1]: expected a finite number or NaN, found -Infinity. ' +
        'Mark it missing with NaN.',
    );
  });
});
