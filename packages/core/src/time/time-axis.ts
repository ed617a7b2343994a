/**
 * When the steps of a series happen. A regular axis is a start, a frequency and a length; an irregular one is a list
 * of strictly increasing times. All times are UTC milliseconds. An axis knows nothing of values.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { civilFromDays, dayLength, greatestTime } from './civil-date.js';
import {
  addSteps,
  defaultSeason,
  type Frequency,
  fixedStep,
  formatFrequency,
  isOnGrid,
  resolveFrequency,
  stepsBetween,
} from './frequency.js';

export type TimeAxisData =
  | {
      readonly kind: 'regular';
      readonly start: number;
      readonly frequency: string;
      readonly length: number;
      /** Steps of the uncut axis before the first one here; 0 where absent. */
      readonly offset?: number;
    }
  | { readonly kind: 'irregular'; readonly times: readonly number[] };

interface TimeAxisBase {
  readonly length: number;
  /** Time of step `index`; `index` lies in `[0, length)`. */
  timeAt(index: number): number;
  /** All times, shape `[length]`; a fresh array each call. */
  times(): Float64Array;
  /** The step at exactly `time`, or -1. */
  indexOf(time: number): number;
  /** The number of steps strictly before `time`: where `time` would be inserted. */
  countBefore(time: number): number;
  toJSON(): TimeAxisData;
}

export interface RegularTimeAxis extends TimeAxisBase {
  readonly kind: 'regular';
  readonly start: number;
  readonly frequency: Frequency;
  /** The steps of the half-open range `[from, to)`. @throws TesseraError RANGE_INVALID */
  slice(from: number, to: number): RegularTimeAxis;
  /** The `steps` steps that follow the last one. @throws TesseraError RANGE_INVALID, FRAME_INVALID */
  future(steps: number): RegularTimeAxis;
}

export interface IrregularTimeAxis extends TimeAxisBase {
  readonly kind: 'irregular';
  /** The steps of the half-open range `[from, to)`. @throws TesseraError RANGE_INVALID */
  slice(from: number, to: number): IrregularTimeAxis;
}

export type TimeAxis = RegularTimeAxis | IrregularTimeAxis;

/**
 * An axis of equal calendar steps.
 *
 * @param options.start time of the first step, UTC milliseconds
 * @param options.frequency a Frequency or its name, e.g. `15min`, `D`, `ME`
 * @param options.length number of steps, at least 0
 * @param options.offset steps to leave out at the beginning; default 0
 * @throws TesseraError FREQUENCY_UNKNOWN, FRAME_INVALID, TIME_OFF_GRID
 */
export function regularTimeAxis(options: {
  readonly start: number;
  readonly frequency: Frequency | string;
  readonly length: number;
  readonly offset?: number;
}): RegularTimeAxis {
  const { start, length, offset = 0 } = options;
  const frequency = resolveFrequency(options.frequency, 'regularTimeAxis frequency');
  const isWhole = Number.isSafeInteger(length) && Number.isSafeInteger(offset);
  if (!(Math.abs(start) <= greatestTime) || !isWhole || length < 0 || offset < 0) {
    throw new TesseraError({
      code: 'FRAME_INVALID',
      argument: 'regularTimeAxis',
      expected: 'a start that Date can tell, and a whole, non-negative length and offset',
      found: `start ${start}, length ${length}, offset ${offset}`,
      wayOut: 'Give the start in milliseconds since 1970, the length and the offset in steps',
    });
  }
  if (!isOnGrid(start, frequency)) {
    throw new TesseraError({
      code: 'TIME_OFF_GRID',
      argument: 'regularTimeAxis start',
      expected: `a time on the grid of frequency ${formatFrequency(frequency)}`,
      found: new Date(start).toISOString(),
      wayOut: 'Move the start onto the grid, or choose another frequency',
    });
  }
  return checkedRegular(start, frequency, length, offset);
}

/**
 * An axis of given times.
 *
 * @param times strictly increasing UTC milliseconds; copied
 * @throws TesseraError TIME_UNSORTED
 */
export function irregularTimeAxis(times: ArrayLike<number>): IrregularTimeAxis {
  const copy = new Float64Array(times);
  for (let i = 0; i < copy.length; i++) {
    if (Number.isFinite(copy[i]) && (i === 0 || copy[i] > copy[i - 1])) continue;
    throw new TesseraError({
      code: 'TIME_UNSORTED',
      argument: `times[${i}]`,
      expected: 'finite, strictly increasing times',
      found: i === 0 ? String(copy[i]) : `${copy[i]} after ${copy[i - 1]}`,
      wayOut: 'Sort the times and remove duplicates',
    });
  }
  return new Irregular(copy);
}

/** The axis that `axis.toJSON()` described. @throws TesseraError as regularTimeAxis and irregularTimeAxis do */
export function timeAxisFromJSON(data: TimeAxisData): TimeAxis {
  if (data.kind === 'regular') return regularTimeAxis(data);
  // Data from a file may be anything, and a number would make as many zeros.
  if (data.kind === 'irregular' && Array.isArray(data.times)) return irregularTimeAxis(data.times);
  throw new TesseraError({
    code: 'FRAME_INVALID',
    argument: 'timeAxisFromJSON',
    expected: 'a regular axis, or an irregular one with a list of times',
    found: JSON.stringify(data),
    wayOut: 'Give what toJSON of a time axis returned',
  });
}

