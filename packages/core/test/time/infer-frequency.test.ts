/** Which grid times lie on, gaps and all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSteps,
  formatFrequency,
  isOnGrid,
  parseFrequency,
  stepsBetween,
} from '../../src/time/frequency.js';
import { inferFrequency } from '../../src/time/infer-frequency.js';

function inferred(...stamps: string[]): string | undefined {
  const frequency = inferFrequency(stamps.map((stamp) => Date.parse(stamp)));
  return frequency === undefined ? undefined : formatFrequency(frequency);
}

const names = [
  '1ms 250ms s 30s min 15min h 6h D 3D W 2W 5W',
  'B 2B M 2M ME 2ME Q 2Q QE 2QE Y 5Y YE 2YE',
].flatMap((line) => line.split(' '));

/** Starts that leave no second reading: in January, on a day that is no month's end and that every month has. */
function startOf(name: string): number {
  return Date.parse(name.endsWith('E') ? '2019-12-31T06:00:00Z' : '2020-01-15T06:00:00Z');
}

describe('inferFrequency', () => {
  it.each(names)('finds %s through gaps of any length', (name) => {
    const frequency = parseFrequency(name);
    const gaps = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.nat(), (lengths, at) => {
        // Six steps in a row somewhere: they pass a weekend, months of unequal length, and the step itself.
        const steps = [...lengths];
        steps.splice(at % (steps.length + 1), 0, 1, 1, 1, 1, 1, 1);
        let step = 0;
        const times = [0, ...steps].map((length) => {
          step += length;
          return addSteps(startOf(name), frequency, step);
        });
        expect(formatFrequency(inferFrequency(times) ?? { unit: 'day', count: 999 })).toBe(
          name.replace(/^1ms/, 'ms'),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('gives a grid that all times lie on and whose step occurs, or nothing', () => {
    const days = fc.uniqueArray(fc.integer({ min: -40_000, max: 40_000 }), { minLength: 2, maxLength: 12 });
    let found = 0;
    fc.assert(
      fc.property(days, (drawn) => {
        const times = drawn.sort((a, b) => a - b).map((day) => day * 86_400_000);
        const frequency = inferFrequency(times);
        if (frequency === undefined) return;
        found += 1;
        expect(isOnGrid(times[0], frequency)).toBe(true);
        const steps = times.map((time) => stepsBetween(times[0], frequency, time));
        expect(steps).not.toContain(undefined);
        expect(steps.some((step, i) => i > 0 && Number(step) - Number(steps[i - 1]) === 1)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it('finds nothing where times lie on no grid', () => {
    expect(inferred('2020-01-01', '2020-01-03', '2020-01-08')).toBeUndefined();
    expect(
      inferred('2020-01-01T00:00:00.000Z', '2020-01-01T07:13:01.123Z', '2020-01-02T01:00:00.777Z'),
    ).toBeUndefined();
    // Two and three months apart, and no step of one.
    expect(inferred('2020-01-15', '2020-03-15', '2020-06-15')).toBeUndefined();
    expect(inferFrequency([0, 1.5])).toBeUndefined();
    expect(inferFrequency([0, 0.1, 0.2, 0.3])).toBeUndefined();
  });

  it('finds nothing in fewer than two times', () => {
    expect(inferFrequency([])).toBeUndefined();
    expect(inferFrequency([5])).toBeUndefined();
  });

  it('finds days within a week and business days from the first weekend left out', () => {
    // 2024-01-01 was a Monday.
    const week = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
    expect(inferred(...week)).toBe('D');
    expect(inferred(...week, '2024-01-08')).toBe('B');
    expect(inferred('2024-01-04', '2024-01-05', '2024-01-08')).toBe('B');
    expect(inferred(...week, '2024-01-06')).toBe('D');
    expect(inferred(...week, '2024-01-07')).toBe('D');
    expect(inferred('2024-01-05', '2024-01-08')).toBe('3D');
  });

  it('prefers months to the days that two of them are apart', () => {
    expect(inferred('2020-01-01', '2020-02-01')).toBe('M');
    expect(inferred('2020-01-01', '2020-01-31')).toBe('30D');
    expect(inferred('2020-07-15', '2020-08-15', '2020-09-15')).toBe('M');
    expect(inferred('2021-02-01', '2021-03-01', '2021-03-08')).toBe('W');
    expect(inferred('2020-01-01T00:00Z', '2020-02-01T01:00Z')).toBe('745h');
  });

  it('tells month ends from months that keep a day', () => {
    expect(inferred('2020-01-31', '2020-02-29', '2020-03-31')).toBe('ME');
    expect(inferred('2021-02-28', '2021-03-31')).toBe('ME');
    expect(inferred('2020-01-30', '2020-02-29', '2020-03-30')).toBe('M');
    expect(inferred('2020-02-29', '2020-03-29')).toBe('M');
    expect(inferred('2020-03-31', '2020-06-30', '2020-12-31')).toBe('QE');
    expect(inferred('1999-12-31', '2000-12-31')).toBe('YE');
    expect(inferred('2000-02-29', '2001-02-28', '2004-02-29')).toBe('YE');
  });

  it('finds nothing where the first time is a short month’s stand-in for a later day', () => {
    expect(inferred('2021-02-28', '2021-03-30', '2021-04-30', '2021-05-30')).toBeUndefined();
  });

  it('names quarters, years, weeks and days by the longest unit', () => {
    expect(inferred('2020-02-01', '2020-05-01', '2020-11-01')).toBe('Q');
    expect(inferred('1850-07-04', '1851-07-04', '1860-07-04')).toBe('Y');
    expect(inferred('1800-01-01', '1810-01-01', '1900-01-01')).toBe('10Y');
    expect(inferred('2020-01-01T06:00Z', '2020-01-02T06:00Z', '2020-01-05T06:00Z')).toBe('D');
    expect(inferred('0050-01-01T00:00Z', '0051-01-01T00:00Z', '0052-01-01T00:00Z')).toBe('Y');
  });

  it('takes any array and changes none', () => {
    const times = Object.freeze([0, 60_000, 180_000]);
    expect(inferFrequency(times)).toEqual({ unit: 'minute', count: 1 });
    expect(inferFrequency(Float64Array.from(times))).toEqual({ unit: 'minute', count: 1 });
    expect(times).toEqual([0, 60_000, 180_000]);
  });

  it.each([
    [[3, 2], '2 after 3'],
    [[2, 2], '2 after 2'],
    [[1, Number.NaN], 'NaN after 1'],
    [[1, Number.POSITIVE_INFINITY], 'Infinity after 1'],
  ])('refuses %j', (times, found) => {
    expect(() => inferFrequency(times)).toThrowError(
      `TIME_UNSORTED: times[1]: expected finite, strictly increasing times, found ${found}. Sort the times and remove duplicates.`,
    );
  });
});
