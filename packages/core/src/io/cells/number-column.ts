/**
 * The cells of one number column. A cell is a number, or one of the ways to say "missing"; anything else is an error
 * that names its row. Nothing is guessed: `1,234` could be two numbers, so it is neither.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import { NumberBytes, parseNumber } from './parse-number.js';
import type { RowPosition } from './row-position.js';

/**
 * Cells that count as missing by default, spaces around them ignored: what R, pandas, Excel, SQL and JSON write. A lone
 * hyphen is not among them, because accounts write zero that way, nor are `?` and `.`.
 */
export const defaultMissingValues = [
  '',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'null',
  'NULL',
  'None',
] as const;

/** Thousands in groups of three, or one comma where a decimal point would stand. */
const groupedPattern = /^[+-]?\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/;
const commaPattern = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;
const infinitePattern = /^[+-]?inf(?:inity)?$/i;

export class NumberColumn {
  readonly name: string;
  readonly #missingText: ReadonlySet<string>;
  /** Missing values that are numbers, such as -999, are compared as numbers: -999.0 is one too. */
  readonly #missingNumbers: readonly number[];
  readonly #position: RowPosition;
  readonly #bytes = new NumberBytes();
  readonly #decoder = new TextDecoder();

  constructor(name: string, missingValues: readonly string[], position: RowPosition) {
    this.name = name;
    this.#missingText = new Set(missingValues.map((each) => each.trim()));
    this.#missingNumbers = missingValues.flatMap((each) => parseNumber(each) ?? []);
    this.#position = position;
  }

  /**
   * The number in the bytes `[from, to)`, or NaN where it is missing.
   *
   * @throws TesseraError NUMBER_UNPARSABLE, NUMBER_INFINITE
   */
  readBytes(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#bytes.read(bytes, from, to))
      return this.#readText(this.#decoder.decode(bytes.subarray(from, to)));
    const value = this.#bytes.value;
    if (Number.isFinite(value)) return this.#unlessMissing(value);
    throw this.#infinite(this.#decoder.decode(bytes.subarray(from, to)));
  }

  /**
   * The number in a cell of any type, or NaN where it is missing. Numbers, whole bigints, booleans (1 and 0) and text
   * are read; null, undefined and NaN are missing.
   *
   * @throws TesseraError NUMBER_UNPARSABLE, NUMBER_INFINITE
   */
  read(cell: unknown): number {
    if (typeof cell === 'number') {
      if (Number.isFinite(cell)) return this.#unlessMissing(cell);
      if (Number.isNaN(cell)) return Number.NaN;
      throw this.#infinite(String(cell));
    }
    if (cell === null || cell === undefined) return Number.NaN;
    if (typeof cell === 'string') return this.#readText(cell);
    if (typeof cell === 'boolean') return cell ? 1 : 0;
    if (typeof cell === 'bigint' && BigInt(Number(cell)) === cell) return this.#unlessMissing(Number(cell));
    throw this.#unparsable(
      typeof cell === 'bigint' ? `${cell}, which no double holds exactly` : describe(cell),
      'Store the column as numbers',
    );
  }

  #unlessMissing(value: number): number {
    return this.#missingNumbers.length > 0 && this.#missingNumbers.includes(value) ? Number.NaN : value;
  }

  #readText(text: string): number {
    const trimmed = text.trim();
    if (this.#missingText.has(trimmed)) return Number.NaN;
    const value = parseNumber(trimmed);
    if (value === undefined) {
      if (infinitePattern.test(trimmed)) throw this.#infinite(text);
      throw this.#unparsable(JSON.stringify(shortened(text)), wayOutFor(trimmed));
    }
    if (!Number.isFinite(value)) throw this.#infinite(text);
    return this.#unlessMissing(value);
  }

  #unparsable(found: string, wayOut: string): TesseraError {
    return new TesseraError({
      code: 'NUMBER_UNPARSABLE',
      argument: `column "${this.name}", ${this.#position}`,
      expected: 'a number such as -1234.5',
      found,
      wayOut,
    });
  }

  #infinite(found: string): TesseraError {
    return new TesseraError({
      code: 'NUMBER_INFINITE',
      argument: `column "${this.name}", ${this.#position}`,
      expected: 'a finite number',
      found: shortened(found.trim()),
      wayOut: 'Replace it by the value meant, or empty the cell to mark it missing',
    });
  }
}

function wayOutFor(text: string): string {
  if (groupedPattern.test(text))
    return 'Remove the thousands separators and write the decimal mark as a point';
  if (commaPattern.test(text)) return 'Write the decimal mark as a point';
  return 'Correct the cell, or name this text in the option missingValues if it means missing';
}

function describe(cell: unknown): string {
  if (!(cell instanceof Date)) return `a value of type ${typeof cell}`;
  return Number.isNaN(cell.getTime()) ? 'an invalid date' : `the date ${cell.toISOString()}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
