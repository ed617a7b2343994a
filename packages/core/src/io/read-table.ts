/**
 * Tables from outside become series:
 *
 *   source -> 1 format -> 2 columns planned -> 3 rows collected per series -> 4 sorted, laid on a time axis -> SeriesSet
 *
 * Text tables are streamed, so memory is what the series need and not what the file holds: 8 bytes per value and step,
 * next to nothing for the times of a regular series. What was changed or counted on the way is in the set’s repairs. It
 * never fills a value in, never drops a row, never guesses which of two meanings a cell has.
 */
import { fileURLToPath } from 'node:url';
import { TesseraError } from '../errors/tessera-error.js';
import type { SeriesSet } from '../frames/series-set.js';
import { readArrow } from './read/arrow-reader.js';
import { allBytes, type ByteSource, openFile, streamSource, unzipped, watched } from './read/byte-source.js';
import { CsvReader } from './read/csv-reader.js';
import {
  type ArqueroTable,
  type DanfoFrame,
  isArqueroTable,
  isDanfoFrame,
  readArquero,
  readDanfo,
} from './read/frame-adapters.js';
import { readJson, readJsonLines } from './read/json-reader.js';
import { bufferOf, readParquet } from './read/parquet-reader.js';
import { RecordReader, type RowObject, rowObject } from './read/record-reader.js';
import { type ReadTableOptions, type ResolvedReadOptions, resolveReadOptions } from './read-options.js';
import { assembleSeries } from './series/assemble-series.js';
import { SeriesCollector } from './series/series-collector.js';
import { readFileName, type TableFormat } from './table-format.js';

/**
 * A path or `file:` URL; a Node stream of bytes or text; bytes; rows as objects; an arquero table; a danfojs frame.
 */
export type TableSource =
  | string
  | URL
  | AsyncIterable<unknown>
  | Uint8Array
  | readonly RowObject[]
  | ArqueroTable
  | DanfoFrame;

/**
 * The series of a table, with what was changed or counted on the way in `repairs`.
 *
 * Files: `.csv`, `.txt`, `.tsv`, `.parquet`, `.arrow`, `.feather`, `.jsonl`, `.ndjson`, `.json`, each also with `.gz`.
 * Text is UTF-8. Rows may come in any order; steps of the time axis without a row become missing; missing cells stay
 * missing. Without a frequency, the one of the longest series serves all that fit it. Names in messages count rows
 * from 1 below the header. Time: O(bytes) where rows are sorted by time within each series, O(n log n) else.
 *
 * @param options all of them have defaults: long layout with the columns `unique_id`, `ds` and `y`
 * @throws TesseraError OPTIONS_INVALID, FREQUENCY_UNKNOWN, FORMAT_UNKNOWN, FILE_UNREADABLE, OPERATION_ABORTED;
 * TABLE_EMPTY, TABLE_NO_HEADER, TABLE_MALFORMED, COLUMN_UNKNOWN, COLUMN_DUPLICATE, ID_MISSING, STATIC_VARIES;
 * NUMBER_UNPARSABLE, NUMBER_INFINITE; TIME_UNPARSABLE, TIME_FORMATS_MIXED, TIME_ZONES_MIXED, TIME_AMBIGUOUS,
 * TIME_DUPLICATE, TIME_OFF_GRID, GRID_TOO_LONG
 */
export async function readTable(source: TableSource, options?: ReadTableOptions): Promise<SeriesSet> {
  const resolved = resolveReadOptions(options);
  // 1 format, 2 columns planned, 3 rows collected
  const { collector, hasTypes } = await collect(source, resolved);
  if (collector.position.row === 0) {
    throw new TesseraError({
      code: 'TABLE_EMPTY',
      argument: collector.label,
      expected: 'at least one row',
      found: collector.hasBegun ? 'column names only' : 'nothing',
      wayOut: 'Check that this is the right table and that it was written to its end',
    });
  }
  // 4 sorted, laid on a time axis
  return assembleSeries(collector, hasTypes);
}

interface Collected {
  readonly collector: SeriesCollector;
  /** Whether the format tells numbers from text. */
  readonly hasTypes: boolean;
}

async function collect(source: TableSource, options: ResolvedReadOptions): Promise<Collected> {
  if (typeof source === 'string' || source instanceof URL) return collectFile(source, options);
  if (source instanceof Uint8Array) {
    const stream = streamSource(single(source), 'bytes');
    return collectBytes(stream, options.format ?? 'arrow', options, false, undefined);
  }
  if (Array.isArray(source)) {
    const collector = new SeriesCollector(options, 'rows', undefined);
    new RecordReader(collector).read(source.map((row: unknown, index) => rowObject(row, `row ${index + 1}`)));
    return { collector, hasTypes: true };
  }
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source) {
      return collectBytes(streamSource(source, 'stream'), options.format ?? 'csv', options, false, undefined);
    }
    const collector = new SeriesCollector(options, 'table', undefined);
    if (isArqueroTable(source)) {
      readArquero(source, collector);
      return { collector, hasTypes: true };
    }
    if (isDanfoFrame(source)) {
      readDanfo(source, collector);
      return { collector, hasTypes: true };
    }
  }
  throw new TesseraError({
    code: 'FORMAT_UNKNOWN',
    argument: 'source',
    expected: 'a path, a file URL, a stream, bytes, an array of objects, an arquero table or a danfojs frame',
    found: source === null ? 'null' : `a value of type ${typeof source}`,
    wayOut: 'Give the table in one of these forms',
  });
}

async function collectFile(source: string | URL, options: ResolvedReadOptions): Promise<Collected> {
  const path = typeof source === 'string' ? source : pathOf(source);
  const { stem, format, isGzip } = readFileName(path, options.format);
  const file = await openFile(path, path);
  if (format !== 'parquet' || isGzip) return collectBytes(file, format, options, isGzip, stem);
  const collector = new SeriesCollector(options, path, stem);
  const { asyncBufferFromFile } = await import('hyparquet');
  await readParquet(() => asyncBufferFromFile(path), collector);
  return { collector, hasTypes: true };
}

async function collectBytes(
  source: ByteSource,
  format: TableFormat,
  options: ResolvedReadOptions,
  isGzip: boolean,
  onlyId: string | undefined,
): Promise<Collected> {
  const bytes = unzipped(watched(source, options), isGzip);
  const collector = new SeriesCollector(options, source.label, onlyId);
  switch (format) {
    case 'csv':
    case 'tsv': {
      const delimiter = options.delimiter ?? (format === 'tsv' ? '\t' : undefined);
      const reader = new CsvReader(collector, { label: source.label, delimiter });
      for await (const chunk of bytes.chunks) reader.push(chunk);
      reader.end();
      return { collector, hasTypes: false };
    }
    case 'jsonl':
      await readJsonLines(bytes, collector);
      return { collector, hasTypes: true };
    case 'json':
      await readJson(bytes, collector);
      return { collector, hasTypes: true };
    case 'parquet': {
      const whole = await allBytes(bytes);
      await readParquet(() => bufferOf(whole), collector);
      return { collector, hasTypes: true };
    }
    case 'arrow':
      await readArrow(await allBytes(bytes), collector);
      return { collector, hasTypes: true };
  }
}

function pathOf(url: URL): string {
  if (url.protocol === 'file:') return fileURLToPath(url);
  throw new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: 'source',
    expected: 'a path or a file: URL',
    found: url.href,
    wayOut: 'Download the file first and give its path',
  });
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
