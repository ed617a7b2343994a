/**
 * From collected rows to frames:
 *
 *   rows in order of arrival -> 1 sorted by time -> 2 time axis -> 3 values laid on its steps -> frames
 *
 * Every change is counted in a repair. Steps without a row are missing; no value is ever made up. Each series lets go of
 * its collected rows as soon as its frame stands, so that memory holds one series twice, not the whole table.
 */
import { invariant } from '../../errors/invariant.js';
import { SeriesFrame, type StaticValue } from '../../frames/series-frame.js';
import { SeriesSet } from '../../frames/series-set.js';
import { throwIfAborted } from '../../progress/progress.js';
import { typeStatics } from '../cells/static-column.js';
import type { ChannelColumn, ColumnRef } from '../column-plan.js';
import type { CollectedSeries } from './collected-series.js';
import { RepairList } from './repair-list.js';
import { orderRows, type RowOrderOptions } from './row-order.js';
import { axisOf, type InferredGrid, inferGrid, type SeriesAxis } from './series-axis.js';
import type { SeriesCollector } from './series-collector.js';

/** A channel on its way into a frame. */
interface LaidChannel extends ChannelColumn {
  readonly values: Float64Array;
  /** Rows whose cell was missing. */
  readonly missing: number;
}

/**
 * The frames of a table whose rows have all been collected, in O(rows) where they are sorted. Empties the collector.
 *
 * @param hasTypes whether the source tells numbers from text; where not, static columns are typed by their text
 * @throws TesseraError TIME_AMBIGUOUS, TIME_DUPLICATE, TIME_OFF_GRID, GRID_TOO_LONG, OPERATION_ABORTED
 */
export function assembleSeries(collector: SeriesCollector, hasTypes: boolean): SeriesSet {
  const { plan, options } = collector;
  const { frequency, irregular } = options;
  const isWide = options.layout === 'wide' && options.wideColumns === 'series';
  const rowOrder: RowOrderOptions = {
    timeName: plan.time.name,
    hasId: plan.id !== undefined,
    settle: collector.finishTimes().settle,
  };
  const series = collector.drain();
  const isInferred = !irregular && frequency === undefined;
  const inferred = isInferred ? inferFromLongest(series, rowOrder) : undefined;
  if (!hasTypes) typeAllStatics(series, plan.statics.length);
  const repairs = new RepairList();
  repairs.ignoredColumns(plan.ignored);
  const frames: SeriesFrame[] = [];
  series.reverse();
  for (let each = series.pop(); each !== undefined; each = series.pop()) {
    throwIfAborted(options.signal, 'readTable');
    const source = each;
    // 1 sorted by time
    const { times, order, moved } = orderRows(source, rowOrder);
    // 2 time axis
    const placed = axisOf(times, { frequency, inferred, irregular }, (index) => {
      const row = source.rows.toArray()[order === undefined ? index : order[index]];
      return `column "${plan.time.name}", row ${row}`;
    });
    // 3 values laid on its steps
    const channels = plan.channels.map((column, i) =>
      layOnSteps(column, source.channels[i].drain(), order, placed),
    );
    const statics = namedStatics(plan.statics, source);

    const axisId = isWide ? undefined : source.id;
    repairs.sortedRows(axisId, moved);
    repairs.gaps(axisId, placed.axis.length - times.length);
    if (isInferred) repairs.axis(axisId, placed, times.length, inferred?.frequency);
    for (const [id, own] of isWide ? oneTargetEach(channels) : [[source.id, channels] as const]) {
      repairs.missingCells(id, new Map(own.map(({ name, missing }) => [name, missing])));
      frames.push(new SeriesFrame({ id, time: placed.axis, channels: own, statics }));
    }
  }
  return new SeriesSet(frames, repairs.done(inferred?.frequency));
}

function namedStatics(
  columns: readonly ColumnRef[],
  { statics }: CollectedSeries,
): Record<string, StaticValue> {
  const known: [string, StaticValue][] = [];
  for (const [i, { name }] of columns.entries()) {
    const value = statics[i];
    if (value !== undefined) known.push([name, value]);
  }
  return Object.fromEntries(known);
}

/** The grid of the series with most rows; of the first of several. */
function inferFromLongest(
  series: readonly CollectedSeries[],
  rowOrder: RowOrderOptions,
): InferredGrid | undefined {
  let longest = series[0];
  invariant(longest !== undefined, 'a table that was read has a series');
  for (const each of series) if (each.length > longest.length) longest = each;
  return inferGrid(orderRows(longest, rowOrder).times);
}

function typeAllStatics(series: readonly CollectedSeries[], columns: number): void {
  for (let column = 0; column < columns; column++) {
    const typed = typeStatics(series.map(({ statics }) => statics[column]));
    for (const [i, { statics }] of series.entries()) statics[column] = typed[i];
  }
}

function layOnSteps(
  column: ChannelColumn,
  arrived: Float64Array,
  order: Uint32Array | undefined,
  { axis, steps }: SeriesAxis,
): LaidChannel {
  let missing = 0;
  for (const value of arrived) if (Number.isNaN(value)) missing += 1;
  if (order === undefined && steps === undefined) return { ...column, values: arrived, missing };
  const values = new Float64Array(axis.length).fill(Number.NaN);
  for (let i = 0; i < arrived.length; i++) {
    values[steps === undefined ? i : steps[i]] = arrived[order === undefined ? i : order[i]];
  }
  return { ...column, values, missing };
}

/** Each target of a wide table as a series of its own, with the covariates of all. */
function oneTargetEach(channels: readonly LaidChannel[]): (readonly [string, LaidChannel[]])[] {
  const shared = channels.filter(({ role }) => role !== 'target');
  return channels
    .filter(({ role }) => role === 'target')
    .map((channel) => [channel.name, [channel, ...shared]] as const);
}
