import { describe, expect, it } from 'vitest';
import { usHolidays } from '../../src/embedded/us-holidays.js';

const days = (name: string, from: string, to: string): string[] =>
  usHolidays(from, to)
    .filter((holiday) => holiday.name === name)
    .map(({ start }) => start);

describe('the holidays of the United States', () => {
  it('are six a year, in order, of one day each', () => {
    expect(usHolidays('1988-01-01', '1989-01-01').map(({ name, start, end }) => [name, start, end])).toEqual([
      ["New Year's Day", '1988-01-01', '1988-01-02'],
      ['Memorial Day', '1988-05-30', '1988-05-31'],
      ['Independence Day', '1988-07-04', '1988-07-05'],
      ['Labor Day', '1988-09-05', '1988-09-06'],
      ['Thanksgiving Day', '1988-11-24', '1988-11-25'],
      ['Christmas Day', '1988-12-25', '1988-12-26'],
    ]);
  });

  it('move Memorial Day from 30 May to the last Monday in May in 1971', () => {
    expect(days('Memorial Day', '1969-01-01', '1974-01-01')).toEqual([
      '1969-05-30',
      '1970-05-30',
      '1971-05-31',
      '1972-05-29',
      '1973-05-28',
    ]);
  });

  it('put Labor Day on the first Monday in September and Thanksgiving on the fourth Thursday in November', () => {
    expect(days('Labor Day', '1969-01-01', '1972-01-01')).toEqual(['1969-09-01', '1970-09-07', '1971-09-06']);
    expect(days('Thanksgiving Day', '1972-01-01', '1975-01-01')).toEqual([
      '1972-11-23',
      '1973-11-22',
      '1974-11-28',
    ]);
  });

  it('keep to the half-open range', () => {
    expect(usHolidays('1980-07-04', '1980-12-25').map(({ start }) => start)).toEqual([
      '1980-07-04',
      '1980-09-01',
      '1980-11-27',
    ]);
  });
});
