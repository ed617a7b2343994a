/** Electricity transformer temperature: two years of load and oil temperature, hourly (ETTh) or every 15 minutes (ETTm). */
import { type LongWorkOptions, type SeriesSet, TesseraError } from '@tessera/core';
import { readTable } from '@tessera/core/io';
import { readFrom } from './file-origin.js';

const origin = { what: 'The ETT files', url: 'https://github.com/zhouhaoyi/ETDataset' };

/** High, middle and low load, each useful (UFL) and useless (ULL), and the oil temperature. */
const channels = ['HUFL', 'HULL', 'MUFL', 'MULL', 'LUFL', 'LULL', 'OT'];

/**
 * One series, named after the file, with the seven targets HUFL, HULL, MUFL, MULL, LUFL, LULL and OT.
 *
 * The time column may be called `date`, as in the CSV files, or `datetime`, as in Parquet copies. OT is in °C; its authors
 * name no unit for the loads.
 *
 * Source: Zhou et al., Informer: Beyond Efficient Transformer for Long Sequence Time-Series Forecasting (AAAI 2021).
 *
 * @param path a `.csv` or `.parquet` file, also `.csv.gz`
 * @throws TesseraError FILE_UNREADABLE, COLUMN_UNKNOWN and whatever `readTable` finds in the file
 */
export async function readEtt(path: string, options: LongWorkOptions = {}): Promise<SeriesSet> {
  const read = (time: string): Promise<SeriesSet> =>
    readTable(path, {
      ...options,
      layout: 'wide',
      wideColumns: 'channels',
      time,
      target: channels,
      units: { OT: '°C' },
    });
  return readFrom(origin, async () => {
    try {
      return await read('date');
    } catch (cause) {
      // Column names are checked before the first row is read, so the second try costs nothing.
      if (TesseraError.is(cause) && cause.code === 'COLUMN_UNKNOWN' && cause.found === '"date"') {
        return read('datetime');
      }
      throw cause;
    }
  });
}
