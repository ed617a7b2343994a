/**
 * The step of a regular time axis: a count of calendar units, in UTC. Months, quarters and years have unequal
 * lengths, and business days skip Saturday and Sunday, so a step is added by the calendar, never by milliseconds.
 * Knows no holidays, no local time and no daylight saving.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { civilFromDays, dayLength, daysFromCivil, daysInMonth } from './civil-date.js';

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
  day: dayLength,
  week: 7 * dayLength,
};
const monthsPerUnit: Partial<Record<FrequencyUnit, number>> = { month: 1, quarter: 3, year: 12 };
/** 1970-01-05 was the first Monday of the epoch. */
const daysToFirstMonday = 4;

/** Short names, pandas-like; longer English names are understood too. */
const unitByName: ReadonlyMap<string, readonly [FrequencyUnit, 'end'?]> = new Map<
  string,
  readonly [FrequencyUnit, 'end'?]
>([
  ['ms', ['millisecond']],
  ['millisecond', ['millisecond']],
  ['s', ['second']],
  ['sec', ['second']],
  ['second', ['second']],
  ['min', ['minute']],
  ['t', ['minute']],
  ['minute', ['minute']],
  ['h', ['hour']],
  ['hour', ['hour']],
  ['hourly', ['hour']],
  ['d', ['day']],
  ['day', ['day']],
  ['daily', ['day']],
  ['b', ['businessDay']],
  ['businessday', ['businessDay']],
  ['w', ['week']],
  ['week', ['week']],
  ['weekly', ['week']],
  ['mo', ['month']],
  ['m', ['month']],
  ['month', ['month']],
  ['monthly', ['month']],
  ['me', ['month', 'end']],
  ['q', ['quarter']],
  ['quarter', ['quarter']],
  ['quarterly', ['quarter']],
  ['qe', ['quarter', 'end']],
  ['y', ['year']],
  ['year', ['year']],
  ['yearly', ['year']],
  ['ye', ['year', 'end']],
]);

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
 * Names are read in any case, but for one: `MS` is `M`, as pandas calls months that begin on their first day, and `ms`
 * is a millisecond.
 *
 * @throws TesseraError FREQUENCY_UNKNOWN
 */
export function parseFrequency(text: string): Frequency {
  const match = /^\s*(\d*)\s*([a-z]+)\s*$/i.exec(text);
  const written = match?.[2] ?? '';
  const name = written === 'MS' ? 'm' : written.toLowerCase();
  const found = unitByName.get(name) ?? unitByName.get(name.replace(/s$/, ''));
  const count = match?.[1] === undefined || match[1] === '' ? 1 : Number(match[1]);
  if (found === undefined || count < 1 || !Number.isSafeInteger(count)) {
    throw frequencyError('frequency', JSON.stringify(text));
  }
  const [unit, anchor] = found;
  return anchor === undefined ? { unit, count } : { unit, count, anchor };
}

/**
 * A frequency given by name or as data, checked.
 *
 * @param argument what the frequency is, for messages; default `frequency`
 * @throws TesseraError FREQUENCY_UNKNOWN
 */
export function resolveFrequency(given: Frequency | string, argument = 'frequency'): Frequency {
  if (typeof given === 'string') return parseFrequency(given);
  const { unit, count, anchor } = given;
  const isAnchored = anchor !== undefined;
  const fits =
    frequencyUnits.includes(unit) &&
    Number.isSafeInteger(count) &&
    count >= 1 &&
    (!isAnchored || (anchor === 'end' && monthsPerUnit[unit] !== undefined));
  if (!fits) throw frequencyError(argument, JSON.stringify(given));
  return isAnchored ? { unit, count, anchor } : { unit, count };
}

function frequencyError(argument: string, found: string): TesseraError {
  return new TesseraError({
    code: 'FREQUENCY_UNKNOWN',
    argument,
    expected: 'a count and a unit such as 15min, h, D, B, W, M, ME, Q or Y',
    found,
    wayOut: 'Write the step of the series in this form, or leave it out to have it inferred',
  });
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

/**
 * The time `steps` steps after `start` (before it, where negative), in UTC milliseconds. A business day counts from the
 * Friday before, where `start` is on a weekend.
 */
export function addSteps(start: number, frequency: Frequency, steps: number): number {
  const step = fixedStep(frequency);
  if (step !== undefined) return start + steps * step;
  const months = monthsPerUnit[frequency.unit];
  if (months === undefined) return addBusinessDays(start, steps * frequency.count);
  return addMonths(start, months * frequency.count * steps, frequency.anchor === 'end');
}

/** Whole steps from `start` to `time`, or undefined where `time` is not on the grid that `start` begins. */
export function stepsBetween(start: number, frequency: Frequency, time: number): number | undefined {
  // Exact where the time is on the grid, up to the rounding of a division.
  const steps = Math.round(estimateSteps(start, frequency, time));
  return addSteps(start, frequency, steps) === time ? steps : undefined;
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
  return (monthIndex(time) - monthIndex(start)) / (months * frequency.count);
}

/** Months since January of year 0 of the month that holds `time`. */
function monthIndex(time: number): number {
  const { year, month } = civilFromDays(Math.floor(time / dayLength));
  return year * 12 + month - 1;
}

function addMonths(start: number, months: number, toMonthEnd: boolean): number {
  const date = civilFromDays(Math.floor(start / dayLength));
  const index = date.year * 12 + date.month - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  const lastDay = daysInMonth(year, month);
  const day = toMonthEnd ? lastDay : Math.min(date.day, lastDay);
  return daysFromCivil(year, month, day) * dayLength + modulo(start, dayLength);
}

/** Business days since Monday 1970-01-05 of the day that holds `time`; a weekend counts as the Friday before it. */
export function businessDayIndex(time: number): number {
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
 * quarters; 1 where there is none (years), or where the step does not divide the cycle. The length of a step counts, not
 * its name: `7D` has the season of `W`.
 *
 * Source: the seasonal periods of the M4 competition and of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 2.1.
 */
export function defaultSeason(frequency: Frequency): number {
  const [cycle, step] = cycleOf(frequency);
  return cycle % step === 0 ? cycle / step : 1;
}

/** The cycle that a frequency goes round in and the length of one step, in the same unit. */
function cycleOf(frequency: Frequency): readonly [number, number] {
  const step = fixedStep(frequency);
  if (step === undefined) {
    const months = monthsPerUnit[frequency.unit];
    return months === undefined ? [5, frequency.count] : [12, months * frequency.count];
  }
  if (step < dayLength) return [dayLength, step];
  return step % (7 * dayLength) === 0 ? [52, step / (7 * dayLength)] : [7, step / dayLength];
}
