import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoregression,
  firstOrderInflation,
  meanInflation,
  noiseMemory,
  noMemory,
  prewhitening,
} from '../../../src/preservation/surviving/noise-memory.js';
import { remembering } from '../checks/check-fixtures.js';

describe('the memory of noise', () => {
  it('is an autoregression by hand: .5 and .25 keep a half, and a mean of many is worse by the root of 3', () => {
    const { first, second, rest } = autoregression({ lag1: 0.5, lag2: 0.25 });
    expect([first, second, rest]).toEqual([0.5, 0, 0.75]);
    expect(meanInflation({ lag1: 0.5, lag2: 0.25 })).toBeCloseTo(3, 12);
    expect(firstOrderInflation(0.5)).toBe(3);
    // (1 - .5 (.4) - .3 (.4 ...)): first .4 / (1 - .3) = .571, lag2 = .4 * .571 + .3.
    const lag1 = 0.4 / 0.7;
    const both = autoregression({ lag1, lag2: 0.4 * lag1 + 0.3 });
    expect(both.first).toBeCloseTo(0.4, 12);
    expect(both.second).toBeCloseTo(0.3, 12);
  });

  it('makes the mean of white noise on a slow one as bad as it is', () => {
    // 5.26 / (1 - .9^2) of the slow one, 1 of the white one; a mean of many has (1 / (1 - .9))^2 + 1 in units of white ones.
    const slow = 1 / (1 - 0.81);
    const [lag1, lag2] = [0.9 * slow, 0.81 * slow].map((each) => each / (slow + 1));
    const truth = (100 + 1) / (slow + 1);
    expect(firstOrderInflation(lag1)).toBeLessThan(0.5 * truth);
    expect(meanInflation({ lag1, lag2 })).toBeGreaterThan(0.7 * truth);
    expect(meanInflation({ lag1, lag2 })).toBeLessThan(truth);
  });

  it('is one that noise can have, whatever was measured, and worsens a mean by a finite factor of at least 1', () => {
    const any = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(any, any, (lag1, lag2) => {
        const memory = noiseMemory(lag1, lag2);
        const { first, second, rest } = autoregression(memory);
        expect(Math.abs(second)).toBeLessThan(1);
        expect(Math.abs(first)).toBeLessThan(1 - second);
        expect(rest).toBeGreaterThan(0);
        expect(meanInflation(memory)).toBeGreaterThanOrEqual(1);
        expect(meanInflation(memory)).toBeLessThan(66);
      }),
    );
    expect(noiseMemory(0.3, 0.2).lag1).toBe(0.3);
    expect(noiseMemory(0.3, 0.2).lag2).toBeCloseTo(0.2, 12);
  });

  it('can be taken out: what is left of such noise is white, of a constant a constant', () => {
    const values = remembering(0.8, 20_000, 1);
    const { steps, whiten } = prewhitening(values, 0, values.length, { lag1: 0.8, lag2: 0.64 });
    const left = whiten((t) => values[t]);
    const product = (lag: number) => left.reduce((sum, value, i) => sum + value * (left[i - lag] ?? 0), 0);
    expect(steps[0]).toBe(2);
    expect(Math.abs(product(1) / product(0))).toBeLessThan(0.02);
    expect(product(0) / left.length).toBeCloseTo(1, 1);
    expect(whiten(() => 5)[100]).toBeCloseTo(1, 12);
  });

  it('is left alone where there is next to none, and skips what is not known', () => {
    const values = Float64Array.of(1, Number.NaN, 3, 4, 5, 6);
    expect(prewhitening(values, 1, 4, noMemory).steps).toEqual([2, 3]);
    expect([...prewhitening(values, 1, 4, noMemory).whiten((t) => values[t])]).toEqual([3, 4]);
    expect(prewhitening(values, 0, 6, { lag1: 0.5, lag2: 0.25 }).steps).toEqual([4, 5]);
  });
});
