/**
 * Parquet, one row group after another and only the columns that are used. Memory: what the collector keeps, plus the
 * used columns of one row group. Time stamps finer than a millisecond are cut to it.
 */
import type { AsyncBuffer } from 'hyparquet';
import { TesseraError } from '../../errors/tessera-error.js';
import { progressReporter, throwIfAborted } from '../../progress/progress.js';
import type { SeriesCollector } from '../series/series-collector.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text as it is: hyparquet’s own way would take a byte order mark off the front of a cell. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : decoder.decode(bytes),
};

/** Reads a Parquet file. @throws TesseraError TABLE_MALFORMED, OPERATION_ABORTED */
export async function readParquet(
  openBuffer: () => AsyncBuffer | Promise<AsyncBuffer>,
  collector: SeriesCollector,
): Promise<void> {
  const { parquetMetadataAsync, parquetScan, parquetSchema } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const { label, options } = collector;
  const file = await orMalformed(label, async () => openBuffer());
  const metadata = await orMalformed(label, () => parquetMetadataAsync(file));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  collector.begin(names);
  const { time, id, channels, statics } = collector.plan;
  const used = [time, ...(id === undefined ? [] : [id]), ...channels, ...statics];
  const report = progressReporter('read', metadata.row_groups.length, options.onProgress);

  let rowStart = 0;
  for (const group of metadata.row_groups) {
    throwIfAborted(options.signal, 'readTable');
    const range = { rowStart, rowEnd: rowStart + Number(group.num_rows) };
    const columns: ArrayLike<unknown>[] = [];
    await orMalformed(label, async () => {
      const columnNames = used.map(({ name }) => name);
      const scan = await parquetScan({ file, metadata, columns: columnNames, compressors, parsers });
      for (const { name, index } of used) columns[index] = await scan.readColumn({ column: name, ...range });
    });
    let row = 0;
    const cellAt = (column: number): unknown => columns[column][row];
    for (; row < range.rowEnd - range.rowStart; row++) collector.readRow(cellAt);
    rowStart = range.rowEnd;
    report(label);
  }
}

/** Bytes in memory as the file that hyparquet reads from. */
export function bufferOf(bytes: Uint8Array): AsyncBuffer {
  return {
    byteLength: bytes.length,
    slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
}

async function orMalformed<Result>(label: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: label,
      expected: 'a Parquet file',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Write the file again, or set the option format if it is in another one',
      cause,
    });
  }
}
