/**
 * The step of a regular time axis: a count of calendar units, in UTC. Months, quarters and years have unequal
 * lengths, and business days skip Saturday and Sunday, so a step is added by the calendar, never by milliseconds.
 * Knows no holidays, no local time and no daylight saving.
 */
import { TesseraError } from '../errors/tessera-error.js';

export const frequencyUnits = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'businessDay',
  'week',
  'month',
  'quarter',
  'year',
] as const;

export type FrequencyUnit = (typeof frequencyUnits)[number];

export interface Frequency {
  readonly unit: FrequencyUnit;
  /** Units per step; a positive whole number. */
  readonly count: number;
  /**
   * `end` puts every stamp on the last day of its month (for `month`, `quarter` and `year`). By default a stamp keeps
   * the day of the first one, or the last day of a month that is too short for it.
   */
  readonly anchor?: 'end';
}

const second = 1000;
const fixedLength: Partial<Record<FrequencyUnit, number>> = {
  millisecond: 1,
  second,
  minute: 60 * second,
  hour: 3600 * second,
  day: 86_400 * second,
  week: 7 * 86_400 * second,
};
const monthsPerUnit: Partial<Record<FrequencyUnit, number>> = { month: 1, quarter: 3, year: 12 };
const dayLength = 86_400_000;
/** 1970-01-05 was the first Monday of the epoch. */
const daysToFirstMonday = 4;

/** Short names, pandas-like; longer English names are understood too. */
const unitByName: Readonly<Record<string, readonly [FrequencyUnit, 'end'?]>> = {
  ms: ['millisecond'],
  millisecond: ['millisecond'],
  s: ['second'],
  sec: ['second'],
  second: ['second'],
  min: ['minute'],
  t: ['minute'],
  minute: ['minute'],
  h: ['hour'],
  hour: ['hour'],
  hourly: ['hour'],
  d: ['day'],
  day: ['day'],
  daily: ['day'],
  b: ['businessDay'],
  businessday: ['businessDay'],
  w: ['week'],
  week: ['week'],
  weekly: ['week'],
  mo: ['month'],
  m: ['month'],
  month: ['month'],
  monthly: ['month'],
  me: ['month', 'end'],
  q: ['quarter'],
  quarter: ['quarter'],
  quarterly: ['quarter'],
  qe: ['quarter', 'end'],
  y: ['year'],
  year: ['year'],
  yearly: ['year'],
  ye: ['year', 'end'],
};

const shortName: Record<FrequencyUnit, string> = {
  millisecond: 'ms',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'D',
  businessDay: 'B',
  week: 'W',
  month: 'M',
  quarter: 'Q',
  year: 'Y',
};

/**
 * A frequency from its name: `15min`, `h`, `D`, `B`, `W`, `M` (same day each month), `ME` (month ends), `Q`, `QE`, `Y`, `YE`.
 *
 * @throws TesseraError FREQUENCY_UNKNOWN
 */
export function parseFrequency(text: string): Frequency {
  const match = /^\s*(\d*)\s*([a-z]+?)\s*$/i.exec(text);
  const name = match?.[2]?.toLowerCase() ?? '';
  const found = unitByName[name] ?? unitByName[name.replace(/s$/, '')];
  const count = match?.[1] === undefined || match[1] === '' ? 1 : Number(match[1]);
  if (found === undefined || count < 1) {
    throw new TesseraError({
      code: 'FREQUENCY_UNKNOWN',
      argument: 'frequency',
      expected: 'a count and a unit such as 15min, h, D, B, W, M, ME, Q or Y',
      found: JSON.stringify(text),
      wayOut: 'Write the step of the series in this form, or leave it out to have it inferred',
    });
  }
  const [unit, anchor] = found;
  return anchor === undefined ? { unit, count } : { unit, count, anchor };
}

