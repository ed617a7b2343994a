/** A text table as pieces of bounded size, so that neither a string nor a file buffer has to hold it whole. */
import type { TableColumns } from './table-columns.js';

/** Cells per piece: some hundred kilobytes of text. */
const cellsPerPiece = 65_536;

export interface TextTable {
  readonly head: string;
  readonly tail: string;
  readonly rows: number;
  /** Rows per piece. */
  readonly stride: number;
  /** The text of the rows `[from, to)`. */
  text(from: number, to: number): string;
}

/** Rows that one piece of text takes. */
export function strideOf({ columns }: TableColumns): number {
  return Math.max(1, Math.floor(cellsPerPiece / Math.max(1, columns.length)));
}

/** Pieces that `piecesOf` gives. */
export function countPieces({ rows, stride }: TextTable): number {
  return Math.ceil(rows / stride) + 2;
}

export function* piecesOf(table: TextTable): Generator<string> {
  yield table.head;
  for (let from = 0; from < table.rows; from += table.stride) {
    yield table.text(from, Math.min(table.rows, from + table.stride));
  }
  yield table.tail;
}
