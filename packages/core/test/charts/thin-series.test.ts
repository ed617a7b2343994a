import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinSeries } from '../../src/charts/index.js';
import { referenceKept } from './reference-thin-series.js';

/** Irregular times, values with gaps, and a limit below the length. */
const longSeries = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 1, max: 50 }),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: -20, max: 20 }) },
        { weight: 1, arbitrary: fc.constant(Number.NaN) },
      ),
    }),
    { minLength: 30, maxLength: 200 },
  )
  .map((steps) => {
    let time = 0;
    const times = steps.map(({ wait }) => {
      time += wait;
      return time;
    });
    return { times, values: steps.map(({ value }) => value) };
  });
const limits = fc.integer({ min: 9, max: 29 });

const countGaps = (values: readonly number[]) =>
  values.filter((value, i) => Number.isNaN(value) && (i === 0 || !Number.isNaN(values[i - 1]))).length;

describe('thinSeries', () => {
  it('keeps what the slow reference keeps', () => {
    fc.assert(
      fc.property(longSeries, limits, ({ times, values }, limit) => {
        const bins = Math.max(Math.floor((limit - 1 - countGaps(values)) / 4), Math.floor((limit - 1) / 8));
        const expected = referenceKept(times, values, bins);
        const thinned = thinSeries(times, values, limit);
        expect([...thinned.times]).toEqual(expected.map((index) => times[index]));
        expect([...thinned.values]).toEqual(expected.map((index) => values[index]));
      }),
    );
  });

  it('never gives more points than allowed, and always the first and last moment', () => {
    fc.assert(
      fc.property(longSeries, limits, ({ times, values }, limit) => {
        const thinned = thinSeries(times, values, limit);
        expect(thinned.times.length).toBeLessThanOrEqual(limit);
        expect(thinned.times[0]).toBe(times[0]);
        expect(thinned.times.at(-1)).toBe(times.at(-1));
      }),
    );
  });

  it('never draws a line across a gap', () => {
    fc.assert(
      fc.property(longSeries, limits, ({ times, values }, limit) => {
        const thinned = thinSeries(times, values, limit);
        for (let i = 1; i < thinned.times.length; i++) {
          if (Number.isNaN(thinned.values[i - 1]) || Number.isNaN(thinned.values[i])) continue;
          const between = values.slice(times.indexOf(thinned.times[i - 1]), times.indexOf(thinned.times[i]));
          expect(between.some(Number.isNaN)).toBe(false);
        }
      }),
    );
  });

  it('keeps the highest and lowest value of the whole series', () => {
    fc.assert(
      fc.property(longSeries, limits, ({ times, values }, limit) => {
        const observed = (series: Iterable<number>) => [...series].filter((value) => !Number.isNaN(value));
        const kept = observed(thinSeries(times, values, limit).values);
        fc.pre(observed(values).length > 0);
        expect(Math.max(...kept)).toBe(Math.max(...observed(values)));
        expect(Math.min(...kept)).toBe(Math.min(...observed(values)));
      }),
    );
  });

  it('gives a short series back whole, as a copy', () => {
    const values = Float64Array.of(1, Number.NaN, 3);
    const thinned = thinSeries([0, 10, 20], values, 9);
    expect([...thinned.values]).toEqual([1, Number.NaN, 3]);
    thinned.values[0] = 99;
    expect(values[0]).toBe(1);
  });

  it('keeps one spike among a million values', () => {
    const length = 1_000_000;
    const values = new Float64Array(length).fill(1);
    values[654_321] = 50;
    const thinned = thinSeries(
      Float64Array.from(values, (_, i) => i),
      values,
      1000,
    );
    expect(thinned.values.indexOf(50)).toBeGreaterThan(0);
    expect(thinned.times[thinned.values.indexOf(50)]).toBe(654_321);
  });

  it('shows a series without observations as one gap', () => {
    const times = Array.from({ length: 20 }, (_, i) => i);
    const thinned = thinSeries(times, new Array(20).fill(Number.NaN), 10);
    expect([...thinned.times]).toEqual([0, 19]);
    expect([...thinned.values]).toEqual([Number.NaN, Number.NaN]);
  });

  it('does not change what it is given', () => {
    fc.assert(
      fc.property(longSeries, limits, ({ times, values }, limit) => {
        const before = [[...times], [...values]];
        thinSeries(times, values, limit);
        expect([times, values]).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses values that do not match the times', () => {
    expect(() => thinSeries([1, 2], [1], 9)).toThrow(
      'SHAPE_MISMATCH: values of thinSeries: expected 2 values, one per time, found 1. ' +
        'Give a value for every time, NaN where it is missing.',
    );
  });

  it.each([8, 9.5, Number.NaN])('refuses %s as a limit', (limit) => {
    expect(() => thinSeries([1], [1], limit)).toThrow(
      `OPTIONS_INVALID: maxPoints of thinSeries: expected a whole number of at least 9, found ${limit}.`,
    );
  });
});
