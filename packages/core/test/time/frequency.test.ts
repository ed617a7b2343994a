/** Steps by the calendar, with dates that a person can check, and the names of frequencies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSteps,
  defaultSeason,
  type Frequency,
  fixedStep,
  formatFrequency,
  isOnGrid,
  parseFrequency,
  resolveFrequency,
  stepsBetween,
} from '../../src/time/frequency.js';
import { arbitraryFrequency, arbitraryGrid } from './arbitrary-time.js';

/** Dates of the steps from `from` (inclusive) to `to` (exclusive). */
function dates(start: string, frequency: string, from: number, to: number): string[] {
  const parsed = parseFrequency(frequency);
  return Array.from({ length: to - from }, (_, i) =>
    new Date(addSteps(Date.parse(start), parsed, from + i)).toISOString().replace('T00:00:00.000Z', ''),
  );
}

describe('addSteps', () => {
  it('keeps the day of the month and gives way where a month is too short', () => {
    expect(dates('2023-01-31', 'M', 0, 6)).toEqual([
      '2023-01-31',
      '2023-02-28',
      '2023-03-31',
      '2023-04-30',
      '2023-05-31',
      '2023-06-30',
    ]);
    expect(dates('2024-01-30', 'M', 0, 3)).toEqual(['2024-01-30', '2024-02-29', '2024-03-30']);
  });

  it('goes back over months and years', () => {
    expect(dates('2024-03-31', 'M', -4, 1)).toEqual([
      '2023-11-30',
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
    ]);
  });

  it('puts month ends on the last day', () => {
    expect(dates('2024-02-29', 'ME', -1, 3)).toEqual([
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
    ]);
    expect(dates('2024-03-31', 'QE', 0, 4)).toEqual(['2024-03-31', '2024-06-30', '2024-09-30', '2024-12-31']);
    expect(dates('2023-02-28', 'YE', 0, 2)).toEqual(['2023-02-28', '2024-02-29']);
  });

  it('adds quarters and years, and keeps 29 February for leap years', () => {
    expect(dates('2023-11-30', 'Q', 0, 3)).toEqual(['2023-11-30', '2024-02-29', '2024-05-30']);
    expect(dates('2024-02-29', 'Y', 0, 5)).toEqual([
      '2024-02-29',
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
    expect(dates('1899-02-28', '1Y', 0, 3)).toEqual(['1899-02-28', '1900-02-28', '1901-02-28']);
  });

  it('skips weekends both ways', () => {
    // 2024-01-05 was a Friday.
    expect(dates('2024-01-05', 'B', -5, 3)).toEqual([
      '2023-12-29',
      '2024-01-01',
      '2024-01-02',
      '2024-01-03',
      '2024-01-04',
      '2024-01-05',
      '2024-01-08',
      '2024-01-09',
    ]);
    expect(dates('2024-01-05', '3B', -2, 3)).toEqual([
      '2023-12-28',
      '2024-01-02',
      '2024-01-05',
      '2024-01-10',
      '2024-01-15',
    ]);
  });

  it('counts business days from the Friday where it begins on a weekend', () => {
    // 2024-01-06 and 07 were Saturday and Sunday.
    for (const start of ['2024-01-06', '2024-01-07']) {
      expect(dates(start, 'B', -1, 2)).toEqual(['2024-01-04', '2024-01-05', '2024-01-08']);
    }
  });

  it('keeps the time of day of business days and months', () => {
    expect(dates('2024-01-05T09:30:00Z', 'B', 1, 2)).toEqual(['2024-01-08T09:30:00.000Z']);
    expect(dates('2024-01-31T23:59:59.999Z', 'M', 1, 2)).toEqual(['2024-02-29T23:59:59.999Z']);
  });

  it('is the same calendar before 1970', () => {
    expect(dates('1969-12-31', 'M', -2, 3)).toEqual([
      '1969-10-31',
      '1969-11-30',
      '1969-12-31',
      '1970-01-31',
      '1970-02-28',
    ]);
    // 1969-12-31 was a Wednesday.
    expect(dates('1969-12-31', 'B', -3, 3)).toEqual([
      '1969-12-26',
      '1969-12-29',
      '1969-12-30',
      '1969-12-31',
      '1970-01-01',
      '1970-01-02',
    ]);
    expect(dates('1969-12-31T23:00:00Z', 'h', 0, 2)).toEqual(['1969-12-31T23:00:00.000Z', '1970-01-01']);
  });

  it('knows the years 0 to 99, which Date.UTC does not', () => {
    expect(dates('0000-02-29', 'Y', 0, 5)).toEqual([
      '0000-02-29',
      '0001-02-28',
      '0002-02-28',
      '0003-02-28',
      '0004-02-29',
    ]);
    expect(dates('0099-12-31', 'ME', 0, 2)).toEqual(['0099-12-31', '0100-01-31']);
    expect(dates('0000-01-31', 'M', -1, 1)).toEqual(['-000001-12-31', '0000-01-31']);
  });

  it('adds equal steps in milliseconds', () => {
    expect(dates('2024-02-28', 'D', 0, 3)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
    expect(dates('2024-01-01', '15min', 3, 5)).toEqual([
      '2024-01-01T00:45:00.000Z',
      '2024-01-01T01:00:00.000Z',
    ]);
    expect(addSteps(7, { unit: 'millisecond', count: 250 }, -2)).toBe(-493);
  });
});

describe('stepsBetween and isOnGrid', () => {
  it('find every step of every grid again', () => {
    fc.assert(
      fc.property(arbitraryGrid, fc.integer({ min: -3000, max: 3000 }), ({ frequency, start }, steps) => {
        expect(isOnGrid(start, frequency)).toBe(true);
        expect(stepsBetween(start, frequency, addSteps(start, frequency, steps))).toBe(steps);
      }),
      { numRuns: 2000 },
    );
  });

  it('say no to a millisecond beside the grid', () => {
    fc.assert(
      fc.property(arbitraryGrid, fc.integer({ min: -300, max: 300 }), ({ frequency, start }, steps) => {
        fc.pre(fixedStep(frequency) === undefined || Number(fixedStep(frequency)) > 1);
        expect(stepsBetween(start, frequency, addSteps(start, frequency, steps) + 1)).toBeUndefined();
      }),
    );
  });

  it('say no to weekends and to days before a month’s end', () => {
    expect(isOnGrid(Date.parse('2024-01-06'), parseFrequency('B'))).toBe(false);
    expect(isOnGrid(Date.parse('2024-02-28'), parseFrequency('ME'))).toBe(false);
    expect(isOnGrid(Date.parse('2023-02-28'), parseFrequency('ME'))).toBe(true);
    expect(
      stepsBetween(Date.parse('2024-01-05'), parseFrequency('B'), Date.parse('2024-01-07')),
    ).toBeUndefined();
    expect(stepsBetween(0, parseFrequency('D'), Number.NaN)).toBeUndefined();
    expect(stepsBetween(0, parseFrequency('M'), Number.POSITIVE_INFINITY)).toBeUndefined();
  });
});

describe('names of frequencies', () => {
  it.each([
    ['15min', { unit: 'minute', count: 15 }],
    [' 2 weeks ', { unit: 'week', count: 2 }],
    ['h', { unit: 'hour', count: 1 }],
    ['Daily', { unit: 'day', count: 1 }],
    ['B', { unit: 'businessDay', count: 1 }],
    ['M', { unit: 'month', count: 1 }],
    ['me', { unit: 'month', count: 1, anchor: 'end' }],
    ['QE', { unit: 'quarter', count: 1, anchor: 'end' }],
    ['YS', { unit: 'year', count: 1 }],
    ['ms', { unit: 'millisecond', count: 1 }],
    ['s', { unit: 'second', count: 1 }],
  ])('%s is read', (text, expected) => {
    expect(parseFrequency(text)).toEqual(expected);
  });

  it('MS is a month’s first day, as pandas writes it, and not a millisecond', () => {
    expect(parseFrequency('MS')).toEqual({ unit: 'month', count: 1 });
    expect(parseFrequency('3MS')).toEqual({ unit: 'month', count: 3 });
  });

  it('every frequency is read back from its name', () => {
    fc.assert(
      fc.property(arbitraryFrequency, (frequency) => {
        expect(parseFrequency(formatFrequency(frequency))).toEqual(frequency);
        expect(resolveFrequency(frequency)).toEqual(frequency);
      }),
    );
  });

  it.each(['', '0D', '-1D', '1.5h', 'fortnight', 'constructor', 'D D', '99999999999999999999D'])(
    '%j is refused',
    (text) => {
      expect(() => parseFrequency(text)).toThrowError(
        `FREQUENCY_UNKNOWN: frequency: expected a count and a unit such as 15min, h, D, B, W, M, ME, Q or Y, found ${JSON.stringify(text)}. Write the step of the series in this form, or leave it out to have it inferred.`,
      );
    },
  );

  it.each<Frequency>([
    { unit: 'day', count: 0 },
    { unit: 'day', count: 1.5 },
    { unit: 'day', count: Number.NaN },
    { unit: 'day', count: 1, anchor: 'end' },
    { unit: 'businessDay', count: 1, anchor: 'end' },
  ])('%j is refused as data', (frequency) => {
    expect(() => resolveFrequency(frequency, 'step')).toThrowError(
      `FREQUENCY_UNKNOWN: step: expected a count and a unit such as 15min, h, D, B, W, M, ME, Q or Y, found ${JSON.stringify(frequency)}.`,
    );
  });
});

describe('defaultSeason', () => {
  it.each([
    ['h', 24],
    ['15min', 96],
    ['8h', 3],
    ['7h', 1],
    ['24h', 7],
    ['D', 7],
    ['2D', 1],
    ['7D', 52],
    ['B', 5],
    ['W', 52],
    ['2W', 26],
    ['M', 12],
    ['3M', 4],
    ['ME', 12],
    ['Q', 4],
    ['2Q', 2],
    ['Y', 1],
    ['2Y', 1],
  ])('of %s is %i', (frequency, season) => {
    expect(defaultSeason(parseFrequency(frequency))).toBe(season);
  });
});
