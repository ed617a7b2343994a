/** Pinball loss, CRPS and weighted quantile loss against values computed by hand and against closed forms. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mae } from '../../src/metrics/point-errors.js';
import { crps, pinball, weightedQuantileLoss } from '../../src/metrics/quantile-losses.js';
import { wape } from '../../src/metrics/wape.js';
import { arbitraryInput, metricInput } from './metric-inputs.js';

// Truths 10, hidden, 4 with quantiles 0.1, 0.5, 0.9.
const first = metricInput({
  actual: [10, null, 4],
  quantileLevels: [0.1, 0.5, 0.9],
  quantiles: [
    [6, 9, 11],
    [0, 0, 0],
    [5, 6, 8],
  ],
});
const second = metricInput({ actual: [0], quantileLevels: [0.1, 0.5, 0.9], quantiles: [[-1, 0, 2]] });

describe('pinball', () => {
  it('weighs under- and overestimation by the level', () => {
    // Level 0.1: 0.1 · (10 - 6) = 0.4 and 0.9 · (5 - 4) = 0.9; mean 0.65.
    expect(pinball(0.1).statistic(first).sum).toBeCloseTo(1.3, 14);
    expect(pinball(0.1).statistic(first).weight).toBe(2);
    // Level 0.5: 0.5 · 1 and 0.5 · 2; mean 0.75.
    expect(pinball(0.5).statistic(first)).toEqual({ sum: 1.5, weight: 2 });
    // Level 0.9: 0.1 · 1 and 0.1 · 4; mean 0.25.
    expect(pinball(0.9).aggregate([pinball(0.9).statistic(first)])).toBeCloseTo(0.25, 14);
  });

  it('finds a level that differs by rounding only', () => {
    const rounded = { ...first, quantileLevels: [0.1, 0.5, 3 * 0.3] };
    expect(rounded.quantileLevels[2]).not.toBe(0.9);
    expect(pinball(0.9).statistic(rounded)).toEqual(pinball(0.9).statistic(first));
    expect(() => pinball(0.9).statistic({ ...first, quantileLevels: [0.1, 0.5, 0.900000002] })).toThrowError(
      'METRIC_INPUT_INVALID: quantileLevels: expected the level 0.9, found 0.1, 0.5, 0.900000002. ' +
        'Forecast this quantile too, or leave the metric out.',
    );
  });

  it('is infinite for an infinite quantile', () => {
    const open = metricInput({
      actual: [1],
      quantileLevels: [0.1, 0.9],
      quantiles: [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    });
    expect(pinball(0.1).statistic(open).sum).toBe(Number.POSITIVE_INFINITY);
    expect(pinball(0.9).statistic(open).sum).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([0, 1, -0.1, Number.NaN])('refuses the level %s', (level) => {
    expect(() => pinball(level)).toThrowError(
      'OPTIONS_INVALID: quantile levels: expected at least one level, strictly ascending within (0, 1), ' +
        `found ${level}. Write the median as 0.5 and sort the levels.`,
    );
  });
});

describe('CRPS', () => {
  it('is twice the mean pinball loss over the levels', () => {
    // Step 10: 0.4 + 0.5 + 0.1 = 1.0; step 4: 0.9 + 1.0 + 0.4 = 2.3. 2 · 3.3 / 3 levels / 2 steps = 1.1.
    const metric = crps([0.1, 0.5, 0.9]);
    expect(metric.aggregate([metric.statistic(first)])).toBeCloseTo(1.1, 14);
    // The median alone: 2 · (0.5 + 1.0) / 2 = 1.5, the mean absolute error of the median.
    expect(crps([0.5]).aggregate([crps([0.5]).statistic(first)])).toBe(1.5);
  });

  it('approaches the closed form of a uniform forecast', () => {
    // CRPS of U(0, 1) at y in [0, 1]: y^3 / 3 + (1 - y)^3 / 3; its quantile of level p is p.
    const count = 1000;
    const levels = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
    for (const y of [0, 0.25, 0.6, 1]) {
      const input = metricInput({ actual: [y], quantileLevels: levels, quantiles: [levels] });
      const exact = (y ** 3 + (1 - y) ** 3) / 3;
      // The midpoint rule errs by at most h^2 / 24 · max |f''|, here 2 · 2 / 24 / 1000^2, and the kink at y by as much.
      expect(Math.abs(crps(levels).statistic(input).sum - exact)).toBeLessThan(1e-6);
    }
  });

  it('is the absolute error where all quantiles are the same number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }), (y, f) => {
        const levels = [0.1, 0.3, 0.5, 0.7, 0.9];
        const input = metricInput({
          actual: [y],
          point: [f],
          quantileLevels: levels,
          quantiles: [levels.map(() => f)],
        });
        expect(crps(levels).statistic(input).sum).toBeCloseTo(mae.statistic(input).sum, 10);
      }),
    );
  });

  it.each([
    ['none', []],
    ['0.9, 0.1', [0.9, 0.1]],
    ['0.5, 0.5', [0.5, 0.5]],
    ['0.5, 1', [0.5, 1]],
  ])('refuses the levels %s', (found, levels) => {
    expect(() => crps(levels)).toThrowError(
      'OPTIONS_INVALID: quantile levels: expected at least one level, strictly ascending within (0, 1), ' +
        `found ${found}. Write the median as 0.5 and sort the levels.`,
    );
  });

  it('keeps its own copy of the levels', () => {
    const levels = [0.1, 0.9];
    const metric = crps(levels);
    levels[0] = 0.2;
    expect(metric.quantileLevels).toEqual([0.1, 0.9]);
  });
});

describe('weighted quantile loss', () => {
  it('is twice the pinball loss over the sum of absolute truths, averaged over levels', () => {
    // Level 0.1: 2 · 1.3 / 14; 0.5: 2 · 1.5 / 14; 0.9: 2 · 0.5 / 14. Mean 2 · 3.3 / 3 / 14 = 2.2 / 14.
    const metric = weightedQuantileLoss([0.1, 0.5, 0.9]);
    expect(metric.statistic(first).sum).toBeCloseTo(2.2, 14);
    expect(metric.statistic(first).weight).toBe(14);
    expect(metric.name).toBe('wQL');
    // Level 0.9 alone: 2 · 0.5 / 14.
    const upper = weightedQuantileLoss([0.9]);
    expect(upper.aggregate([upper.statistic(first)])).toBeCloseTo(1 / 14, 14);
    expect(upper.name).toBe('wQL-0.9');
  });

  it('counts the loss of a window of zeros in the pool, although the window has no value of its own', () => {
    // Zeros: 0.1 · 1 + 0 + 0.1 · 2 = 0.3, so 2 · (3.3 + 0.3) / 3 / 14 = 2.4 / 14.
    const metric = weightedQuantileLoss([0.1, 0.5, 0.9]);
    expect(metric.aggregate([metric.statistic(second)])).toBeNaN();
    expect(metric.aggregate([first, second].map(metric.statistic))).toBeCloseTo(2.4 / 14, 14);
  });

  it('is the WAPE of the median at level 0.5', () => {
    const metric = weightedQuantileLoss([0.5]);
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const median = input.quantileLevels.indexOf(0.5);
        const point = input.point.map((_, t) => input.quantiles[t * input.quantileLevels.length + median]);
        expect(metric.statistic(input)).toEqual(wape.statistic({ ...input, point }));
      }),
    );
  });
});