/** The short name that `parseFrequency` reads back to the same frequency. */
export function formatFrequency(frequency: Frequency): string {
  const count = frequency.count === 1 ? '' : String(frequency.count);
  return `${count}${shortName[frequency.unit]}${frequency.anchor === 'end' ? 'E' : ''}`;
}

/** Milliseconds of one step where all steps are equally long; undefined for calendar units. */
export function fixedStep(frequency: Frequency): number | undefined {
  const unit = fixedLength[frequency.unit];
  return unit === undefined ? undefined : unit * frequency.count;
}

/** The time `steps` steps after `start` (before it, where negative), in UTC milliseconds. */
export function addSteps(start: number, frequency: Frequency, steps: number): number {
  const step = fixedStep(frequency);
  if (step !== undefined) return start + steps * step;
  const months = monthsPerUnit[frequency.unit];
  if (months === undefined) return addBusinessDays(start, steps * frequency.count);
  return addMonths(start, months * frequency.count * steps, frequency.anchor === 'end');
}

/** Whole steps from `start` to `time`, or undefined where `time` is not on the grid that `start` begins. */
export function stepsBetween(start: number, frequency: Frequency, time: number): number | undefined {
  const guess = Math.round(estimateSteps(start, frequency, time));
  for (const steps of [guess, guess - 1, guess + 1]) {
    if (addSteps(start, frequency, steps) === time) return steps;
  }
  return undefined;
}

/** Whether an axis of this frequency may begin at `time`: not on a weekend, or before a month’s end, where that matters. */
export function isOnGrid(time: number, frequency: Frequency): boolean {
  return addSteps(time, frequency, 0) === time;
}

function estimateSteps(start: number, frequency: Frequency, time: number): number {
  const step = fixedStep(frequency);
  if (step !== undefined) return (time - start) / step;
  const months = monthsPerUnit[frequency.unit];
  if (months === undefined) return businessDaysBetween(start, time) / frequency.count;
  const from = new Date(start);
  const to = new Date(time);
  const apart = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return apart / (months * frequency.count);
}

function addMonths(start: number, months: number, toMonthEnd: boolean): number {
  const date = new Date(start);
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12;
  const lastDay = new Date(utcDate(year, month + 1, 0)).getUTCDate();
  const day = toMonthEnd ? lastDay : Math.min(date.getUTCDate(), lastDay);
  return utcDate(year, month, day) + modulo(start, dayLength);
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; this does not. */
function utcDate(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** Business days since Monday 1970-01-05 of the day that holds `time`; a weekend counts as the Friday before it. */
function businessDayIndex(time: number): number {
  const daysSinceMonday = Math.floor(time / dayLength) - daysToFirstMonday;
  const weeks = Math.floor(daysSinceMonday / 7);
  return weeks * 5 + Math.min(daysSinceMonday - weeks * 7, 4);
}

function businessDaysBetween(start: number, time: number): number {
  return businessDayIndex(time) - businessDayIndex(start);
}

function addBusinessDays(start: number, steps: number): number {
  const index = businessDayIndex(start) + steps;
  const weeks = Math.floor(index / 5);
  return (weeks * 7 + (index - weeks * 5) + daysToFirstMonday) * dayLength + modulo(start, dayLength);
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}

/**
 * The usual season of a frequency in steps: a day of sub-daily steps, a week of days, a year of weeks, months or
 * quarters; 1 where there is none (years), or where the step does not divide the cycle.
 *
 * Source: the seasonal periods of the M4 competition and of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 2.1.
 */
export function defaultSeason(frequency: Frequency): number {
  const { unit, count } = frequency;
  const step = fixedStep(frequency);
  if (step !== undefined && step < dayLength) return dayLength % step === 0 ? dayLength / step : 1;
  const perCycle: Partial<Record<FrequencyUnit, number>> = {
    day: 7,
    businessDay: 5,
    week: 52,
    month: 12,
    quarter: 4,
  };
  const cycle = perCycle[unit] ?? 1;
  return cycle % count === 0 ? Math.max(1, cycle / count) : 1;
}
