import { type MetricPart, mae, RandomStream, randomKey, rmse } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { mergeParts, type PairedParts, pairedDifference } from '../../src/backtest/compare-models.js';

const bootstrap = { level: 95, draws: 2000, seed: 1 };
const part = (sum: number, weight = 1): MetricPart => ({ sum, weight });

describe('pairedDifference', () => {
  it('is the difference of the aggregated metrics', () => {
    const pairs = [
      { model: [part(4, 2), part(1)], against: [part(8, 2), part(2)] },
      { model: [part(1)], against: [part(1)] },
    ];
    expect(pairedDifference(mae, pairs, bootstrap).difference).toBeCloseTo(6 / 4 - 11 / 4, 12);
    expect(pairedDifference(rmse, pairs, bootstrap).difference).toBeCloseTo(
      Math.sqrt(1.5) - Math.sqrt(2.75),
      12,
    );
  });

  it('has an interval of the width that the spread of the units implies', () => {
    const stream = new RandomStream(randomKey(3));
    const pairs: PairedParts[] = Array.from({ length: 400 }, () => ({
      model: [part(10 + stream.normal())],
      against: [part(10)],
    }));
    const { lower, upper, difference, units } = pairedDifference(mae, pairs, bootstrap);
    expect(units).toBe(400);
    // The mean of 400 standard normals has a standard error of 1/20: the interval is about 2 · 1.96 / 20 wide.
    expect(upper - lower).toBeCloseTo((2 * 1.96) / 20, 1);
    expect(upper - lower).toBeGreaterThan(0.17);
    expect(upper - lower).toBeLessThan(0.22);
    expect(lower).toBeLessThan(difference);
    expect(upper).toBeGreaterThan(difference);
  });

  it('is a point where both models are the same', () => {
    const pairs = Array.from({ length: 5 }, (_, i) => ({ model: [part(i)], against: [part(i)] }));
    expect(pairedDifference(mae, pairs, bootstrap)).toEqual({ difference: 0, lower: 0, upper: 0, units: 5 });
  });

  it('gives the same bits for the same seed and others for another', () => {
    const pairs = Array.from({ length: 9 }, (_, i) => ({ model: [part(i * i)], against: [part(i)] }));
    const first = pairedDifference(mae, pairs, bootstrap);
    expect(pairedDifference(mae, pairs, bootstrap)).toEqual(first);
    expect(pairedDifference(mae, pairs, { ...bootstrap, seed: 2 })).not.toEqual(first);
  });

  it('has no interval for a single unit', () => {
    const { lower, upper, difference } = pairedDifference(
      mae,
      [{ model: [part(3)], against: [part(1)] }],
      bootstrap,
    );
    expect([difference, lower, upper]).toEqual([2, Number.NaN, Number.NaN]);
  });
});

describe('mergeParts', () => {
  it('adds sums and weights', () => {
    expect(mergeParts([part(1, 2), part(3, 4)])).toEqual({ sum: 4, weight: 6 });
    expect(mergeParts([])).toEqual({ sum: 0, weight: 0 });
  });
});
