/** A set of series, or rows of any kind, as a table in memory. Channels, statics and missing cells as `columnsOfSet` says. */
import type { ColumnTable } from 'arquero';
import type { SeriesSet } from '../../frames/series-set.js';
import { arrowBytes } from './arrow-bytes.js';
import { csvText } from './csv-text.js';
import { jsonLines } from './json-text.js';
import { parquetBytes } from './parquet-bytes.js';
import {
  cellOf,
  columnsOf,
  columnsOfRows,
  columnsOfSet,
  type Row,
  type SetColumnOptions,
} from './table-columns.js';
import { piecesOf, type TextTable } from './text-table.js';

/**
 * One object per series and step, in long format: id, time as a Date, then channels and statics by name; null where
 * missing. O(steps * columns).
 *
 * @param options.id, options.time names of these columns; default `unique_id` and `ds`
 * @throws TesseraError COLUMN_DUPLICATE
 */
export function toRows(set: SeriesSet, options?: SetColumnOptions): Row[] {
  const { rows, columns } = columnsOfSet(set, options);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, cellOf(column, row)])),
  );
}

/**
 * A set in long format as CSV text: UTF-8, comma, numbers exact, dates as short as the column allows. For tables beyond
 * 500 MB of text use `writeTable`. Cells that look like spreadsheet formulas are not altered.
 *
 * @throws TesseraError COLUMN_DUPLICATE
 */
export function toCsv(set: SeriesSet, options?: SetColumnOptions): string {
  return whole(csvText(columnsOfSet(set, options)));
}

/**
 * Rows of any kind as CSV text, one column per key in order of first appearance; otherwise as `toCsv`.
 *
 * @throws TesseraError TABLE_EMPTY, TABLE_MALFORMED where a column holds values of several types
 */
export function rowsToCsv(rows: readonly Row[]): string {
  return whole(csvText(columnsOfRows(rows)));
}

/** A set in long format as JSON Lines; null where missing. @throws TesseraError COLUMN_DUPLICATE */
export function toJsonLines(set: SeriesSet, options?: SetColumnOptions): string {
  return whole(jsonLines(columnsOfSet(set, options)));
}

/** Rows of any kind as JSON Lines. @throws TesseraError TABLE_EMPTY, TABLE_MALFORMED, NUMBER_INFINITE */
export function rowsToJsonLines(rows: readonly Row[]): string {
  return whole(jsonLines(columnsOfRows(rows)));
}

/** A set in long format, or rows, as the bytes of an Arrow file. @throws TesseraError as `toCsv` and `rowsToCsv` do */
export async function toArrow(
  table: SeriesSet | readonly Row[],
  options?: SetColumnOptions,
): Promise<Uint8Array> {
  return arrowBytes(columnsOf(table, options));
}

/** A set in long format, or rows, as the bytes of a Parquet file. @throws TesseraError as `toCsv` and `rowsToCsv` do */
export async function toParquet(
  table: SeriesSet | readonly Row[],
  options?: SetColumnOptions,
): Promise<Uint8Array> {
  return parquetBytes(columnsOf(table, options));
}

/**
 * A set in long format, or rows, as an arquero table: times as Dates, numbers as a Float64Array with NaN where missing.
 *
 * @throws TesseraError as `toCsv` and `rowsToCsv` do
 */
export async function toArquero(
  table: SeriesSet | readonly Row[],
  options?: SetColumnOptions,
): Promise<ColumnTable> {
  const { table: tableOf } = await import('arquero');
  const { columns, rows } = columnsOf(table, options);
  return tableOf(
    new Map(
      columns.map((column) => [
        column.name,
        column.kind === 'time'
          ? Array.from({ length: rows }, (_, row) => cellOf(column, row))
          : column.values,
      ]),
    ),
  );
}

function whole(text: TextTable): string {
  return [...piecesOf(text)].join('');
}
