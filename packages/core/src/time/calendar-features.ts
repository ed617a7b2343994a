/**
 * Where in the hour, the day, the week and the year each step lies: the covariates that are known for any future. As
 * plain numbers they count as calendars do (Monday is 1, January is 1); as sine and cosine the end of a cycle lies
 * beside its beginning. All in UTC; no holidays, no local working hours.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { civilFromDays, dayLength, daysFromCivil, daysInMonth, isLeapYear } from './civil-date.js';
import { type Frequency, fixedStep } from './frequency.js';
import type { TimeAxis } from './time-axis.js';

export const calendarCycles = [
  'minute_of_hour',
  'hour_of_day',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'week_of_year',
  'month_of_year',
  'quarter_of_year',
] as const;

export type CalendarCycle = (typeof calendarCycles)[number];

/** A cycle’s number, or one of the pair that stands for its phase. */
export type CalendarFeatureName = CalendarCycle | `${CalendarCycle}_sin` | `${CalendarCycle}_cos`;

/** One step, taken apart once for all its features. */
interface Moment {
  readonly time: number;
  /** Whole days since 1970-01-01. */
  readonly days: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

interface Cycle {
  /** The number that calendars give to the first part of the cycle. */
  readonly first: 0 | 1;
  number(moment: Moment): number;
  /** How many parts the cycle has that this moment lies in. */
  length(moment: Moment): number;
}

const cycles: Readonly<Record<CalendarCycle, Cycle>> = {
  minute_of_hour: { first: 0, number: ({ time }) => modulo(Math.floor(time / 60_000), 60), length: () => 60 },
  hour_of_day: { first: 0, number: ({ time }) => modulo(Math.floor(time / 3_600_000), 24), length: () => 24 },
  day_of_week: { first: 1, number: ({ days }) => weekday(days) + 1, length: () => 7 },
  day_of_month: { first: 1, number: ({ day }) => day, length: ({ year, month }) => daysInMonth(year, month) },
  day_of_year: {
    first: 1,
    number: ({ days, year }) => days - daysFromCivil(year, 1, 1) + 1,
    length: ({ year }) => (isLeapYear(year) ? 366 : 365),
  },
  week_of_year: {
    first: 1,
    number: ({ days }) => isoWeek(days),
    // 28 December always lies in the last week of its year (ISO 8601).
    length: ({ days }) => isoWeek(daysFromCivil(isoYear(days), 12, 28)),
  },
  month_of_year: { first: 1, number: ({ month }) => month, length: () => 12 },
  quarter_of_year: { first: 1, number: ({ month }) => Math.ceil(month / 3), length: () => 4 },
};

/**
 * Features of every step of an axis, each of shape `[T]`, in the order of their names. O(T) per feature.
 *
 * Numbers: `minute_of_hour` 0 to 59, `hour_of_day` 0 to 23, `day_of_week` 1 (Monday) to 7, `day_of_month` 1 to 31,
 * `day_of_year` 1 to 366, `week_of_year` 1 to 53 (ISO 8601), `month_of_year` 1 to 12, `quarter_of_year` 1 to 4. With
 * `_sin` and `_cos`: of the phase, `2 pi (number - first) / length`, by the true length of the month or year at hand.
 *
 * @param names default: `defaultCalendarFeatures` of the axis’ frequency
 * @throws TesseraError OPTIONS_INVALID
 */
export function calendarFeatures(
  axis: TimeAxis,
  names: readonly CalendarFeatureName[] = defaultCalendarFeatures(
    axis.kind === 'regular' ? axis.frequency : undefined,
  ),
): ReadonlyMap<CalendarFeatureName, Float64Array> {
  const columns = names.map((name) => ({ name, ...featureOf(name), values: new Float64Array(axis.length) }));
  for (let t = 0; t < axis.length; t++) {
    const time = axis.timeAt(t);
    const days = Math.floor(time / dayLength);
    const { year, month, day } = civilFromDays(days);
    const moment = { time, days, year, month, day };
    for (const { cycle, wave, values } of columns) {
      const number = cycle.number(moment);
      values[t] =
        wave === undefined ? number : wave((2 * Math.PI * (number - cycle.first)) / cycle.length(moment));
    }
  }
  return new Map(columns.map(({ name, values }) => [name, values]));
}

/**
 * The sine and cosine pairs of every cycle that a frequency goes through in several steps, none for years. Without a
 * frequency, as for an irregular axis: hour of day and the three cycles of days.
 *
 * Source: the choice of GluonTS, time_features_from_frequency_str, without its seconds and with quarters for quarters.
 */
export function defaultCalendarFeatures(frequency: Frequency | undefined): readonly CalendarFeatureName[] {
  return defaultCycles(frequency).flatMap((cycle) => [`${cycle}_sin`, `${cycle}_cos`] as const);
}

function defaultCycles(frequency: Frequency | undefined): readonly CalendarCycle[] {
  const ofDays = ['day_of_week', 'day_of_month', 'day_of_year'] as const;
  if (frequency === undefined) return ['hour_of_day', ...ofDays];
  const step = fixedStep(frequency);
  if (step === undefined) {
    if (frequency.unit === 'businessDay') return ofDays;
    if (frequency.unit === 'month') return ['month_of_year'];
    return frequency.unit === 'quarter' ? ['quarter_of_year'] : [];
  }
  if (step % (7 * dayLength) === 0) return ['day_of_month', 'week_of_year'];
  if (step % dayLength === 0) return ofDays;
  return step < 3_600_000 ? ['minute_of_hour', 'hour_of_day', ...ofDays] : ['hour_of_day', ...ofDays];
}

function featureOf(name: string): { readonly cycle: Cycle; readonly wave?: (phase: number) => number } {
  const known = calendarCycles.find(
    (each) => name === each || name === `${each}_sin` || name === `${each}_cos`,
  );
  if (known === undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'calendarFeatures names',
      expected: `one of ${calendarCycles.join(', ')}, each also with _sin or _cos`,
      found: JSON.stringify(name),
      wayOut: 'Use one of these names',
    });
  }
  const cycle = cycles[known];
  if (name === known) return { cycle };
  return { cycle, wave: name.endsWith('_sin') ? Math.sin : Math.cos };
}

/** 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday. */
function weekday(days: number): number {
  return modulo(days + 3, 7);
}

/** A week of ISO 8601 lies in the year of its Thursday. */
function thursdayOf(days: number): number {
  return days - weekday(days) + 3;
}

function isoYear(days: number): number {
  return civilFromDays(thursdayOf(days)).year;
}

function isoWeek(days: number): number {
  return Math.floor((thursdayOf(days) - daysFromCivil(isoYear(days), 1, 1)) / 7) + 1;
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
