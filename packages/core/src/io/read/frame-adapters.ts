/**
 * Tables of other libraries, known by their shape so that neither library is needed to read them: arquero tables and
 * danfojs data frames.
 */
import type { SeriesCollector } from '../series/series-collector.js';

/** What is used of an arquero table; its filter and its order are respected. */
export interface ArqueroTable {
  columnNames(): string[];
  indices(): ArrayLike<number>;
  column(name: string): { at(row: number): unknown } | undefined;
}

/** What is used of a danfojs data frame. */
export interface DanfoFrame {
  readonly columns: readonly string[];
  /** One list of cells per row. */
  readonly values: unknown;
  readonly dtypes: readonly string[];
}

export function isArqueroTable(value: object): value is ArqueroTable {
  return 'columnNames' in value && 'indices' in value && 'column' in value;
}

export function isDanfoFrame(value: object): value is DanfoFrame {
  return 'columns' in value && 'values' in value && ('dtypes' in value || 'ctypes' in value);
}

/** Reads an arquero table. O(cells used). */
export function readArquero(table: ArqueroTable, collector: SeriesCollector): void {
  const names = table.columnNames();
  collector.begin(names);
  const columns = names.map((name) => table.column(name));
  let row = 0;
  const cellAt = (column: number): unknown => columns[column]?.at(row);
  const indices = table.indices();
  for (let i = 0; i < indices.length; i++) {
    row = indices[i];
    collector.readRow(cellAt);
  }
}

/** Reads a danfojs data frame; its index is not read. O(cells used). */
export function readDanfo(frame: DanfoFrame, collector: SeriesCollector): void {
  collector.begin(frame.columns);
  const rows = Array.isArray(frame.values) ? frame.values : [];
  let cells: unknown;
  const cellAt = (column: number): unknown => (Array.isArray(cells) ? cells[column] : undefined);
  for (const row of rows) {
    cells = row;
    collector.readRow(cellAt);
  }
}
