/** Calendar numbers against d3-time and against dates that a person can look up. */
import { utcDay, utcMonday, utcMonth, utcThursday, utcYear } from 'd3-time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CalendarCycle,
  type CalendarFeatureName,
  calendarCycles,
  calendarFeatures,
  defaultCalendarFeatures,
} from '../../src/time/calendar-features.js';
import { parseFrequency } from '../../src/time/frequency.js';
import { irregularTimeAxis, regularTimeAxis } from '../../src/time/time-axis.js';

function featuresAt(stamp: string, names: readonly CalendarFeatureName[]): number[] {
  const features = calendarFeatures(irregularTimeAxis([Date.parse(stamp)]), names);
  return names.map((name) => features.get(name)?.[0] ?? Number.NaN);
}

/** The slow way, by d3-time: intervals counted from the start of the cycle. */
const reference: Readonly<Record<CalendarCycle, (date: Date) => number>> = {
  minute_of_hour: (date) => date.getUTCMinutes(),
  hour_of_day: (date) => date.getUTCHours(),
  day_of_week: (date) => utcDay.count(utcMonday(date), date) + 1,
  day_of_month: (date) => utcDay.count(utcMonth(date), date) + 1,
  day_of_year: (date) => utcDay.count(utcYear(date), date) + 1,
  week_of_year: (date) => {
    const thursday = utcDay.offset(utcMonday(date), 3);
    return utcThursday.count(utcDay.offset(utcYear(thursday), -1), thursday);
  },
  month_of_year: (date) => utcMonth.count(utcYear(date), date) + 1,
  quarter_of_year: (date) => Math.floor(utcMonth.count(utcYear(date), date) / 3) + 1,
};

