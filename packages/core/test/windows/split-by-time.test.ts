/** Parts that never touch each other, and counts that add up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeriesSet } from '../../src/frames/series-set.js';
import { type SplitOptions, splitByTime } from '../../src/windows/split-by-time.js';
import { arbitrarySet, day, stepFrame } from './arbitrary-frames.js';

const parts = ['train', 'validation', 'test'] as const;

const arbitraryOptions: fc.Arbitrary<SplitOptions> = fc.oneof(
  fc
    .record({
      a: fc.nat(70),
      b: fc.nat(70),
      which: fc.constantFrom('both', 'validation', 'test'),
      embargo: fc.nat(6),
    })
    .map(({ a, b, which, embargo }) => ({
      validationFrom: which === 'test' ? undefined : Math.min(a, b) * day,
      testFrom: which === 'validation' ? undefined : Math.max(a, b) * day,
      embargo,
    })),
  fc
    .record({
      validation: fc.integer({ min: 0, max: 10 }),
      test: fc.integer({ min: 0, max: 10 }),
      embargo: fc.nat(6),
    })
    .map(({ validation, test, embargo }) => ({
      shares: { validation: validation / 20, test: test / 20 },
      embargo,
    })),
);

describe('splitByTime', () => {
  it('separates the parts of every series by the embargo, in the order of time', () => {
    fc.assert(
      fc.property(arbitrarySet, arbitraryOptions, (set, options) => {
        const split = splitByTime(set, options);
        for (const { id, length } of set) {
          // The values of the covariate are the steps.
          const ranges = parts
            .map((part) => split[part])
            .filter((part) => part.has(id))
            .map((part) => part.get(id).channel('known').values)
            .map((steps) => ({ first: steps[0], last: steps[steps.length - 1], count: steps.length }));
          for (const [i, { first, last, count }] of ranges.entries()) {
            expect(last - first + 1).toBe(count);
            if (i > 0) expect(first - ranges[i - 1].last - 1).toBeGreaterThanOrEqual(options.embargo ?? 0);
          }
          const final = ranges[ranges.length - 1];
          if (final !== undefined) expect(final.last).toBeLessThan(length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('counts every step once', () => {
    fc.assert(
      fc.property(arbitrarySet, arbitraryOptions, (set, options) => {
        const { report, ...split } = splitByTime(set, options);
        let steps = report.embargoed;
        for (const part of parts) {
          expect(report[part].series).toBe(split[part].size);
          expect(report[part].steps).toBe(split[part].frames.reduce((sum, frame) => sum + frame.length, 0));
          expect([...split[part].ids, ...report[part].absent].sort()).toEqual([...set.ids].sort());
          expect(split[part].frames.every((frame) => frame.length > 0)).toBe(true);
          steps += report[part].steps;
        }
        expect(steps).toBe(set.frames.reduce((sum, frame) => sum + frame.length, 0));
        if (options.embargo === 0) expect(report.embargoed).toBe(0);
      }),
    );
  });

  it('splits at times, whatever the length of a series', () => {
    const set = new SeriesSet([stepFrame('a', 20), stepFrame('b', 8, { startDay: 9 }), stepFrame('old', 5)]);
    const { train, validation, test, report } = splitByTime(set, {
      validationFrom: 10 * day,
      testFrom: 15 * day,
      embargo: 2,
    });
    const steps = (part: SeriesSet): unknown[] =>
      part.frames.map((frame) => [frame.id, ...frame.channel('known').values]);
    expect(steps(train)).toEqual([
      ['a', 0, 1, 2, 3, 4, 5, 6, 7],
      ['old', 0, 1, 2, 3, 4],
    ]);
    expect(steps(validation)).toEqual([
      ['a', 10, 11, 12],
      ['b', 1, 2, 3],
    ]);
    expect(steps(test)).toEqual([
      ['a', 15, 16, 17, 18, 19],
      ['b', 6, 7],
    ]);
    expect(report).toEqual({
      train: { series: 2, steps: 13, absent: ['b'] },
      validation: { series: 2, steps: 6, absent: ['old'] },
      test: { series: 2, steps: 7, absent: ['old'] },
      embargoed: 7,
    });
    expect(validation.get('b').time.timeAt(0)).toBe(10 * day);
  });

  it('splits by shares of each series', () => {
    const set = new SeriesSet([stepFrame('a', 20), stepFrame('b', 10)]);
    const { report } = splitByTime(set, { shares: { validation: 0.1, test: 0.25 }, embargo: 1 });
    // a: 20 = 12 + 1 + 1 + 1 + 5; b: 10 = 5 + 1 + 0 + 1 + 3, its one validation step taken by the embargo.
    expect(report).toEqual({
      train: { series: 2, steps: 17, absent: [] },
      validation: { series: 1, steps: 1, absent: ['b'] },
      test: { series: 2, steps: 8, absent: [] },
      embargoed: 4,
    });
  });

  it('needs no embargo before a part that a series does not have', () => {
    const series = stepFrame('a', 10);
    const { train, report } = splitByTime(series, { testFrom: 99 * day, embargo: 3 });
    expect(train.get('a').length).toBe(10);
    expect([report.embargoed, report.test.absent]).toEqual([0, ['a']]);
    expect(splitByTime(series, { testFrom: 6 * day, embargo: 3 }).train.get('a').length).toBe(3);
    expect(splitByTime(series, { shares: {}, embargo: 3 }).train.get('a').length).toBe(10);
  });

  it('shares memory, keeps repairs and changes nothing', () => {
    const repairs = [{ kind: 'gap', count: 1, detail: 'one day without a row' }] as const;
    const set = new SeriesSet([stepFrame('a', 10)], repairs);
    const { train, test } = splitByTime(set, { testFrom: 5 * day });
    expect(train.get('a').channel('y').values.buffer).toBe(set.get('a').channel('y').values.buffer);
    expect([train.repairs, test.repairs]).toEqual([repairs, repairs]);
    expect(set.get('a').equals(stepFrame('a', 10))).toBe(true);
  });

  it('puts a step at exactly the boundary into the later part', () => {
    const { test } = splitByTime(stepFrame('a', 10), { testFrom: 5 * day });
    expect(test.get('a').time.timeAt(0)).toBe(5 * day);
    expect(
      splitByTime(stepFrame('a', 10), { testFrom: 5 * day + 1 })
        .test.get('a')
        .time.timeAt(0),
    ).toBe(6 * day);
  });

  it.each<[SplitOptions, string]>([
    [{}, ': expected either times (validationFrom, testFrom) or shares, found {}'],
    [
      { testFrom: 5, shares: { test: 0.1 } },
      ': expected either times (validationFrom, testFrom) or shares, found {"testFrom":5,"shares":{"test":0.1}}',
    ],
    [{ validationFrom: 5, testFrom: 4 }, '.testFrom: expected a time not before validationFrom, found 4'],
    [{ testFrom: Number.NaN }, '.testFrom: expected a time in UTC milliseconds, found NaN'],
    [
      { shares: { validation: 0.6, test: 0.6 } },
      '.shares: expected shares that add up to at most 1, found {"validation":0.6,"test":0.6}',
    ],
    [{ shares: { test: 20 } }, '.shares.test: expected number to be <=1, found 20'],
    [{ testFrom: 5, embargo: -1 }, '.embargo: expected a whole number of steps, at least 0, found -1'],
  ])('refuses %j', (options, message) => {
    expect(() => splitByTime(stepFrame('a', 5), options)).toThrowError(
      `OPTIONS_INVALID: splitByTime options${message}. Correct this option or leave it out to use its default.`,
    );
  });
});
