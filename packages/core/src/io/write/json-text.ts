/**
 * Tables as JSON: one object per row, one row per line, or an array of them. Missing is null, times are ISO 8601 text,
 * numbers read back to the same bits. JSON has no infinity, so an infinite number is an error here.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import { numberText } from './csv-text.js';
import type { TableColumn, TableColumns } from './table-columns.js';
import { strideOf, type TextTable } from './text-table.js';
import { timeFormatOf } from './time-text.js';

/** The table as JSON Lines. O(cells); its text throws TesseraError NUMBER_INFINITE. */
export function jsonLines(table: TableColumns): TextTable {
  const write = rowWriter(table);
  const text = (from: number, to: number): string => {
    let lines = '';
    for (let row = from; row < to; row++) lines += `${write(row)}\n`;
    return lines;
  };
  return { head: '', tail: '', rows: table.rows, stride: strideOf(table), text };
}

/** The table as a JSON array of objects. O(cells); its text throws TesseraError NUMBER_INFINITE. */
export function jsonArray(table: TableColumns): TextTable {
  const write = rowWriter(table);
  const text = (from: number, to: number): string => {
    let items = '';
    for (let row = from; row < to; row++) items += (row === 0 ? '\n' : ',\n') + write(row);
    return items;
  };
  return { head: '[', tail: '\n]\n', rows: table.rows, stride: strideOf(table), text };
}

function rowWriter({ columns }: TableColumns): (row: number) => string {
  const writers = columns.map(cellWriter);
  const keys = columns.map(({ name }, i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = '{';
    for (let i = 0; i < writers.length; i++) text += keys[i] + writers[i](row);
    return `${text}}`;
  };
}

function cellWriter(column: TableColumn): (row: number) => string {
  const { kind, values, name } = column;
  if (kind === 'text' || kind === 'boolean') return (row) => JSON.stringify(values[row]);
  if (kind === 'time') {
    const format = timeFormatOf(values);
    return (row) => (Number.isNaN(values[row]) ? 'null' : `"${format(values[row])}"`);
  }
  return (row) => {
    const value = values[row];
    if (Number.isFinite(value)) return numberText(value);
    if (Number.isNaN(value)) return 'null';
    throw new TesseraError({
      code: 'NUMBER_INFINITE',
      argument: `column "${name}", row ${row + 1}`,
      expected: 'a finite number, since JSON has no other',
      found: String(value),
      wayOut: 'Replace it by null, or write CSV, Parquet or Arrow',
    });
  };
}