describe('calendarFeatures', () => {
  it('counts as d3-time does', () => {
    const dates = fc.date({ min: new Date('0100-01-01'), max: new Date('3000-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        const numbers = featuresAt(date.toISOString(), calendarCycles);
        expect(numbers).toEqual(calendarCycles.map((name) => reference[name](date)));
      }),
      { numRuns: 2000 },
    );
  });

  // The weeks at the turn of years that ISO 8601 is known for: 2020 had 53, 2021 begins in week 53 of 2020.
  it.each([
    ['2024-02-29T13:45:00Z', [45, 13, 4, 29, 60, 9, 2, 1]],
    ['2020-12-31T00:00:00Z', [0, 0, 4, 31, 366, 53, 12, 4]],
    ['2021-01-03T23:59:59Z', [59, 23, 7, 3, 3, 53, 1, 1]],
    ['2021-01-04T00:00:00Z', [0, 0, 1, 4, 4, 1, 1, 1]],
    ['2018-12-31T06:00:00Z', [0, 6, 1, 31, 365, 1, 12, 4]],
    ['1969-12-31T23:01:00Z', [1, 23, 3, 31, 365, 1, 12, 4]],
  ])('reads %s', (stamp, expected) => {
    expect(featuresAt(stamp, calendarCycles)).toEqual(expected);
  });

  it('closes every cycle: one step after its last part is its first, and the phase moves evenly', () => {
    const axis = regularTimeAxis({ start: Date.parse('2019-12-01'), frequency: 'D', length: 800 });
    for (const cycle of ['day_of_week', 'day_of_month', 'day_of_year'] as const) {
      const features = calendarFeatures(axis, [cycle, `${cycle}_sin`, `${cycle}_cos`]);
      const [number, sine, cosine] = [...features.values()];
      for (let t = 1; t < axis.length; t++) {
        const turn = Math.atan2(sine[t], cosine[t]) - Math.atan2(sine[t - 1], cosine[t - 1]);
        const length = (2 * Math.PI) / (((turn % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI));
        // Where a month or year begins, the step belongs to the one before it.
        const isWhole = Math.abs(length - Math.round(length)) < 1e-6;
        expect(isWhole).toBe(true);
        expect(number[t] === 1 ? length : number[t] - number[t - 1]).toBeCloseTo(
          number[t] === 1 ? number[t - 1] : 1,
          6,
        );
      }
    }
  });

  it('gives sine and cosine of the phase, by the true length of the cycle', () => {
    const [sine, cosine] = featuresAt('2024-02-15', ['day_of_month_sin', 'day_of_month_cos']);
    expect(sine).toBeCloseTo(Math.sin((2 * Math.PI * 14) / 29), 15);
    expect(cosine).toBeCloseTo(Math.cos((2 * Math.PI * 14) / 29), 15);
    expect(featuresAt('2020-12-31', ['week_of_year_sin'])[0]).toBeCloseTo(
      Math.sin((2 * Math.PI * 52) / 53),
      15,
    );
    // The last day of 2018 lies in week 1 of 2019, and 2018 had 52.
    expect(featuresAt('2018-12-30', ['week_of_year_sin'])[0]).toBeCloseTo(
      Math.sin((2 * Math.PI * 51) / 52),
      15,
    );
    expect(featuresAt('2021-06-30', ['day_of_year_cos'])[0]).toBeCloseTo(
      Math.cos((2 * Math.PI * 180) / 365),
      15,
    );
    expect(featuresAt('2021-07-01T18:30Z', ['hour_of_day_sin', 'minute_of_hour_cos'])).toEqual([-1, -1]);
    expect(featuresAt('2021-07-05', ['quarter_of_year_cos', 'day_of_week_cos'])).toEqual([-1, 1]);
  });

  it('goes on into the future without a seam', () => {
    const axis = regularTimeAxis({ start: Date.parse('2023-01-31'), frequency: 'M', length: 24 });
    const whole = calendarFeatures(axis);
    const future = calendarFeatures(axis.slice(0, 10).future(14));
    for (const [name, values] of future) expect(values).toEqual(whole.get(name)?.subarray(10));
  });

  it('gives one array per name, in the order of the names', () => {
    const axis = regularTimeAxis({ start: 0, frequency: 'h', length: 30 });
    const features = calendarFeatures(axis, ['hour_of_day', 'day_of_week']);
    expect([...features.keys()]).toEqual(['hour_of_day', 'day_of_week']);
    expect(features.get('hour_of_day')).toEqual(Float64Array.from({ length: 30 }, (_, t) => t % 24));
    expect(calendarFeatures(axis, []).size).toBe(0);
    expect(calendarFeatures(axis.slice(0, 0)).get('hour_of_day_sin')).toEqual(new Float64Array(0));
  });

  it('refuses a name it does not know', () => {
    const names: CalendarFeatureName[] = JSON.parse('["hour_of_day","moon"]');
    expect(() => calendarFeatures(irregularTimeAxis([0]), names)).toThrowError(
      'OPTIONS_INVALID: calendarFeatures names: expected one of minute_of_hour, hour_of_day, day_of_week, day_of_month, day_of_year, week_of_year, month_of_year, quarter_of_year, each also with _sin or _cos, found "moon". Use one of these names.',
    );
  });
});

describe('the default features', () => {
  it.each([
    ['s', 'minute_of_hour hour_of_day day_of_week day_of_month day_of_year'],
    ['15min', 'minute_of_hour hour_of_day day_of_week day_of_month day_of_year'],
    ['60min', 'hour_of_day day_of_week day_of_month day_of_year'],
    ['h', 'hour_of_day day_of_week day_of_month day_of_year'],
    ['24h', 'day_of_week day_of_month day_of_year'],
    ['D', 'day_of_week day_of_month day_of_year'],
    ['B', 'day_of_week day_of_month day_of_year'],
    ['7D', 'day_of_month week_of_year'],
    ['W', 'day_of_month week_of_year'],
    ['ME', 'month_of_year'],
    ['Q', 'quarter_of_year'],
    ['Y', ''],
  ])('of %s are the pairs of: %s', (frequency, expected) => {
    const pairs = expected.split(' ').filter((each) => each !== '');
    const names = pairs.flatMap((cycle) => [`${cycle}_sin`, `${cycle}_cos`]);
    expect(defaultCalendarFeatures(parseFrequency(frequency))).toEqual(names);
    const axis = regularTimeAxis({ start: Date.parse('2021-12-31'), frequency, length: 40 });
    const features = calendarFeatures(axis);
    expect([...features.keys()]).toEqual(names);
  });

  it('of an irregular axis are those of hours and days', () => {
    expect([...calendarFeatures(irregularTimeAxis([0])).keys()]).toEqual([
      'hour_of_day_sin',
      'hour_of_day_cos',
      'day_of_week_sin',
      'day_of_week_cos',
      'day_of_month_sin',
      'day_of_month_cos',
      'day_of_year_sin',
      'day_of_year_cos',
    ]);
  });
});
