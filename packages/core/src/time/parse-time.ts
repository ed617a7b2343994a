/**
 * A column of time stamps becomes UTC milliseconds. One column has one form, and every stamp of it has a zone or none
 * has; a stamp without zone counts as UTC. Which of two meanings a stamp has is told by the column or by the caller,
 * never guessed, and no date rolls over into another.
 *
 * Fractions of a millisecond are kept as far as a double holds them: to a quarter of a microsecond for times of today.
 */
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { ColumnParser } from './column-parser.js';
import { type EpochUnit, epochUnits } from './epoch-time.js';

export interface TimeParserOptions {
  /** What the column is, for messages, e.g. `column "ds"`. */
  readonly argument: string;
  /** Read `03/04/2020` as 3 April (true) or 4 March (false). Default: as the column itself tells, else an error. */
  readonly dayFirst?: boolean | undefined;
  /** What numbers count from 1970. Default: seconds or milliseconds by their size, and bigints are an error. */
  readonly unit?: EpochUnit | undefined;
  /** What the caller calls the option `unit`, for messages. Default `unit`. */
  readonly unitOption?: string | undefined;
  /** The words for a row in messages; rows count from 1. Default `row N`. */
  readonly placeOf?: ((row: number) => string) | undefined;
}

/** What a whole column turned out to be. */
export interface TimeColumnForm {
  /** Such as `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM`, `epoch seconds`, `Date`; empty for a column without rows. */
  readonly form: string;
  /** Whether the stamps name an instant: they carry a zone, count from 1970, or are Date objects. */
  readonly zoned: boolean;
  /**
   * The time of a row, of what `push` returned for it: the two differ where a later row told that days come before
   * months. Rows count from 1.
   */
  settle(time: number, row: number): number;
}

export interface TimeParser {
  /**
   * UTC milliseconds of the next row’s stamp, to be settled at the end.
   *
   * @throws TesseraError TIME_UNPARSABLE, TIME_FORMATS_MIXED, TIME_ZONES_MIXED, TIME_AMBIGUOUS
   */
  push(value: unknown): number;
  /** Call after the last row. @throws TesseraError TIME_AMBIGUOUS */
  finish(): TimeColumnForm;
}

export interface ParsedTimes extends Pick<TimeColumnForm, 'form' | 'zoned'> {
  /** UTC milliseconds, one per row. */
  readonly times: Float64Array;
}

const schema = z.strictObject({
  argument: z.string(),
  dayFirst: z.boolean().optional(),
  unit: z.enum(epochUnits).optional(),
  unitOption: z.string().default('unit'),
  placeOf: z.custom<TimeParserOptions['placeOf']>((value) => typeof value === 'function').optional(),
});

/**
 * The times of a column. O(rows).
 *
 * Read are: `2020-01-31`, `2020/1/31`, `2020.01.31`, `31/01/2020` and `01/31/2020` (also with `-` or `.`),
 * `Jan 31 2020`, `31 January 2020`, `31-Jan-2020`, each also with a clock such as `T12:00`, ` 12:00:30.5`, ` 12:00 PM`
 * and a zone such as `Z`, `+02:00`, ` UTC`; `2020-01`, `Jan 2020`, `2020-Q1`; numbers and texts of digits: `2020`,
 * `20200131`, seconds and milliseconds since 1970; Date objects; bigints with a stated `unit`.
 *
 * @throws TesseraError OPTIONS_INVALID, TIME_UNPARSABLE, TIME_FORMATS_MIXED, TIME_ZONES_MIXED, TIME_AMBIGUOUS
 */
export function parseTimes(column: readonly unknown[], options: TimeParserOptions): ParsedTimes {
  const parser = timeParser(options);
  const times = new Float64Array(column.length);
  for (let i = 0; i < times.length; i++) times[i] = parser.push(column[i]);
  const { form, zoned, settle } = parser.finish();
  for (let i = 0; i < times.length; i++) times[i] = settle(times[i], i + 1);
  return { times, form, zoned };
}

/**
 * A parser that takes a column row by row and keeps none of it, so that a file larger than memory can be read.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function timeParser(options: TimeParserOptions): TimeParser {
  const { argument, dayFirst, unit, unitOption, placeOf } = parseOptions(schema, options, 'timeParser');
  return new ColumnParser({
    argument,
    dayFirst,
    unit,
    unitOption,
    placeOf: placeOf ?? ((row) => `row ${row}`),
  });
}
