/** Coverage, width and MSIS against values computed by hand. */
import { describe, expect, it } from 'vitest';
import { coverage, intervalWidth, msis } from '../../src/metrics/intervals.js';
import { metricInput } from './metric-inputs.js';

// Intervals of 80 %: [0, 10] holds 10 on its bound, hidden, [2, 4] lies 3 above -1, [5, 6] lies 2 below 8.
const window = metricInput({
  actual: [10, null, -1, 8],
  quantileLevels: [0.1, 0.9],
  quantiles: [
    [0, 10],
    [0, 0],
    [2, 4],
    [5, 6],
  ],
  insample: [1, 3, 2, 5],
});
const { POSITIVE_INFINITY: infinity } = Number;

describe('coverage', () => {
  it('is the share of observed steps in the interval, bounds included', () => {
    expect(coverage(80).statistic(window)).toEqual({ sum: 1, weight: 3 });
    const onLowerBound = metricInput({ actual: [2], quantileLevels: [0.1, 0.9], quantiles: [[2, 4]] });
    expect(coverage(80).statistic(onLowerBound)).toEqual({ sum: 1, weight: 1 });
  });

  it('is best at its level', () => {
    expect(coverage(80).better).toEqual({ ideal: 0.8 });
    expect(coverage(97.5).name).toBe('coverage-97.5');
  });

  it('asks for the quantiles that bound the interval', () => {
    expect(coverage(80).quantileLevels).toEqual([0.1, 0.9]);
    expect(intervalWidth(95).quantileLevels).toEqual([0.025, 0.975]);
    expect(msis(50).quantileLevels).toEqual([0.25, 0.75]);
  });
});

describe('interval width', () => {
  it('is the mean distance of the bounds', () => {
    // 10 + 2 + 1 = 13 over 3 steps.
    expect(intervalWidth(80).statistic(window)).toEqual({ sum: 13, weight: 3 });
  });
});

describe('MSIS', () => {
  it('adds 2 / alpha of what lies outside to the width, and divides by the in-sample error', () => {
    // alpha 0.2, so 2 / alpha = 10. Scores 10, 2 + 10 · 3 = 32, 1 + 10 · 2 = 21; mean 21.
    // Scale (2 + 1 + 3) / 3 = 2. 21 / 2 = 10.5.
    expect(msis(80).statistic(window)).toEqual({ sum: 10.5, weight: 1 });
  });

  it('averages windows whatever their length, and leaves out those without a scale', () => {
    // A covered window of width 4 over scale 2: 2. Mean of 10.5 and 2.
    const covered = metricInput({
      actual: [1],
      quantileLevels: [0.1, 0.9],
      quantiles: [[0, 4]],
      insample: [1, 3, 2, 5],
    });
    const flat = { ...covered, insample: Float64Array.of(7, 7) };
    expect(msis(80).statistic(flat)).toEqual({ sum: 0, weight: 0 });
    expect(msis(80).aggregate([window, covered, flat].map(msis(80).statistic))).toBe(6.25);
  });
});

describe('an unbounded interval', () => {
  const open = metricInput({
    actual: [1],
    quantileLevels: [0.1, 0.9],
    quantiles: [[-infinity, infinity]],
    insample: [1, 2],
  });

  it('covers everything and is infinitely wide', () => {
    expect(coverage(80).statistic(open)).toEqual({ sum: 1, weight: 1 });
    expect(intervalWidth(80).statistic(open)).toEqual({ sum: infinity, weight: 1 });
    expect(msis(80).statistic(open)).toEqual({ sum: infinity, weight: 1 });
  });
});

describe.each([
  ['coverage', coverage],
  ['intervalWidth', intervalWidth],
  ['msis', msis],
])('%s', (_, make) => {
  it.each([0, 100, -5, 120, Number.NaN])('refuses the level %s', (level) => {
    expect(() => make(level)).toThrowError(
      `LEVEL_INVALID: interval level: expected a number between 0 and 100, both excluded, found ${level}. ` +
        'Give the level in percent, e.g. 80.',
    );
  });
});
