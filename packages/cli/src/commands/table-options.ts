/** The options that say how a table is read, shared by every command that takes a FILE. */
import type { SeriesSet } from '@tessera/core';
import { readTable, type TableFormat, tableFormats } from '@tessera/core/io';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Session } from '../terminal/terminal.js';
import { oneLine } from '../terminal/text-table.js';

export interface TableOptions {
  readonly time: string;
  /** Default: `y`; of a wide table, every column that has no other part. */
  readonly target?: readonly string[];
  readonly id?: string;
  readonly past?: readonly string[];
  readonly future?: readonly string[];
  readonly statics?: readonly string[];
  readonly frequency?: string;
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
  readonly format?: TableFormat;
  readonly wide?: boolean;
}

/**
 * Adds the argument FILE and the options of reading it.
 *
 * @param names.formatFlag flag of the form of the table, where the command calls something else `--format`
 */
export function addTableOptions(command: Command, names: { readonly formatFlag?: string } = {}): Command {
  const file = 'CSV, TSV, Parquet, Arrow, JSON or JSON lines, also .gz; - reads standard input';
  return addReadingOptions(command.argument('<file>', file), names);
}

/** Adds the options of reading a table alone, for commands that take several. */
export function addReadingOptions(
  command: Command,
  { formatFlag = '--format' }: { readonly formatFlag?: string } = {},
): Command {
  return command
    .option('--time <column>', 'column of time stamps', 'ds')
    .option(
      '--target <columns>',
      'columns to forecast, comma-separated (default: y; with --wide every column without another part)',
      list,
    )
    .option('--id <column>', 'column that tells the series apart (default: unique_id where there is one)')
    .option('--past <columns>', 'covariates known up to now', list)
    .option('--future <columns>', 'covariates known ahead', list)
    .option('--statics <columns>', 'facts that do not change over time', list)
    .option('--frequency <step>', 'step of the series, e.g. 15min, h, D, W, ME (default: inferred)')
    .addOption(
      new Option(
        '--time-unit <unit>',
        'what numbers in the time column count from 1970 (default: s or ms, by their size)',
      ).choices(['s', 'ms', 'us', 'ns']),
    )
    .addOption(
      new Option(`${formatFlag} <name>`, 'form of the table (default: by the file name; csv for -)').choices(
        tableFormats,
      ),
    )
    .option('--wide', 'every column but time is a series of its own; with --target those columns alone');
}

/** Reads FILE, or standard input for `-`, and says on standard error what was repaired or counted. */
export async function readSeries(
  file: string,
  options: TableOptions,
  session: Session,
  quiet: boolean,
): Promise<SeriesSet> {
  const { time, target, id, past, future, statics, frequency, timeUnit, format, wide } = options;
  const set = await readTable(file === '-' ? session.input : file, {
    time,
    target,
    id,
    past,
    future,
    statics,
    frequency,
    timeUnit,
    format,
    layout: wide === true ? 'wide' : 'long',
    signal: session.signal,
  });
  if (!quiet) for (const repair of set.repairs) session.error.write(`note: ${oneLine(repair.detail)}\n`);
  return set;
}

/** Comma-separated words. */
export function list(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('Give names separated by commas.');
  return parts;
}

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number of at least 1.');
  return value;
}

/** Interval levels in percent, comma-separated. */
export function levels(text: string): number[] {
  const values = list(text).map(Number);
  if (values.some((value) => !(value > 0 && value < 100))) {
    throw new InvalidArgumentError('Give percentages between 0 and 100, such as 80,95.');
  }
  return [...new Set(values)].sort((a, b) => a - b);
}
