/**
 * Tables as CSV (RFC 4180 with LF): UTF-8, no byte order mark, a point as decimal mark, numbers as the shortest text that
 * reads back to the same bits. Cells are written as they are: text that a spreadsheet would take for a formula (`=`, `+`,
 * `-`, `@` in front) is not altered, since that would change the data; open files from others with care.
 */
import type { TableColumn, TableColumns } from './table-columns.js';
import { strideOf, type TextTable } from './text-table.js';
import { timeFormatOf } from './time-text.js';

/** The table as CSV text. O(cells). */
export function csvText(table: TableColumns, delimiter = ','): TextTable {
  const { rows, columns } = table;
  const quoted = (text: string): string =>
    text === '' || text.includes(delimiter) || /["\n\r]|^\s|\s$/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const writers = columns.map((column) => cellWriter(column, quoted));
  return {
    head: `${columns.map(({ name }) => quoted(name)).join(delimiter)}\n`,
    tail: '',
    rows,
    stride: strideOf(table),
    text: (from, to) => {
      let text = '';
      for (let row = from; row < to; row++) {
        for (let i = 0; i < writers.length; i++) text += (i === 0 ? '' : delimiter) + writers[i](row);
        text += '\n';
      }
      return text;
    },
  };
}

function cellWriter(column: TableColumn, quoted: (text: string) => string): (row: number) => string {
  const { kind, values } = column;
  if (kind === 'text') {
    return (row) => {
      const value = values[row];
      return value === null ? '' : quoted(value);
    };
  }
  if (kind === 'boolean') return (row) => String(values[row] ?? '');
  const format = kind === 'time' ? timeFormatOf(values) : numberText;
  return (row) => (Number.isNaN(values[row]) ? '' : format(values[row]));
}

/** The shortest text that reads back to the same bits; `String` would write -0 as 0. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
