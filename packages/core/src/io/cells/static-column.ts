/**
 * The cells of one static column: facts that are the same in every row of a series. Text tables carry no types, so
 * there a column whose every value is written like a number, or like true and false, becomes one; `007` stays text.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import type { StaticValue } from '../../frames/series-frame.js';
import type { RowPosition } from './row-position.js';

export class StaticColumn {
  readonly name: string;
  readonly #position: RowPosition;

  constructor(name: string, position: RowPosition) {
    this.name = name;
    this.#position = position;
  }

  /**
   * The value of a cell; undefined where it is empty, null or NaN.
   *
   * @throws TesseraError TABLE_MALFORMED where a cell is a list or an object
   */
  read(cell: unknown): StaticValue | undefined {
    if (cell === null || cell === undefined || cell === '' || Number.isNaN(cell)) return undefined;
    if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return cell;
    if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
    if (cell instanceof Date) return cell.toISOString();
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: `column "${this.name}", ${this.#position}`,
      expected: 'text, a number or a boolean',
      found: `a value of type ${typeof cell}`,
      wayOut: 'Leave this column out of statics, or store one plain value per cell',
    });
  }

  /**
   * What a series holds after one more cell.
   *
   * @throws TesseraError STATIC_VARIES
   */
  merge(held: StaticValue | undefined, cell: StaticValue | undefined, id: string): StaticValue | undefined {
    if (held === cell || cell === undefined) return held;
    if (held === undefined) return cell;
    throw new TesseraError({
      code: 'STATIC_VARIES',
      argument: `column "${this.name}", ${this.#position}`,
      expected: `one value within series "${id}"`,
      found: `${JSON.stringify(cell)} after ${JSON.stringify(held)}`,
      wayOut: 'Make it the same in every row of the series, or read the column as past or future',
    });
  }
}

/** The values of one static column of a text table, as numbers or booleans where all of them are written so. */
export function typeStatics(values: readonly (StaticValue | undefined)[]): (StaticValue | undefined)[] {
  const known = values.filter((each) => each !== undefined).map(String);
  if (known.every((each) => String(Number(each)) === each && Number.isFinite(Number(each)))) {
    return values.map((each) => (each === undefined ? each : Number(each)));
  }
  if (known.every((each) => each === 'true' || each === 'false')) {
    return values.map((each) => (each === undefined ? each : each === 'true'));
  }
  return [...values];
}
