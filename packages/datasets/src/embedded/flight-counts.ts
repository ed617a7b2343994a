/**
 * Departures per airport and hour, counted from the Parquet file one row group at a time, so that memory holds two
 * columns of one group and the counts, never the three million rows.
 */
import { type LongWorkOptions, progressReporter, TesseraError, throwIfAborted } from '@tessera/core';

const hourLength = 3_600_000;

export interface FlightCounts {
  /** Airport code -> departures per hour, shape `[hours]`. */
  readonly byOrigin: ReadonlyMap<string, Uint16Array>;
  /** Rows before the first or after the last hour; they are in no count. */
  readonly outside: number;
}

export interface FlightCountOptions extends LongWorkOptions {
  /** Begin of the first hour, milliseconds of the local clock. */
  readonly start: number;
  readonly hours: number;
}

/**
 * Counts the rows of a Parquet file with the columns `date` and `origin`, in O(rows).
 *
 * @throws TesseraError FILE_UNREADABLE, TABLE_MALFORMED, OPERATION_ABORTED
 */
export async function countFlights(path: string, options: FlightCountOptions): Promise<FlightCounts> {
  const { start, hours, onProgress, signal } = options;
  const { asyncBufferFromFile, parquetMetadataAsync, parquetScan } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const report = progressReporter('count flights', metadata.row_groups.length, onProgress);
  const byOrigin = new Map<string, Uint16Array>();
  let outside = 0;
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    throwIfAborted(signal, 'count flights');
    const range = { rowStart, rowEnd: rowStart + Number(group.num_rows) };
    const scan = await parquetScan({ file, metadata, columns: ['date', 'origin'], compressors });
    const dates: ArrayLike<unknown> = await scan.readColumn({ column: 'date', ...range });
    const origins: ArrayLike<unknown> = await scan.readColumn({ column: 'origin', ...range });
    for (let row = 0; row < dates.length; row++) {
      const date = dates[row];
      const origin = origins[row];
      if (!(date instanceof Date) || typeof origin !== 'string') throw notFlights(path, rowStart + row);
      const hour = Math.floor((date.getTime() - start) / hourLength);
      if (hour < 0 || hour >= hours) {
        outside += 1;
        continue;
      }
      let counts = byOrigin.get(origin);
      if (counts === undefined) {
        counts = new Uint16Array(hours);
        byOrigin.set(origin, counts);
      }
      counts[hour] += 1;
    }
    rowStart = range.rowEnd;
    report();
  }
  return { byOrigin, outside };
}

function notFlights(path: string, row: number): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: `${path}, row ${row + 1}`,
    expected: 'a time in the column date and text in the column origin',
    found: 'something else',
    wayOut: 'Install the version of vega-datasets that this package asks for',
  });
}
