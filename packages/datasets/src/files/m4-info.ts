/** The table M4-info.csv: the field each series comes from and, for what they are worth, the dates they begin at. */
import { type LongWorkOptions, TesseraError } from '@tessera/core';
import { m4Cells } from './m4-rows.js';
import { linesOf } from './text-lines.js';

export interface M4Info {
  /** Macro, Micro, Finance, Industry, Demographic or Other. */
  readonly category: string;
  /** UTC milliseconds. */
  readonly start: number;
}

/** The competition began on 1 January 2018, so a two-digit year up to 17 belongs to this century. */
const newestYear = 17;

/**
 * The facts of each series by id, from the columns `M4id`, `category` and `StartingDate` (`dd-mm-yy hh:mm`).
 *
 * @throws TesseraError FILE_UNREADABLE, COLUMN_UNKNOWN, TIME_UNPARSABLE, TABLE_EMPTY
 */
export async function readM4Info(path: string, options: LongWorkOptions): Promise<Map<string, M4Info>> {
  const facts = new Map<string, M4Info>();
  let columns: readonly number[] | undefined;
  for await (const { text, number } of linesOf(path, options)) {
    if (text.trim() === '') continue;
    const cells = m4Cells(text);
    if (columns === undefined) {
      columns = ['M4id', 'category', 'StartingDate'].map((name) => columnOf(cells, name, path));
      continue;
    }
    const [id, category, date] = columns.map((column) => cells[column] ?? '');
    facts.set(id, { category, start: parseM4Date(date, `${path}, line ${number}`) });
  }
  if (facts.size > 0) return facts;
  throw new TesseraError({
    code: 'TABLE_EMPTY',
    argument: path,
    expected: 'one line per series',
    found: 'none',
    wayOut: 'Check that this is M4-info.csv, whole',
  });
}

function columnOf(names: readonly string[], name: string, path: string): number {
  const column = names.indexOf(name);
  if (column >= 0) return column;
  throw new TesseraError({
    code: 'COLUMN_UNKNOWN',
    argument: `header of ${path}`,
    expected: `a column ${name}`,
    found: names.slice(0, 10).join(', '),
    wayOut: 'Give the file M4-info.csv of the competition',
  });
}

function parseM4Date(text: string, place: string): number {
  const match = /^(\d\d)-(\d\d)-(\d\d)(?: (\d\d):(\d\d))?$/.exec(text);
  const [day, month, year, hour, minute] = (match?.slice(1) ?? []).map((part) => Number(part ?? 0));
  const fullYear = year + (year <= newestYear ? 2000 : 1900);
  const time = new Date(Date.UTC(fullYear, month - 1, day, hour, minute));
  const isCalendar = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && minute < 60;
  if (match !== null && isCalendar) return time.getTime();
  throw new TesseraError({
    code: 'TIME_UNPARSABLE',
    argument: place,
    expected: 'a date dd-mm-yy hh:mm',
    found: JSON.stringify(text),
    wayOut: 'Correct the date, or leave the info file out to use pseudo-dates',
  });
}
