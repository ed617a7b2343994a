/**
 * Rows become series here, whatever format they come from. A reader announces the columns, then gives the cells of one
 * row after another, as bytes or as values; nothing of a row stays behind but its numbers. O(1) per cell.
 */
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { type TimeColumnForm, type TimeParser, timeParser } from '../../time/parse-time.js';
import { NumberColumn } from '../cells/number-column.js';
import { RowPosition } from '../cells/row-position.js';
import { StaticColumn } from '../cells/static-column.js';
import { type ColumnPlan, planColumns } from '../column-plan.js';
import type { ResolvedReadOptions } from '../read-options.js';
import { CollectedSeries } from './collected-series.js';

export class SeriesCollector {
  readonly options: ResolvedReadOptions;
  /** What the table is, for messages. */
  readonly label: string;
  readonly position = new RowPosition();
  /** Name of the series where no column tells it. */
  readonly #onlyId: string | undefined;
  readonly #byId = new Map<string, CollectedSeries>();
  #plan: ColumnPlan | undefined;
  #columns = 0;
  #time: TimeParser | undefined;
  #channels: readonly NumberColumn[] = [];
  #statics: readonly StaticColumn[] = [];
  // The row being read.
  #series: CollectedSeries | undefined;
  #timeValue = Number.NaN;
  #values = new Float64Array(0);

  constructor(options: ResolvedReadOptions, label: string, onlyId: string | undefined) {
    this.options = options;
    this.label = label;
    this.#onlyId = onlyId;
  }

  get hasBegun(): boolean {
    return this.#plan !== undefined;
  }

  get plan(): ColumnPlan {
    invariant(this.#plan !== undefined, 'a reader announces its columns before its rows');
    return this.#plan;
  }

  /** Columns announced so far. */
  get columns(): number {
    return this.#columns;
  }

  get channels(): readonly NumberColumn[] {
    return this.#channels;
  }

  get statics(): readonly StaticColumn[] {
    return this.#statics;
  }

  /** What the time column turned out to be; call after the last row. @throws TesseraError TIME_AMBIGUOUS */
  finishTimes(): TimeColumnForm {
    invariant(this.#time !== undefined, 'a reader announces its columns before its rows');
    return this.#time.finish();
  }

  /** The series in order of their first row, and the collector is empty again. */
  drain(): CollectedSeries[] {
    const series = [...this.#byId.values()];
    this.#byId.clear();
    this.#series = undefined;
    return series;
  }

  /** Announces the columns of the table. @throws TesseraError as planColumns does */
  begin(names: readonly string[]): void {
    const plan = planColumns(names, this.options, this.label);
    this.#plan = plan;
    this.#columns = names.length;
    this.#time = timeParser({
      argument: `column "${plan.time.name}"`,
      dayFirst: this.options.dayFirst,
      unit: this.options.timeUnit,
      unitOption: 'timeUnit',
      placeOf: (row) => (row === this.position.row ? this.position.toString() : `row ${row}`),
    });
    this.#channels = plan.channels.map(
      ({ name }) => new NumberColumn(name, this.options.missingValues, this.position),
    );
    this.#statics = plan.statics.map(({ name }) => new StaticColumn(name, this.position));
    this.#values = new Float64Array(plan.channels.length);
    if (plan.id === undefined) this.#series = this.#seriesOf(this.#onlyId ?? plan.channels[0].name);
  }

  /**
   * Announces columns that showed up after the first rows, at the end of the names known before.
   *
   * @throws TesseraError TABLE_MALFORMED where the earlier rows would have been read otherwise with them
   */
  extend(names: readonly string[]): void {
    const before = this.plan;
    const plan = planColumns(names, this.options, this.label);
    if (plan.id?.index === before.id?.index && plan.channels.length === before.channels.length) {
      this.#plan = plan;
      this.#columns = names.length;
      return;
    }
    const known = new Set([before.id?.name, ...before.channels.map(({ name }) => name), ...before.ignored]);
    const late = [plan.id?.name, ...plan.channels.map(({ name }) => name)].find((name) => !known.has(name));
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: `${this.label}, ${this.position}`,
      expected: 'the columns of the first rows',
      found: `a new column "${late}"`,
      wayOut: 'Write the column in every row, or name the columns to be read with the options id and target',
    });
  }

  /** @throws TesseraError ID_MISSING */
  readId(cell: unknown): void {
    if (typeof cell === 'string' && cell === this.#series?.id) return;
    if (cell === null || cell === undefined || cell === '' || Number.isNaN(cell)) {
      throw new TesseraError({
        code: 'ID_MISSING',
        argument: `column "${this.plan.id?.name}", ${this.position}`,
        expected: 'the id of a series',
        found: 'an empty cell',
        wayOut: 'Fill in the id, or remove the row',
      });
    }
    this.#series = this.#seriesOf(String(cell));
  }

  /** @throws TesseraError TIME_UNPARSABLE, TIME_FORMATS_MIXED, TIME_ZONES_MIXED, TIME_AMBIGUOUS */
  readTime(cell: unknown): void {
    invariant(this.#time !== undefined, 'a reader announces its columns before its rows');
    // Formats with 64-bit integers give bigints; those that a double holds mean what numbers mean.
    const isPlain = typeof cell === 'bigint' && Number.isSafeInteger(Number(cell));
    this.#timeValue = this.#time.push(isPlain ? Number(cell) : cell);
  }

  /** @throws TesseraError as NumberColumn.read does */
  readNumber(channel: number, cell: unknown): void {
    this.#values[channel] = this.#channels[channel].read(cell);
  }

  /** @throws TesseraError as NumberColumn.readBytes does */
  readNumberBytes(channel: number, bytes: Uint8Array, from: number, to: number): void {
    this.#values[channel] = this.#channels[channel].readBytes(bytes, from, to);
  }

  /** Call after readId. @throws TesseraError as StaticColumn does */
  readStatic(index: number, cell: unknown): void {
    const series = this.#series;
    invariant(series !== undefined, 'the id of a row is read before its statics');
    const column = this.#statics[index];
    series.statics[index] = column.merge(series.statics[index], column.read(cell), series.id);
  }

  /** Reads a whole row of values, `cellAt` giving the cell of each column by its place. */
  readRow(cellAt: (column: number) => unknown): void {
    const plan = this.plan;
    this.position.row += 1;
    if (plan.id !== undefined) this.readId(cellAt(plan.id.index));
    this.readTime(cellAt(plan.time.index));
    for (let i = 0; i < plan.channels.length; i++) this.readNumber(i, cellAt(plan.channels[i].index));
    for (let i = 0; i < plan.statics.length; i++) this.readStatic(i, cellAt(plan.statics[i].index));
    this.endRow();
  }

  /** Files the row that was read. */
  endRow(): void {
    const series = this.#series;
    invariant(series !== undefined, 'every row belongs to a series');
    series.times.push(this.#timeValue);
    series.rows.push(this.position.row);
    for (let i = 0; i < this.#values.length; i++) series.channels[i].push(this.#values[i]);
  }

  #seriesOf(id: string): CollectedSeries {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const series = new CollectedSeries(id, this.plan.channels.length, this.plan.statics.length);
    this.#byId.set(id, series);
    return series;
  }
}
