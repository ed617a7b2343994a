/**
 * The time axis of each series of a table. One frequency serves the whole table: the one given, or the one inferred
 * from its longest series. A series that does not fit the inferred one, or fills too little of it, gets its own, or keeps
 * its times as they are; a series that does not fit a given one is an error.
 */
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { type Frequency, formatFrequency } from '../../time/frequency.js';
import { inferFrequency } from '../../time/infer-frequency.js';
import { irregularTimeAxis, regularTimeAxis, type TimeAxis } from '../../time/time-axis.js';
import { fitGrid, type GridFit } from './fit-grid.js';

/**
 * A grid on which more than three in four steps are gaps tells of chance or jitter rather than of the series: times a
 * minute off a five-minute step lie on a grid of minutes.
 */
const sparsestGrid = 4;
/** One channel of that many steps takes 1 GiB; a given frequency that needs more is taken for a mistake. */
const longestGrid = 2 ** 27;

export interface SeriesAxis {
  readonly axis: TimeAxis;
  /** Step of each row; undefined where step and row are the same. */
  readonly steps: Float64Array | undefined;
  /** Whether the axis follows the frequency of the table, one of its own, or none. */
  readonly source: 'table' | 'own' | 'irregular';
}

/** A frequency that times were found to have, and the steps from the first of them to the last, both counted. */
export interface InferredGrid {
  readonly frequency: Frequency;
  readonly length: number;
}

export interface AxisOptions {
  /** Given by the caller. */
  readonly frequency: Frequency | undefined;
  /** Inferred from the longest series; undefined where that has none. */
  readonly inferred: InferredGrid | undefined;
  readonly irregular: boolean;
}

/**
 * The axis of one series.
 *
 * @param times strictly increasing UTC milliseconds, at least one
 * @param placeOf names the row of a time by its index, for messages
 * @throws TesseraError TIME_OFF_GRID, GRID_TOO_LONG
 */
export function axisOf(
  times: Float64Array,
  options: AxisOptions,
  placeOf: (index: number) => string,
): SeriesAxis {
  const { frequency, inferred } = options;
  if (options.irregular) return irregular(times);
  if (frequency !== undefined) {
    const fit = fitGrid(times, frequency);
    if (fit.offIndex >= 0) throw offGrid(times, fit.offIndex, frequency, placeOf(fit.offIndex));
    if (fit.length > longestGrid) throw tooLong(times, fit, frequency, placeOf(times.length - 1));
    return regular(times, frequency, fit, 'table');
  }
  const table = inferred === undefined ? undefined : fitGrid(times, inferred.frequency);
  if (inferred !== undefined && table !== undefined && isDense(table, times)) {
    return regular(times, inferred.frequency, table, 'table');
  }
  const own = inferGrid(times);
  if (own !== undefined) return regular(times, own.frequency, fitGrid(times, own.frequency), 'own');
  // Few rows on the grid of the table, such as days with sales, are on it by more than chance; but one stray date must
  // not make the longest series of all.
  if (
    inferred !== undefined &&
    table !== undefined &&
    table.offIndex < 0 &&
    table.length <= inferred.length
  ) {
    return regular(times, inferred.frequency, table, 'table');
  }
  return irregular(times);
}

/**
 * The grid inferred from times, or undefined where there is none or most of its steps would be gaps. O(times).
 *
 * @param times strictly increasing UTC milliseconds
 */
export function inferGrid(times: Float64Array): InferredGrid | undefined {
  const frequency = inferFrequency(times);
  if (frequency === undefined) return undefined;
  const fit = fitGrid(times, frequency);
  return isDense(fit, times) ? { frequency, length: fit.length } : undefined;
}

function isDense(fit: GridFit, times: Float64Array): boolean {
  return fit.offIndex < 0 && fit.length <= sparsestGrid * times.length;
}

function regular(
  times: Float64Array,
  frequency: Frequency,
  fit: GridFit,
  source: 'table' | 'own',
): SeriesAxis {
  invariant(fit.length > 0, 'a series that fits its grid has steps on it');
  const axis = regularTimeAxis({ start: times[0], frequency, length: fit.length });
  return { axis, steps: fit.steps, source };
}

function irregular(times: Float64Array): SeriesAxis {
  return { axis: irregularTimeAxis(times), steps: undefined, source: 'irregular' };
}

function offGrid(times: Float64Array, index: number, frequency: Frequency, place: string): TesseraError {
  return new TesseraError({
    code: 'TIME_OFF_GRID',
    argument: place,
    expected: `a time on the grid of frequency ${formatFrequency(frequency)} from ${iso(times[0])}`,
    found: iso(times[index]),
    wayOut: 'Correct the time, set another frequency or none, or set irregular to keep the times as they are',
  });
}

function tooLong(times: Float64Array, fit: GridFit, frequency: Frequency, place: string): TesseraError {
  return new TesseraError({
    code: 'GRID_TOO_LONG',
    argument: place,
    expected: `at most ${longestGrid} steps of frequency ${formatFrequency(frequency)} in one series`,
    found: `${fit.length} from ${iso(times[0])} to ${iso(times[times.length - 1])}`,
    wayOut: 'Look for a wrong date, set a coarser frequency, or set irregular to keep the times as they are',
  });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
