/**
 * How a table is to be read: which column plays which part, and what counts as missing. Column names are those of the
 * table; nothing is guessed beyond the defaults named here.
 */
import { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';
import { parseOptions } from '../options/parse-options.js';
import type { LongWorkOptions } from '../progress/progress.js';
import { type EpochUnit, epochUnits } from '../time/epoch-time.js';
import { type Frequency, resolveFrequency } from '../time/frequency.js';
import { defaultMissingValues } from './cells/number-column.js';
import { type TableFormat, tableFormats } from './table-format.js';

/** One name or several. */
export type ColumnNames = string | readonly string[];

export interface ReadTableOptions extends LongWorkOptions {
  /** Default: by the file name; `csv` for a stream; `arrow` for bytes. */
  readonly format?: TableFormat | undefined;
  /** Column of time stamps. Default `ds`. */
  readonly time?: string | undefined;
  /** Columns to be forecast. Default `y`; in wide layout, every column that has no other part. */
  readonly target?: ColumnNames | undefined;
  /** Column that tells the series apart. Default `unique_id` where there is one; else the table is one series. */
  readonly id?: string | undefined;
  /** Columns known up to now only. Default none. */
  readonly past?: ColumnNames | undefined;
  /** Columns known ahead, such as prices and holidays. Default none. */
  readonly future?: ColumnNames | undefined;
  /** Columns that are constant within each series. Default none. */
  readonly statics?: ColumnNames | undefined;
  /** `long`: one row per series and time. `wide`: one row per time. Default `long`. */
  readonly layout?: 'long' | 'wide' | undefined;
  /** What the target columns of a wide table are: one series each, or the channels of one. Default `series`. */
  readonly wideColumns?: 'series' | 'channels' | undefined;
  /** Step of the series, e.g. `15min`, `h`, `D`, `M`. Default: inferred from the times. */
  readonly frequency?: Frequency | string | undefined;
  /** Keep the times as they are instead of laying them on a regular grid. Default false. */
  readonly irregular?: boolean | undefined;
  /** Unit by column, e.g. `{ temperature: '°C' }`. Default none. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** Read `03/04/2020` as 3 April (true) or 4 March (false). Default: as the column itself tells, else an error. */
  readonly dayFirst?: boolean | undefined;
  /** What numbers in the time column count from 1970. Default: seconds or milliseconds, by their size. */
  readonly timeUnit?: EpochUnit | undefined;
  /** Cells of number columns that mean missing, instead of `defaultMissingValues`. */
  readonly missingValues?: readonly string[] | undefined;
  /** One character between the cells of a text table. Default: comma, semicolon, tab, bar or space, by the first lines. */
  readonly delimiter?: string | undefined;
}

const name = z.string('a column name').min(1, 'a column name');
const names = z
  .union([name, z.array(name)], 'a column name or a list of them')
  .transform((given) => (typeof given === 'string' ? [given] : [...given]));

const schema = z.strictObject({
  format: z.enum(tableFormats).optional(),
  time: name.default('ds'),
  target: names.optional(),
  id: name.optional(),
  past: names.default([]),
  future: names.default([]),
  statics: names.default([]),
  layout: z.enum(['long', 'wide']).default('long'),
  wideColumns: z.enum(['series', 'channels']).default('series'),
  frequency: z
    .custom<Frequency | string>(
      (given) => typeof given === 'string' || isObject(given),
      'a frequency such as D or 15min',
    )
    .transform((given) => resolveFrequency(given))
    .optional(),
  irregular: z.boolean().default(false),
  units: z.record(z.string(), z.string()).default({}),
  dayFirst: z.boolean().optional(),
  timeUnit: z.enum(epochUnits).optional(),
  missingValues: z.array(z.string()).default([...defaultMissingValues]),
  delimiter: z.string().length(1, 'one character').optional(),
  onProgress: z.custom<LongWorkOptions['onProgress']>().optional(),
  signal: z.custom<LongWorkOptions['signal']>().optional(),
});

export type ResolvedReadOptions = z.output<typeof schema>;

/** Options with their defaults. @throws TesseraError OPTIONS_INVALID, FREQUENCY_UNKNOWN */
export function resolveReadOptions(options: ReadTableOptions | undefined): ResolvedReadOptions {
  const resolved = parseOptions(schema, options, 'readTable');
  if (resolved.irregular && resolved.frequency !== undefined) {
    throw invalid('frequency', 'no frequency where irregular is true', 'both', 'Leave one of the two out');
  }
  if (resolved.layout === 'wide' && resolved.wideColumns === 'series' && resolved.id !== undefined) {
    throw invalid(
      'id',
      'no id column in wide layout, where each target column is a series',
      `"${resolved.id}"`,
      'Leave id out, or set wideColumns to channels',
    );
  }
  const parts = new Map<string, string>();
  for (const [part, columns] of partsOf(resolved)) {
    for (const column of columns) {
      const other = parts.get(column);
      if (other !== undefined) {
        throw invalid(part, 'every column in one part only', `"${column}" in ${other} too`, 'Name it once');
      }
      parts.set(column, part);
    }
  }
  return resolved;
}

/** Every column that the options name, by the option that names it. */
export function partsOf(options: ResolvedReadOptions): readonly (readonly [string, readonly string[]])[] {
  const { time, id, target, past, future, statics } = options;
  return [
    ['time', [time]],
    ['id', id === undefined ? [] : [id]],
    ['target', target ?? []],
    ['past', past],
    ['future', future],
    ['statics', statics],
  ];
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

function invalid(option: string, expected: string, found: string, wayOut: string): TesseraError {
  return new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: `readTable options.${option}`,
    expected,
    found,
    wayOut,
  });
}
