/**
 * The `.tsf` files of the Monash forecasting archive, one series a line, streamed. `?` is a missing value. What the header
 * claims is returned beside what the series show; where they differ, the series are right and a repair says so.
 *
 * Source: Godahewa, Bergmeir, Webb, Hyndman and Montero-Manso, Monash Time Series Forecasting Archive (NeurIPS 2021).
 */
import {
  type Frequency,
  parseFrequency,
  type Repair,
  regularTimeAxis,
  SeriesFrame,
  SeriesSet,
  TesseraError,
} from '@tessera/core';
import { readFrom } from './file-origin.js';
import { pseudoStart } from './observation-axis.js';
import { linesOf, type TextLineOptions } from './text-lines.js';
import { emptyTsfHeader, readTsfHeaderLine, type TsfHeader } from './tsf-header.js';
import { readTsfSeries, type TsfSeries } from './tsf-series.js';

const origin = { what: 'The files of the Monash archive', url: 'https://zenodo.org/communities/forecasting' };

export interface TsfOptions extends TextLineOptions {
  /** Step of the series, where the header gives none. */
  readonly frequency?: Frequency | string | undefined;
}

export interface TsfData {
  /** One frame per line with the target `y`; attributes other than name and start are statics. */
  readonly set: SeriesSet;
  readonly header: TsfHeader;
  /** Whether the file gives starting times; without them every series begins at 2000-01-01 00:00 UTC, a pseudo-start. */
  readonly dates: 'real' | 'pseudo';
  readonly hasMissing: boolean;
  readonly hasEqualLength: boolean;
}

/**
 * The series of a `.tsf` file, with ids from the attribute `series_name`, or T1, T2 and so on where there is none.
 *
 * @throws TesseraError FILE_UNREADABLE, TABLE_EMPTY, TABLE_MALFORMED, FREQUENCY_UNKNOWN, TIME_UNPARSABLE,
 * NUMBER_UNPARSABLE, NUMBER_INFINITE, SERIES_DUPLICATE, OPERATION_ABORTED; places in them name line and value
 */
export function readTsf(path: string, options: TsfOptions = {}): Promise<TsfData> {
  return readFrom(origin, async () => {
    let header = emptyTsfHeader;
    let frequency: Frequency | undefined;
    let dates: TsfData['dates'] = 'real';
    let missing = 0;
    const lines = new Map<string, number>();
    const frames: SeriesFrame[] = [];
    const repairs: Repair[] = [];
    for await (const { text, number } of linesOf(path, options)) {
      const line = text.trim();
      const place = `${path}, line ${number}`;
      if (line === '' || line.startsWith('#')) continue;
      if (frequency !== undefined) {
        const series = readTsfSeries(line, header, place);
        const id = series.name ?? `T${frames.length + 1}`;
        const earlier = lines.get(id);
        if (earlier !== undefined) throw duplicate(place, id, earlier);
        lines.set(id, number);
        frames.push(frameOf(id, series, frequency));
        repairs.push(...repairsOf(id, series));
        missing += series.missing;
        if (series.start === undefined) dates = 'pseudo';
      } else if (/^@data$/i.test(line)) {
        if (header.attributes.length === 0) throw misplaced(place, '@attribute lines before @data', 'none');
        frequency = frequencyOf(header, options, place);
      } else if (line.startsWith('@')) {
        header = readTsfHeaderLine(header, line, place);
      } else {
        throw misplaced(place, '@data before the first series', JSON.stringify(line.slice(0, 40)));
      }
    }
    if (frames.length === 0) throw empty(path, frequency !== undefined);
    if (missing > 0 && header.claimsMissing === false) {
      const detail = `The header says that no value is missing; ${missing} are.`;
      repairs.push({ kind: 'missing-value', count: missing, detail });
    }
    return {
      set: new SeriesSet(frames, repairs),
      header,
      dates,
      hasMissing: missing > 0,
      hasEqualLength: frames.every(({ length }) => length === frames[0].length),
    };
  });
}

function frameOf(id: string, { start, statics, values }: TsfSeries, frequency: Frequency): SeriesFrame {
  const time = regularTimeAxis({ start: start ?? pseudoStart, frequency, length: values.length });
  return new SeriesFrame({ id, time, channels: [{ name: 'y', values }], statics });
}

function repairsOf(id: string, { values, missing }: TsfSeries): Repair[] {
  if (missing === 0) return [];
  const detail = `${missing} of ${values.length} values of series ${id} are marked ? and missing.`;
  return [{ kind: 'missing-value', id, count: missing, detail }];
}

function frequencyOf({ frequency }: TsfHeader, options: TsfOptions, place: string): Frequency {
  if (frequency !== undefined) return frequency;
  const { frequency: given } = options;
  if (given !== undefined) return typeof given === 'string' ? parseFrequency(given) : given;
  throw new TesseraError({
    code: 'FREQUENCY_UNKNOWN',
    argument: place,
    expected: 'a line @frequency before @data',
    found: 'none',
    wayOut: 'Set the option frequency to the step of the series',
  });
}

function duplicate(place: string, id: string, earlier: number): TesseraError {
  return new TesseraError({
    code: 'SERIES_DUPLICATE',
    argument: place,
    expected: 'a series_name that no earlier line has',
    found: `"${id}", as in line ${earlier}`,
    wayOut: 'Rename one of the two series',
  });
}

function misplaced(place: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: place,
    expected,
    found,
    wayOut: 'Check that this is a .tsf file of the Monash archive',
  });
}

function empty(path: string, isData: boolean): TesseraError {
  return new TesseraError({
    code: 'TABLE_EMPTY',
    argument: path,
    expected: 'at least one series below @data',
    found: isData ? 'none' : 'no @data',
    wayOut: 'Check that the file was written to its end',
  });
}
