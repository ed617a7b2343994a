/**
 * A table on its way out: named columns of one kind each, from a set of series or from rows of any kind. Missing is null
 * in text and booleans, NaN in numbers and times.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import type { StaticValue } from '../../frames/series-frame.js';
import { SeriesSet } from '../../frames/series-set.js';

/** A cell of a row; null, undefined and NaN are missing. */
export type CellValue = string | number | boolean | Date | null | undefined;

/** One line of a table, by column name. */
export type Row = Readonly<Record<string, CellValue>>;

export type TableColumn =
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly name: string; readonly kind: 'boolean'; readonly values: readonly (boolean | null)[] }
  /** `time` in UTC milliseconds. */
  | { readonly name: string; readonly kind: 'number' | 'time'; readonly values: Float64Array };

export interface TableColumns {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

/** Names of the columns that a set is written to; channels and statics keep their own. */
export interface SetColumnOptions {
  /** Default `unique_id`. */
  readonly id?: string | undefined;
  /** Default `ds`. */
  readonly time?: string | undefined;
  /** Whether static covariates are written, repeated in each row. Default true. */
  readonly statics?: boolean | undefined;
}

/**
 * The columns of a set in long format, one row per series and step. A channel or static that a series lacks is missing in
 * its rows. Roles, units and interventions have no place in a table and are not written. O(steps * columns).
 *
 * @throws TesseraError COLUMN_DUPLICATE
 */
export function columnsOfSet(set: SeriesSet, options: SetColumnOptions = {}): TableColumns {
  const { id = 'unique_id', time = 'ds', statics = true } = options;
  const channelNames = [...new Set(set.frames.flatMap(({ channels }) => channels.map(({ name }) => name)))];
  const staticNames = statics ? [...new Set(set.frames.flatMap((frame) => Object.keys(frame.statics)))] : [];
  checkDistinct([id, time, ...channelNames, ...staticNames]);
  const rows = set.frames.reduce((sum, { length }) => sum + length, 0);

  const ids: string[] = [];
  const times = new Float64Array(rows);
  const channels = channelNames.map(() => new Float64Array(rows).fill(Number.NaN));
  const facts: (StaticValue | null)[][] = staticNames.map(() => []);
  for (const frame of set.frames) {
    const from = ids.length;
    for (let step = 0; step < frame.length; step++) {
      ids.push(frame.id);
      times[from + step] = frame.time.timeAt(step);
      for (const [i, name] of staticNames.entries()) {
        facts[i].push(Object.hasOwn(frame.statics, name) ? frame.statics[name] : null);
      }
    }
    for (const { name, values } of frame.channels) channels[channelNames.indexOf(name)].set(values, from);
  }
  return {
    rows,
    columns: [
      { name: id, kind: 'text', values: ids },
      { name: time, kind: 'time', values: times },
      ...channelNames.map((name, i) => ({ name, kind: 'number', values: channels[i] }) as const),
      ...staticNames.map((name, i) => columnOf(name, facts[i])),
    ],
  };
}

/**
 * The columns of rows: every key that occurs, in order of first appearance. O(cells).
 *
 * @throws TesseraError TABLE_EMPTY, TABLE_MALFORMED where a column holds values of several types
 */
export function columnsOfRows(rows: readonly Row[]): TableColumns {
  if (rows.length === 0) {
    throw new TesseraError({
      code: 'TABLE_EMPTY',
      argument: 'rows',
      expected: 'at least one row, whose keys name the columns',
      found: 'none',
      wayOut: 'Write the table only where there is something to write',
    });
  }
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return {
    rows: rows.length,
    columns: [...names].map((name) =>
      columnOf(
        name,
        rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null)),
      ),
    ),
  };
}

/** The columns of a set or of rows. */
export function columnsOf(table: SeriesSet | readonly Row[], options?: SetColumnOptions): TableColumns {
  return table instanceof SeriesSet ? columnsOfSet(table, options) : columnsOfRows(table);
}

/** The cell of a column as a plain value; null where missing. */
export function cellOf(column: TableColumn, row: number): string | number | boolean | Date | null {
  const value = column.values[row];
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return null;
  return column.kind === 'time' ? new Date(value) : value;
}

/** The cells of a column as an array with null where missing; times as milliseconds. */
export function nullable(column: TableColumn): (string | number | boolean | null)[] {
  return Array.from<string | number | boolean | null, string | number | boolean | null>(
    column.values,
    (value) => (typeof value === 'number' && Number.isNaN(value) ? null : value),
  );
}

function columnOf(name: string, values: readonly CellValue[]): TableColumn {
  const isMissing = (value: CellValue): value is null | undefined =>
    value === null || value === undefined || Number.isNaN(value);
  const kindOf = (value: CellValue): string => (value instanceof Date ? 'time' : typeof value);
  const first = values.findIndex((value) => !isMissing(value));
  const kind = kindOf(values[first]);
  const odd = values.findIndex((value) => !isMissing(value) && kindOf(value) !== kind);
  if (odd >= 0) {
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: `column "${name}"`,
      expected: 'values of one type',
      found: `a ${kind} in row ${first + 1} and a ${kindOf(values[odd])} in row ${odd + 1}`,
      wayOut: 'Convert the values to one type before writing',
    });
  }
  // Values of other kinds do not occur any more; the branches only tell the compiler so.
  switch (kind) {
    case 'number':
      return {
        name,
        kind,
        values: Float64Array.from(values, (value) => (typeof value === 'number' ? value : Number.NaN)),
      };
    case 'time':
      return {
        name,
        kind,
        values: Float64Array.from(values, (value) => (value instanceof Date ? value.getTime() : Number.NaN)),
      };
    case 'boolean':
      return { name, kind, values: values.map((value) => (typeof value === 'boolean' ? value : null)) };
    case 'string':
    case 'undefined':
    case 'object':
      return {
        name,
        kind: 'text',
        values: values.map((value) => (typeof value === 'string' ? value : null)),
      };
    default:
      throw new TesseraError({
        code: 'TABLE_MALFORMED',
        argument: `column "${name}", row ${first + 1}`,
        expected: 'text, a number, a boolean or a date',
        found: `a ${kind}`,
        wayOut: 'Convert the value before writing',
      });
  }
}

function checkDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new TesseraError({
    code: 'COLUMN_DUPLICATE',
    argument: 'columns to write',
    expected: 'distinct names',
    found: `"${twice}" twice`,
    wayOut: 'Set the options id and time to names that no channel or static has',
  });
}
