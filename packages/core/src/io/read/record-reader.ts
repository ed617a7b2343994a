/**
 * Rows that are objects already, as in arrays of objects and JSON. Keys are columns; an absent key is a missing cell.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import type { SeriesCollector } from '../series/series-collector.js';

export type RowObject = Readonly<Record<string, unknown>>;

export class RecordReader {
  readonly #collector: SeriesCollector;
  readonly #names: string[] = [];
  readonly #known = new Set<string>();
  #row: RowObject = {};

  constructor(collector: SeriesCollector) {
    this.#collector = collector;
  }

  /**
   * Reads rows; the columns are the keys of the first rows given. O(cells).
   *
   * @throws TesseraError TABLE_MALFORMED, and everything that planning and reading cells may throw
   */
  read(rows: readonly RowObject[], lineOf?: (index: number) => number): void {
    if (rows.length === 0) return;
    const names = this.#names;
    for (const row of rows) {
      for (const key of Object.keys(row)) {
        if (this.#known.has(key)) continue;
        this.#known.add(key);
        names.push(key);
      }
    }
    if (!this.#collector.hasBegun) this.#collector.begin(names);
    else if (names.length > this.#collector.columns) this.#collector.extend(names);
    const cellAt = (column: number): unknown => {
      const name = names[column];
      return Object.hasOwn(this.#row, name) ? this.#row[name] : undefined;
    };
    for (const [index, row] of rows.entries()) {
      this.#row = row;
      this.#collector.position.line = lineOf?.(index) ?? 0;
      this.#collector.readRow(cellAt);
    }
  }
}

/** The value as a row. @throws TesseraError TABLE_MALFORMED where it is not an object */
export function rowObject(value: unknown, place: string): RowObject {
  if (isRowObject(value)) return value;
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: place,
    expected: 'an object with one key per column',
    found,
    wayOut: 'Write each row as an object such as {"ds": "2020-01-01", "y": 1}',
  });
}

function isRowObject(value: unknown): value is RowObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
