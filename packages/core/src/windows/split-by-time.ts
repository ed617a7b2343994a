/**
 * Training, validation and test parts of every series, in this order of time, with an embargo between them: steps that
 * belong to no part, so that what reaches over a few steps (a lag, a moving mean, a horizon) cannot reach from one part
 * into the next. It splits each series within itself; series that are not aligned in time may overlap across parts
 * where shares are used.
 */
import { z } from 'zod';
import { SeriesFrame } from '../frames/series-frame.js';
import { SeriesSet } from '../frames/series-set.js';
import { parseOptions } from '../options/parse-options.js';

export interface SplitOptions {
  /** First time of validation, UTC milliseconds. Default: no validation part. */
  readonly validationFrom?: number | undefined;
  /** First time of the test part, UTC milliseconds. Default: no test part. */
  readonly testFrom?: number | undefined;
  /** Instead of times: shares, 0 to 1, of the steps of each series, rounded to whole steps; training gets the rest. */
  readonly shares?:
    | { readonly validation?: number | undefined; readonly test?: number | undefined }
    | undefined;
  /** Steps left out before validation and before test. Default 0. */
  readonly embargo?: number | undefined;
}

export type SplitPart = 'train' | 'validation' | 'test';

export interface SplitPartReport {
  readonly series: number;
  readonly steps: number;
  /** Ids of series that have no step in this part and are not in its set. */
  readonly absent: readonly string[];
}

export interface TimeSplit {
  readonly train: SeriesSet;
  readonly validation: SeriesSet;
  readonly test: SeriesSet;
  readonly report: Readonly<Record<SplitPart, SplitPartReport>> & {
    /** Steps of all series that belong to no part. */
    readonly embargoed: number;
  };
}

const time = z.number('a time in UTC milliseconds');
const share = z.number().min(0).max(1).default(0);
const schema = z
  .strictObject({
    validationFrom: time.optional(),
    testFrom: time.optional(),
    shares: z
      .strictObject({ validation: share, test: share })
      .refine(({ validation, test }) => validation + test <= 1, 'shares that add up to at most 1')
      .optional(),
    embargo: z.int('a whole number of steps, at least 0').min(0).default(0),
  })
  .refine(
    ({ validationFrom, testFrom, shares }) =>
      (shares === undefined) !== (validationFrom === undefined && testFrom === undefined),
    'either times (validationFrom, testFrom) or shares',
  )
  .refine(
    ({ validationFrom = Number.NEGATIVE_INFINITY, testFrom = Number.POSITIVE_INFINITY }) =>
      validationFrom <= testFrom,
    { path: ['testFrom'], error: 'a time not before validationFrom' },
  );

/**
 * The three parts, as frames that share memory with the series. O(series).
 *
 * The embargo is taken from the end of the earlier part, and only where a later part has steps of that series.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function splitByTime(source: SeriesFrame | SeriesSet, options: SplitOptions): TimeSplit {
  const { validationFrom, testFrom, shares, embargo } = parseOptions(schema, options, 'splitByTime');
  const set = source instanceof SeriesFrame ? new SeriesSet([source]) : source;
  const train = new PartCollector();
  const validation = new PartCollector();
  const test = new PartCollector();
  let embargoed = 0;
  for (const frame of set) {
    const { length } = frame;
    let testStart = length;
    let validationStart = length;
    if (shares !== undefined) {
      testStart = length - Math.round(length * shares.test);
      validationStart = Math.max(0, testStart - Math.round(length * shares.validation));
    } else {
      if (testFrom !== undefined) testStart = frame.time.countBefore(testFrom);
      validationStart = validationFrom === undefined ? testStart : frame.time.countBefore(validationFrom);
    }
    const guard = (boundary: number): number => (boundary < length ? boundary - embargo : boundary);
    const used =
      train.add(frame, 0, guard(validationStart)) +
      validation.add(frame, validationStart, guard(testStart)) +
      test.add(frame, testStart, length);
    embargoed += length - used;
  }
  return {
    train: train.set(set),
    validation: validation.set(set),
    test: test.set(set),
    report: { train: train.report, validation: validation.report, test: test.report, embargoed },
  };
}

/** Frames of one part, counted. */
class PartCollector {
  readonly #frames: SeriesFrame[] = [];
  readonly #absent: string[] = [];
  #steps = 0;

  /** Adds the half-open range, which may be empty or reversed; its length. */
  add(frame: SeriesFrame, from: number, to: number): number {
    if (to <= from) {
      this.#absent.push(frame.id);
      return 0;
    }
    this.#frames.push(frame.slice(from, to));
    this.#steps += to - from;
    return to - from;
  }

  set(whole: SeriesSet): SeriesSet {
    return new SeriesSet(this.#frames, whole.repairs);
  }

  get report(): SplitPartReport {
    return { series: this.#frames.length, steps: this.#steps, absent: this.#absent };
  }
}
