/**
 * Lookback and horizon windows over one series or many: which there are and where, without cutting any out. A window
 * is two numbers until somebody asks for its frames, and those share memory with the series. Windows never cross the
 * end of a series. What was left out for lack of observations is counted.
 */
import { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';
import { SeriesFrame } from '../frames/series-frame.js';
import type { SeriesSet } from '../frames/series-set.js';
import { parseOptions } from '../options/parse-options.js';

export interface WindowOptions {
  /** Steps to look at, at least 1. */
  readonly lookback: number;
  /** Steps to forecast after them; 0 for windows without a future. */
  readonly horizon: number;
  /** Steps from one window to the next. Default 1. */
  readonly stride?: number | undefined;
  /** First step that a window may touch, counted in each series. Default 0. */
  readonly from?: number | undefined;
  /** First step that no window may touch. Default, and at most: the length of each series. */
  readonly to?: number | undefined;
  /**
   * Share, 0 to 1, of the target values that must be observed, in the lookback and in the horizon each. Default 0.
   */
  readonly minimumObserved?: number | undefined;
}

/** Where a window lies. */
export interface WindowIndex {
  /** Place of its series in the set. */
  readonly frame: number;
  /** First step of its lookback. */
  readonly start: number;
}

/** A window with its data; the two frames share memory with the series. */
export interface SeriesWindow extends WindowIndex {
  /** L steps. */
  readonly lookback: SeriesFrame;
  /** The H steps that follow. */
  readonly horizon: SeriesFrame;
}

/** How many windows there are, and why not more. */
export interface WindowsReport {
  readonly windows: number;
  /** Windows that `minimumObserved` left out because of their lookback. */
  readonly leftOutByLookback: number;
  /** Windows that `minimumObserved` left out because of their horizon alone. */
  readonly leftOutByHorizon: number;
  /** Series with too few steps for a single window. */
  readonly seriesTooShort: number;
}

const steps = (least: number) => z.int(`a whole number of steps, at least ${least}`).min(least);
const schema = z
  .strictObject({
    lookback: steps(1),
    horizon: steps(0),
    stride: steps(1).default(1),
    from: steps(0).default(0),
    to: steps(0).optional(),
    minimumObserved: z.number().min(0).max(1).default(0),
  })
  .refine(({ from, to }) => to === undefined || to >= from, {
    path: ['to'],
    error: 'a step not before from',
  });

export type ResolvedWindowOptions = Readonly<z.output<typeof schema>>;

export class Windows implements Iterable<WindowIndex> {
  readonly options: ResolvedWindowOptions;
  readonly report: WindowsReport;
  readonly #frames: readonly SeriesFrame[];
  /** Windows of the series before each one, and of all at the end. */
  readonly #before: Float64Array;
  /** Starts that were kept, for series where some were left out. */
  readonly #kept: ReadonlyMap<number, Uint32Array>;

  /** Use `windows`. */
  constructor(frames: readonly SeriesFrame[], options: ResolvedWindowOptions) {
    this.options = options;
    this.#frames = frames;
    this.#before = new Float64Array(frames.length + 1);
    const kept = new Map<number, Uint32Array>();
    let leftOutByLookback = 0;
    let leftOutByHorizon = 0;
    let seriesTooShort = 0;
    frames.forEach((frame, index) => {
      let count = possibleWindows(frame.length, options);
      if (count === 0) seriesTooShort += 1;
      if (count > 0 && options.minimumObserved > 0) {
        const chosen = observedWindows(frame, count, options);
        leftOutByLookback += chosen.leftOutByLookback;
        leftOutByHorizon += chosen.leftOutByHorizon;
        if (chosen.starts.length < count) kept.set(index, chosen.starts);
        count = chosen.starts.length;
      }
      this.#before[index + 1] = this.#before[index] + count;
    });
    this.#kept = kept;
    this.report = Object.freeze({ windows: this.count, leftOutByLookback, leftOutByHorizon, seriesTooShort });
  }

  get count(): number {
    return this.#before[this.#frames.length];
  }

  /** Windows of one series, by its place in the set. */
  countOf(frame: number): number {
    return this.#before[frame + 1] - this.#before[frame];
  }

  /** Where window `index` lies, in O(log series). @throws TesseraError INDEX_INVALID */
  indexAt(index: number): WindowIndex {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new TesseraError({
        code: 'INDEX_INVALID',
        argument: 'window index',
        expected: `a whole number in [0, ${this.count})`,
        found: String(index),
        wayOut: 'Use an index below count',
      });
    }
    const frame = this.#frameOf(index);
    return { frame, start: this.#startOf(frame, index - this.#before[frame]) };
  }

  /** Window `index` with its data, without copying it. @throws TesseraError INDEX_INVALID */
  windowAt(index: number): SeriesWindow {
    const { frame, start } = this.indexAt(index);
    const { lookback, horizon } = this.options;
    const source = this.#frames[frame];
    const origin = start + lookback;
    return {
      frame,
      start,
      lookback: source.slice(start, origin),
      horizon: source.slice(origin, origin + horizon),
    };
  }

  /** Series by series, each from its beginning. */
  *[Symbol.iterator](): IterableIterator<WindowIndex> {
    for (let frame = 0; frame < this.#frames.length; frame++) {
      const count = this.countOf(frame);
      for (let i = 0; i < count; i++) yield { frame, start: this.#startOf(frame, i) };
    }
  }

  #startOf(frame: number, index: number): number {
    return this.#kept.get(frame)?.[index] ?? this.options.from + index * this.options.stride;
  }

  /** The last series before which there are not more than `index` windows. */
  #frameOf(index: number): number {
    let low = 0;
    let high = this.#frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#before[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * The windows of a series or a set, series by series and in order of time.
 *
 * Time: O(series), or O(steps and windows) with `minimumObserved`; memory: 8 bytes per series, and 4 bytes per window
 * in series where some were left out.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function windows(source: SeriesFrame | SeriesSet, options: WindowOptions): Windows {
  const resolved = parseOptions(schema, options, 'windows');
  return new Windows(source instanceof SeriesFrame ? [source] : source.frames, resolved);
}

function possibleWindows(length: number, options: ResolvedWindowOptions): number {
  const { lookback, horizon, stride, from, to = length } = options;
  const room = Math.min(to, length) - from - lookback - horizon;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

interface ObservedWindows {
  readonly starts: Uint32Array;
  readonly leftOutByLookback: number;
  readonly leftOutByHorizon: number;
}

function observedWindows(
  frame: SeriesFrame,
  possible: number,
  options: ResolvedWindowOptions,
): ObservedWindows {
  const { lookback, horizon, stride, from, minimumObserved } = options;
  const before = observedBefore(frame);
  const width = frame.targets.length;
  const isEnough = (start: number, length: number): boolean =>
    length * width === 0 || (before[start + length] - before[start]) / (length * width) >= minimumObserved;
  const starts = new Uint32Array(possible);
  let kept = 0;
  let leftOutByLookback = 0;
  let leftOutByHorizon = 0;
  for (let i = 0; i < possible; i++) {
    const start = from + i * stride;
    if (!isEnough(start, lookback)) leftOutByLookback += 1;
    else if (!isEnough(start + lookback, horizon)) leftOutByHorizon += 1;
    else starts[kept++] = start;
  }
  return { starts: starts.slice(0, kept), leftOutByLookback, leftOutByHorizon };
}

/** Observed target values before each step, shape `[T + 1]`. */
function observedBefore(frame: SeriesFrame): Float64Array {
  const before = new Float64Array(frame.length + 1);
  for (const { observed } of frame.targets) {
    for (let t = 0; t < observed.length; t++) before[t + 1] += observed[t];
  }
  for (let t = 0; t < frame.length; t++) before[t + 1] += before[t];
  return before;
}
