/**
 * The M4 competition: a file of training series and a file of the steps that followed. The files hold no dates; every
 * series begins at 2000-01-01 00:00 UTC, a pseudo-start, unless the competition’s info table is given. Calendar features of
 * pseudo-dates mean nothing.
 */
import {
  invariant,
  type LongWorkOptions,
  type Repair,
  regularTimeAxis,
  SeriesFrame,
  SeriesSet,
  TesseraError,
} from '@tessera/core';
import { readFrom } from './file-origin.js';
import { type M4Group, m4Group } from './m4-frequency.js';
import { type M4Info, readM4Info } from './m4-info.js';
import { type M4Row, m4Rows } from './m4-rows.js';
import { pseudoStart } from './observation-axis.js';

const origin = {
  what: 'The M4 files',
  url: 'https://github.com/Mcompetitions/M4-methods/tree/master/Dataset',
};

export interface M4Paths {
  /** E.g. `Hourly-train.csv`. */
  readonly train: string;
  /** E.g. `Hourly-test.csv`. Default none. */
  readonly test?: string | undefined;
  /** `M4-info.csv`, for real starting dates and the static `category`. Default none. */
  readonly info?: string | undefined;
}

export interface M4Data {
  readonly train: SeriesSet;
  /** The steps that follow `train`, on the same time axes; absent without a test file. */
  readonly test?: SeriesSet;
  /** Both together: what a backtest with one window of the horizon takes. */
  readonly whole: SeriesSet;
  /** Steps to be forecast by the rules of the competition. */
  readonly horizon: number;
  /** Season of the competition’s MASE, in steps. */
  readonly season: number;
  /** Whether the dates come from the info table or are made up. */
  readonly dates: 'real' | 'pseudo';
}

/**
 * The series of one group (yearly to hourly), with one target `y` of unknown unit.
 *
 * @throws TesseraError FILE_UNREADABLE, TABLE_EMPTY, TABLE_NO_HEADER, TABLE_MALFORMED, NUMBER_UNPARSABLE, NUMBER_INFINITE,
 * FREQUENCY_UNKNOWN, SERIES_UNKNOWN where the files do not name the same series, SERIES_DUPLICATE, OPERATION_ABORTED
 */
export function readM4(paths: M4Paths, options: LongWorkOptions = {}): Promise<M4Data> {
  return readFrom(origin, async () => {
    const info = paths.info === undefined ? undefined : await readM4Info(paths.info, options);
    const repairs: Repair[] = [];
    let group: M4Group | undefined;
    const train: SeriesFrame[] = [];
    for await (const row of m4Rows(paths.train, options)) {
      const own = m4Group(row.id, paths.train);
      group ??= own;
      if (own !== group) throw mixed(paths.train, train[0].id, row.id);
      train.push(frameOf(row, own.frequency, info, paths.info));
      count(row, repairs);
    }
    invariant(group !== undefined, 'm4Rows yields at least one row');
    const { horizon, season } = group;
    const trainSet = new SeriesSet(train, repairs);
    const facts = { horizon, season, dates: info === undefined ? 'pseudo' : 'real' } as const;
    if (paths.test === undefined) return { train: trainSet, whole: trainSet, ...facts };
    const { test, whole } = await withTest(trainSet, paths.test, options);
    return { train: trainSet, test, whole, ...facts };
  });
}

function frameOf(
  { id, values }: M4Row,
  frequency: string,
  info: ReadonlyMap<string, M4Info> | undefined,
  infoPath: string | undefined,
): SeriesFrame {
  const facts = info?.get(id);
  if (info !== undefined && facts === undefined) throw unknown(id, infoPath ?? 'info');
  const time = regularTimeAxis({ start: facts?.start ?? pseudoStart, frequency, length: values.length });
  return new SeriesFrame({
    id,
    time,
    channels: [{ name: 'y', values }],
    statics: facts === undefined ? {} : { category: facts.category },
  });
}

async function withTest(
  train: SeriesSet,
  path: string,
  options: LongWorkOptions,
): Promise<{ readonly test: SeriesSet; readonly whole: SeriesSet }> {
  const repairs: Repair[] = [];
  const test: SeriesFrame[] = [];
  const whole = new Map(train.frames.map((frame) => [frame.id, frame]));
  for await (const row of m4Rows(path, options)) {
    const { id, values } = row;
    if (!train.has(id)) throw unknown(id, path);
    const { time, statics, channels } = train.get(id);
    invariant(time.kind === 'regular', 'M4 frames have regular axes');
    test.push(
      new SeriesFrame({ id, time: time.future(values.length), channels: [{ name: 'y', values }], statics }),
    );
    const joined = new Float64Array(time.length + values.length);
    joined.set(channels[0].values);
    joined.set(values, time.length);
    const { start, frequency } = time;
    whole.set(
      id,
      new SeriesFrame({
        id,
        time: regularTimeAxis({ start, frequency, length: joined.length }),
        channels: [{ name: 'y', values: joined }],
        statics,
      }),
    );
    count(row, repairs);
  }
  const testSet = new SeriesSet(test, repairs);
  const lacking = train.ids.find((id) => !testSet.has(id));
  if (lacking !== undefined) throw unknown(lacking, path);
  return { test: testSet, whole: new SeriesSet(whole.values(), [...train.repairs, ...repairs]) };
}

function count({ id, missing }: M4Row, repairs: Repair[]): void {
  if (missing === 0) return;
  repairs.push({
    kind: 'missing-value',
    id,
    count: missing,
    detail: `${missing} empty cells within series ${id} are missing values.`,
  });
}

function mixed(path: string, first: string, other: string): TesseraError {
  return new TesseraError({
    code: 'FREQUENCY_UNKNOWN',
    argument: path,
    expected: 'series of one frequency',
    found: `${first} and ${other}`,
    wayOut: 'Read each group from its own file',
  });
}

function unknown(id: string, path: string): TesseraError {
  return new TesseraError({
    code: 'SERIES_UNKNOWN',
    argument: path,
    expected: 'the same series in every file of the group',
    found: `${id} in one of them only`,
    wayOut: 'Give files of the same group and of the same edition',
  });
}
