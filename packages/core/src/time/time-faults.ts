/** What can be wrong with a time stamp, in the words of the messages. */
import type { ErrorCode } from '../errors/error-codes.js';
import { TesseraError } from '../errors/tessera-error.js';
import { civilFromDays, dayLength, daysFromCivil } from './civil-date.js';

/** An error without the place where it happened. */
export interface TimeFault {
  readonly code: ErrorCode;
  readonly expected: string;
  readonly found: string;
  readonly wayOut: string;
}

/** A date whose day and month could change places. */
export interface OpenDate {
  readonly place: string;
  readonly text: string;
  /** Read month first, UTC milliseconds. */
  readonly time: number;
}

const oneForm = 'Write all time stamps of the column in one form';

/**
 * @param form form of the column, where a row has told it
 * @param unitOption what the caller calls the option that states a unit
 */
export function unreadable(cell: unknown, form: string | undefined, unitOption: string): TimeFault {
  const code = 'TIME_UNPARSABLE';
  if (cell === '' || cell === null || cell === undefined) {
    return {
      code,
      expected: 'a time stamp',
      found: 'an empty cell',
      wayOut: 'Fill in the time, or remove the row',
    };
  }
  const expected =
    form === undefined
      ? 'a time stamp such as 2020-01-31, 2020-01-31T12:00:00Z or 1580428800000'
      : `a time stamp of the form ${form}`;
  const isNumber =
    typeof cell === 'number' || typeof cell === 'bigint' || /^[+-]?\d+(?:\.\d+)?$/.test(String(cell));
  // A number in a column of dates is a slip, and no unit would help.
  const wantsUnit = isNumber && (form === undefined || form.startsWith('epoch'));
  const wayOut = wantsUnit
    ? `State what the numbers count from 1970 with the option ${unitOption}: s, ms, us or ns`
    : 'Correct the time stamp, or write the column as YYYY-MM-DD HH:MM:SS';
  return { code, expected, found: shown(cell), wayOut };
}

export function nonexistent(cell: unknown): TimeFault {
  return {
    code: 'TIME_UNPARSABLE',
    expected: 'a date and a time of day that exist',
    found: shown(cell),
    wayOut: 'Correct the time stamp',
  };
}

export function againstDayFirst(text: string, form: string, dayFirst: boolean): TimeFault {
  return {
    code: 'TIME_UNPARSABLE',
    expected: `a date of the form ${form}, as the option dayFirst says`,
    found: shown(text),
    wayOut: `Correct the date, or set dayFirst to ${!dayFirst}`,
  };
}

export function mixedForms(cell: unknown, form: string, expected: string, place: string): TimeFault {
  return {
    code: 'TIME_FORMATS_MIXED',
    expected: `the form ${expected} of ${place}`,
    found: `${shown(cell)}, of the form ${form}`,
    wayOut: oneForm,
  };
}

export function mixedZones(cell: unknown, isZoned: boolean, place: string): TimeFault {
  return {
    code: 'TIME_ZONES_MIXED',
    expected: `a time stamp ${isZoned ? 'with' : 'without'} a zone, as in ${place}`,
    found: shown(cell),
    wayOut: 'Write all time stamps of the column with a zone, or all without one, which means UTC',
  };
}

/** @param evidence what the column shows instead of an order */
export function ambiguous(argument: string, open: OpenDate, evidence: string): TesseraError {
  const { place, text, time } = open;
  return new TesseraError({
    code: 'TIME_AMBIGUOUS',
    argument: `${argument}, ${place}`,
    expected: 'dates that tell days from months',
    found: `${shown(text)} and ${evidence}`,
    wayOut: `Set the option dayFirst to true if it means ${isoDate(exchangeDayAndMonth(time))}, or to false if it means ${isoDate(time)}`,
  });
}

/** The time with the numbers of its day and its month exchanged; both are at most 12. */
export function exchangeDayAndMonth(time: number): number {
  const days = Math.floor(time / dayLength);
  const { year, month, day } = civilFromDays(days);
  return time + (daysFromCivil(year, day, month) - days) * dayLength;
}

function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function shown(cell: unknown): string {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? 'an invalid date' : cell.toISOString();
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  if (typeof cell !== 'string') return `a value of type ${typeof cell}`;
  return JSON.stringify(cell.length > 60 ? `${cell.slice(0, 57)}...` : cell);
}
