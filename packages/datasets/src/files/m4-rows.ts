/** The ragged tables of the M4 competition: a header, then one series a row, its cells quoted or not. */
import { type LongWorkOptions, TesseraError } from '@tessera/core';
import { parseDecimal } from './parse-decimal.js';
import { linesOf } from './text-lines.js';

export interface M4Row {
  readonly id: string;
  /** Empty cells behind the last value are not part of the series; an empty cell before it is NaN. */
  readonly values: Float64Array;
  readonly missing: number;
}

/** The series of one file. @throws TesseraError as `readM4` */
export async function* m4Rows(path: string, options: LongWorkOptions): AsyncGenerator<M4Row> {
  let rows = 0;
  for await (const { text, number } of linesOf(path, options)) {
    if (text.trim() === '') continue;
    const cells = m4Cells(text);
    if (number === 1) {
      if (/^[\d.]+$/.test(cells[1] ?? '')) throw noHeader(path, text);
      continue;
    }
    rows += 1;
    yield rowOf(cells, (column) => `${path}, line ${number}, column ${column + 1}`);
  }
  if (rows > 0) return;
  throw new TesseraError({
    code: 'TABLE_EMPTY',
    argument: path,
    expected: 'a header and one series a line',
    found: 'no series',
    wayOut: 'Check that this is the right file and that it was written to its end',
  });
}

/** The cells of a line without their quotes; M4 has no commas inside cells. */
export function m4Cells(line: string): string[] {
  return line.split(',').map((cell) => {
    const trimmed = cell.trim();
    return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
      ? trimmed.slice(1, -1)
      : trimmed;
  });
}

function rowOf(cells: readonly string[], placeOf: (column: number) => string): M4Row {
  let length = cells.length;
  while (length > 1 && isEmpty(cells[length - 1])) length -= 1;
  const values = new Float64Array(length - 1);
  let missing = 0;
  for (let column = 1; column < length; column++) {
    if (isEmpty(cells[column])) {
      values[column - 1] = Number.NaN;
      missing += 1;
    } else {
      values[column - 1] = parseDecimal(cells[column], () => placeOf(column));
    }
  }
  if (cells[0] !== '' && values.length > 0) return { id: cells[0], values, missing };
  throw new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: placeOf(0),
    expected: 'an id and at least one value',
    found: cells[0] === '' ? 'no id' : 'no value',
    wayOut: 'Correct the line or remove it',
  });
}

function isEmpty(cell: string): boolean {
  return cell === '' || cell === 'NA';
}

function noHeader(path: string, line: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_NO_HEADER',
    argument: `${path}, line 1`,
    expected: 'column names such as "V1","V2"',
    found: JSON.stringify(line.slice(0, 60)),
    wayOut: 'Put the header line back; without it the first series would be lost',
  });
}
