import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differenceSd,
  firstOrderInflation,
  isRemembering,
  meanInflation,
  mixedModel,
  noiseMemory,
  noMemory,
} from '../../../src/preservation/surviving/noise-memory.js';
import { prewhitening } from '../../../src/preservation/surviving/prewhitening.js';
import { remembering } from '../checks/check-fixtures.js';

describe('the memory of noise', () => {
  it('is an autoregression by hand: .5 and .25 keep a half, and a mean of many is worse by the root of 3', () => {
    const memory = noiseMemory(0.5, 0.25);
    expect(memory).toEqual({ lag1: 0.5, decay: 0.5 });
    expect(mixedModel(memory)).toEqual({ decay: 0.5, echo: 0, innovation: 0.75 });
    expect(meanInflation(memory)).toBeCloseTo(3, 12);
    expect(firstOrderInflation(0.5)).toBe(3);
  });

  it('tells white noise on a slow one from a fast one, and makes its mean as bad as it is', () => {
    // Variance 1 / (1 - .9^2) of the slow one and 16 of the white one; their sums grow by (1 / (1 - .9))^2 and 16 a step.
    const slow = 1 / (1 - 0.81);
    const [lag1, lag2] = [0.9, 0.81].map((each) => (each * slow) / (slow + 16));
    const memory = noiseMemory(lag1, lag2);
    expect(memory.decay).toBeCloseTo(0.9, 12);
    expect(meanInflation(memory)).toBeCloseTo((100 + 16) / (slow + 16), 9);
    expect(firstOrderInflation(lag1)).toBeLessThan(2);
  });

  it('has innovations that make its autocorrelation', () => {
    const { decay, echo, innovation } = mixedModel({ lag1: 0.3, decay: 0.8 });
    // Of x(t) = .8 x(t - 1) + e(t) + echo e(t - 1), by the moments of Box and Jenkins.
    const variance = (1 + 2 * decay * echo + echo ** 2) / (1 - decay ** 2);
    expect(((1 + decay * echo) * (decay + echo)) / (1 - decay ** 2) / variance).toBeCloseTo(0.3, 12);
    expect(innovation).toBeCloseTo(1 / variance, 12);
    expect(Math.abs(echo)).toBeLessThan(1);
  });

  it('is one that noise can have, whatever was measured', () => {
    const any = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(any, any, (lag1, lag2) => {
        const memory = noiseMemory(lag1, lag2);
        const { decay, echo, innovation } = mixedModel(memory);
        expect(decay).toBeGreaterThanOrEqual(0);
        expect(decay).toBeLessThanOrEqual(0.99);
        expect(echo).toBeLessThan(1e-9);
        expect(echo).toBeGreaterThan(-0.901);
        expect(innovation).toBeGreaterThan(0);
        expect(innovation).toBeLessThanOrEqual(1 + 1e-9);
        expect(meanInflation(memory)).toBeGreaterThanOrEqual(1);
        expect(meanInflation(memory)).toBeLessThan(200);
        expect(differenceSd(memory, 3)).toBeGreaterThan(0);
      }),
    );
    expect(noiseMemory(Number.NaN, 0.5)).toEqual(noMemory);
    expect(noiseMemory(0.96, 0.93)).toEqual({ lag1: 0.96, decay: 0.99 });
    expect(noiseMemory(0.8, 0.6)).toEqual({ lag1: 0.8, decay: 0.8 });
    expect(isRemembering(noMemory)).toBe(false);
  });

  it('sets neighbouring means apart as draws do', () => {
    const values = remembering(0.9, 40_000, 9);
    const sd = 1 / Math.sqrt(1 - 0.81);
    const means = Array.from({ length: 5000 }, (_, i) =>
      values.slice(8 * i, 8 * i + 8).reduce((sum, value) => sum + value / 8, 0),
    );
    const squares = means.slice(1).reduce((sum, value, i) => sum + (value - means[i]) ** 2, 0) / 4999;
    expect(Math.sqrt(squares) / sd / differenceSd({ lag1: 0.9, decay: 0.9 }, 8)).toBeCloseTo(1, 1);
    expect(differenceSd(noMemory, 4)).toBeCloseTo(Math.sqrt(2 / 4), 12);
    expect(differenceSd({ lag1: 0.9, decay: 0.9 }, 1)).toBeCloseTo(Math.sqrt(2 * 0.1), 12);
  });
});

describe('prewhitening', () => {
  const memory = { lag1: 0.8, decay: 0.8 };

  it.for([
    ['a slow noise', remembering(0.8, 20_000, 1), memory],
    [
      'white noise on a slow one',
      remembering(0.9, 20_000, 1).map((value, t) => value + 2 * remembering(0, 20_000, 2)[t]),
      noiseMemory((0.9 * 5.263) / 9.263, (0.81 * 5.263) / 9.263),
    ],
  ] as const)('leaves %s white', ([, values, known]) => {
    const { steps, whiten } = prewhitening(values, 0, values.length, known);
    const left = whiten((t) => values[t]);
    const product = (lag: number) => left.reduce((sum, value, i) => sum + value * (left[i - lag] ?? 0), 0);
    expect(steps[0]).toBe(2);
    for (const lag of [1, 2, 5]) expect(Math.abs(product(lag) / product(0))).toBeLessThan(0.025);
  });

  it('reads nothing before its first step, where another level may be', () => {
    const values = remembering(0.8, 200, 1);
    const jumped = values.map((value, t) => (t < 100 ? value - 1000 : value));
    const of = (all: Float64Array) => prewhitening(all, 100, 200, memory).whiten((t) => all[t]);
    expect(of(jumped)).toEqual(of(values));
  });

  it('is left alone where there is next to no memory, and leads in after a gap', () => {
    const values = Float64Array.of(1, Number.NaN, 3, 4, 5, 6);
    expect(prewhitening(values, 1, 4, noMemory).steps).toEqual([2, 3]);
    expect([...prewhitening(values, 1, 4, noMemory).whiten((t) => values[t])]).toEqual([3, 4]);
    expect(prewhitening(values, 0, 6, { lag1: 0.5, decay: 0.5 }).steps).toEqual([4, 5]);
  });
});
