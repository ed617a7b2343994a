export { defaultMissingValues } from './cells/number-column.js';
export type { ArqueroTable, DanfoFrame } from './read/frame-adapters.js';
export type { RowObject } from './read/record-reader.js';
export type { ColumnNames, ReadTableOptions } from './read-options.js';
export { readTable, type TableSource } from './read-table.js';
export { type TableFormat, tableFormats } from './table-format.js';
export { type AtomicFileOptions, writeFileAtomically } from './write/atomic-file.js';
export type { CellValue, Row, SetColumnOptions } from './write/table-columns.js';
export {
  rowsToCsv,
  rowsToJsonLines,
  toArquero,
  toArrow,
  toCsv,
  toJsonLines,
  toParquet,
  toRows,
} from './write/to-table.js';
export { type WriteTableOptions, writeRows, writeTable } from './write/write-table.js';