/** The usual season of an axis in steps, `defaultSeason` of its frequency; 1 for none and where it is irregular. */
export function seasonOf(time: TimeAxis): number {
  return time.kind === 'regular' ? defaultSeason(time.frequency) : 1;
}

/** Whether two axes have the same times in the same form and, where they are regular, would go on alike. */
export function sameTimeAxis(a: TimeAxis, b: TimeAxis): boolean {
  if (a.kind !== b.kind || a.length !== b.length) return false;
  if (a.kind === 'regular' && b.kind === 'regular') {
    if (a.start !== b.start || formatFrequency(a.frequency) !== formatFrequency(b.frequency)) return false;
    return keptDay(a) === keptDay(b);
  }
  for (let i = 0; i < a.length; i++) if (a.timeAt(i) !== b.timeAt(i)) return false;
  return true;
}

/**
 * The day of the month that every step of the axis has, where its month is long enough: that of the first step of the
 * uncut axis. Undefined where steps keep no day.
 */
function keptDay(axis: RegularTimeAxis): number | undefined {
  const { unit, anchor } = axis.frequency;
  if (anchor === 'end' || (unit !== 'month' && unit !== 'quarter' && unit !== 'year')) return undefined;
  const data = axis.toJSON();
  return data.kind === 'regular' ? civilFromDays(Math.floor(data.start / dayLength)).day : undefined;
}

/** A regular axis whose last step, too, is a time that Date can tell. */
function checkedRegular(origin: number, frequency: Frequency, length: number, offset: number): Regular {
  const last = addSteps(origin, frequency, offset + Math.max(0, length - 1));
  if (last <= greatestTime) return new Regular(origin, frequency, length, offset);
  throw new TesseraError({
    code: 'FRAME_INVALID',
    argument: 'regularTimeAxis',
    expected: 'steps up to the year 275760, the last that Date can tell',
    found: `${length} steps of frequency ${formatFrequency(frequency)} after ${offset} from ${new Date(origin).toISOString()}`,
    wayOut: 'Make the axis shorter or its frequency finer',
  });
}

/**
 * Keeps the first time of the uncut axis and an offset into it: cutting 31 January, 28 February, 31 March at its second
 * step must not turn the 31st into the 28th.
 */
class Regular implements RegularTimeAxis {
  readonly kind = 'regular';
  readonly #origin: number;
  readonly #offset: number;
  constructor(
    origin: number,
    readonly frequency: Frequency,
    readonly length: number,
    offset: number,
  ) {
    this.#origin = origin;
    this.#offset = offset;
  }

  get start(): number {
    return this.timeAt(0);
  }

  timeAt(index: number): number {
    return addSteps(this.#origin, this.frequency, this.#offset + index);
  }

  times(): Float64Array {
    const times = new Float64Array(this.length);
    for (let index = 0; index < times.length; index++) times[index] = this.timeAt(index);
    return times;
  }

  indexOf(time: number): number {
    const steps = stepsBetween(this.#origin, this.frequency, time);
    if (steps === undefined) return -1;
    const index = steps - this.#offset;
    return index < 0 || index >= this.length ? -1 : index;
  }

  countBefore(time: number): number {
    return bisect(this, time);
  }

  slice(from: number, to: number): RegularTimeAxis {
    checkRange(from, to, this.length);
    return new Regular(this.#origin, this.frequency, to - from, this.#offset + from);
  }

  future(steps: number): RegularTimeAxis {
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new TesseraError({
        code: 'RANGE_INVALID',
        argument: 'future',
        expected: 'a whole, non-negative number of steps',
        found: String(steps),
        wayOut: 'Give the horizon in steps',
      });
    }
    return checkedRegular(this.#origin, this.frequency, steps, this.#offset + this.length);
  }

  toJSON(): TimeAxisData {
    const data = {
      kind: 'regular',
      frequency: formatFrequency(this.frequency),
      length: this.length,
    } as const;
    // Steps of equal whole length need no memory of where the uncut axis began.
    const isWhole = fixedStep(this.frequency) !== undefined && Number.isInteger(this.#origin);
    if (this.#offset === 0 || isWhole) return { ...data, start: this.start };
    return { ...data, start: this.#origin, offset: this.#offset };
  }
}

class Irregular implements IrregularTimeAxis {
  readonly kind = 'irregular';
  readonly #times: Float64Array;
  constructor(times: Float64Array) {
    this.#times = times;
  }

  get length(): number {
    return this.#times.length;
  }

  timeAt(index: number): number {
    return this.#times[index] ?? Number.NaN;
  }

  times(): Float64Array {
    return this.#times.slice();
  }

  indexOf(time: number): number {
    const index = bisect(this, time);
    return this.#times[index] === time ? index : -1;
  }

  countBefore(time: number): number {
    return bisect(this, time);
  }

  slice(from: number, to: number): IrregularTimeAxis {
    checkRange(from, to, this.length);
    return new Irregular(this.#times.subarray(from, to));
  }

  toJSON(): TimeAxisData {
    return { kind: 'irregular', times: Array.from(this.#times) };
  }
}

/** The first index whose time is not before `time`, in O(log length). */
function bisect(axis: TimeAxisBase, time: number): number {
  let low = 0;
  let high = axis.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (axis.timeAt(middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkRange(from: number, to: number, length: number): void {
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= length) return;
  throw new TesseraError({
    code: 'RANGE_INVALID',
    argument: 'slice',
    expected: `a half-open range within [0, ${length})`,
    found: `[${from}, ${to})`,
    wayOut: 'Use whole numbers with 0 <= from <= to <= length',
  });
}
