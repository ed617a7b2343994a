/**
 * Which column of a table plays which part. Made once from the column names, before the first row is read, so that a
 * wrong name costs no reading.
 */
import { TesseraError } from '../errors/tessera-error.js';
import type { ChannelRole } from '../frames/channel.js';
import { nearNames } from './near-names.js';
import { partsOf, type ResolvedReadOptions } from './read-options.js';

export interface ColumnRef {
  /** Place in the table, from 0. */
  readonly index: number;
  readonly name: string;
}

export interface ChannelColumn extends ColumnRef {
  readonly role: ChannelRole;
  readonly unit: string | undefined;
}

export interface ColumnPlan {
  readonly time: ColumnRef;
  /** Absent where the whole table is one series. */
  readonly id: ColumnRef | undefined;
  readonly channels: readonly ChannelColumn[];
  readonly statics: readonly ColumnRef[];
  /** Columns that are not read. */
  readonly ignored: readonly string[];
}

const defaultId = 'unique_id';
const defaultTarget = 'y';
/** Names listed in a message at most. */
const listed = 10;

/**
 * The plan for columns of these names. Columns without a name are never used.
 *
 * @param names in the order of the table
 * @param label what the table is, for messages
 * @throws TesseraError COLUMN_UNKNOWN, COLUMN_DUPLICATE, TABLE_NO_HEADER
 */
export function planColumns(
  names: readonly string[],
  options: ResolvedReadOptions,
  label: string,
): ColumnPlan {
  const indices = indexNames(names, label);
  const isWide = options.layout === 'wide';
  const hasSeriesColumns = isWide && options.wideColumns === 'series';
  const id = options.id ?? (indices.has(defaultId) && !hasSeriesColumns ? defaultId : undefined);
  const taken = new Set(partsOf(options).flatMap(([, columns]) => columns));
  if (id !== undefined) taken.add(id);
  const target =
    options.target ?? (isWide ? [...indices.keys()].filter((each) => !taken.has(each)) : [defaultTarget]);
  for (const each of target) taken.add(each);

  const find = (name: string, option: string): ColumnRef => {
    const index = indices.get(name);
    if (index !== undefined) return { index, name };
    throw names.some(looksLikeData)
      ? noHeader(names, name, label)
      : unknownColumn(names, name, option, label);
  };
  const time = find(options.time, 'time');
  const idColumn = id === undefined ? undefined : find(id, 'id');
  const channelsOf = (role: ChannelRole, columns: readonly string[]): ChannelColumn[] =>
    columns.map((name) => ({
      ...find(name, role),
      role,
      unit: Object.hasOwn(options.units, name) ? options.units[name] : undefined,
    }));
  const channels = [
    ...channelsOf('target', target),
    ...channelsOf('past', options.past),
    ...channelsOf('future', options.future),
  ];
  if (target.length === 0) throw noTarget(time.name, label);
  const statics = options.statics.map((name) => find(name, 'statics'));
  for (const name of Object.keys(options.units)) {
    if (!channels.some((each) => each.name === name)) {
      throw unknownColumn(
        channels.map((each) => each.name),
        name,
        'units',
        label,
      );
    }
  }
  const ignored = names.filter((name) => !taken.has(name));
  return { time, id: idColumn, channels, statics, ignored };
}

function indexNames(names: readonly string[], label: string): Map<string, number> {
  const indices = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    if (name.trim() === '') continue;
    const first = indices.get(name);
    if (first !== undefined) {
      throw new TesseraError({
        code: 'COLUMN_DUPLICATE',
        argument: `header of ${label}`,
        expected: 'distinct column names',
        found: `"${name}" in columns ${first + 1} and ${index + 1}`,
        wayOut: 'Rename one of the two columns',
      });
    }
    indices.set(name, index);
  }
  return indices;
}

/** Numbers and dates stand in rows, seldom in headers. */
function looksLikeData(name: string): boolean {
  return /^\s*(?:[+-]?\d+(?:[.,]\d+)?|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?(?:[T ].*)?)\s*$/.test(name);
}

function noHeader(names: readonly string[], wanted: string, label: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_NO_HEADER',
    argument: `first line of ${label}`,
    expected: `column names, among them "${wanted}"`,
    found: list(names),
    wayOut: 'Put a line with the column names first',
  });
}

function noTarget(time: string, label: string): TesseraError {
  return new TesseraError({
    code: 'COLUMN_UNKNOWN',
    argument: `option target for ${label}`,
    expected: 'at least one column to forecast',
    found: `none beside "${time}" and the covariates`,
    wayOut: 'Set the option target to a column of the table',
  });
}

function unknownColumn(
  names: readonly string[],
  wanted: string,
  option: string,
  label: string,
): TesseraError {
  const near = nearNames(wanted, names);
  return new TesseraError({
    code: 'COLUMN_UNKNOWN',
    argument: `option ${option} for ${label}`,
    expected: `one of the columns ${list([...near, ...names.filter((each) => !near.includes(each))])}`,
    found: JSON.stringify(wanted),
    wayOut:
      near.length === 0
        ? `Set the option ${option} to a column of the table`
        : `Set the option ${option} to ${near.map((each) => JSON.stringify(each)).join(' or ')}`,
  });
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, listed).join(', ');
  return names.length > listed ? `${shown} and ${names.length - listed} more` : shown;
}
